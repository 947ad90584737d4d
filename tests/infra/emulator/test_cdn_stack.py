"""The stack in us-east-1 grows and shrinks around the service, by CloudFormation's own updates."""

from dataclasses import replace

import boto3
import pytest

from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.project import read
from tests.infra.emulator.conftest import Deploy, needs_emulator

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.long, needs_emulator]


def test_firewall_and_certificate_leave_once_the_service_has_let_go(deploy: Deploy) -> None:
    given = {"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on", "WAF": "count"}
    config, rehearsal = read(given), deploy(**given)
    cloudformation = boto3.client("cloudformation", region_name=OUTSIDE_REGION)

    def certificates_and_firewalls() -> list[str]:
        listed = cloudformation.describe_stack_resources(StackName=config.names.cdn_stack)
        kinds = ("AWS::CertificateManager::Certificate", "AWS::WAFv2::WebACL")
        found = [one for one in listed["StackResources"] if one["ResourceType"] in kinds]
        return sorted(one["LogicalResourceId"][:-8] for one in found)

    assert certificates_and_firewalls() == ["CdnCertificateexamplecom", "CdnWebAcl"]
    seen: list[list[str]] = []
    moved = replace(config, domain="example.org", waf="off")
    moved = replace(moved, explicit={**given, "DOMAIN": "example.org", "WAF": "off"})
    rehearsal._config = moved
    deployment = rehearsal._deployment()
    run = deployment.cdk

    def cdk(arguments: list[str]) -> None:
        if config.names.service_stack in arguments:
            seen.append(certificates_and_firewalls())
        run(arguments)

    deployment = replace(
        deployment,
        cdk=cdk,
        lookup=lambda _, kind: (
            set(rehearsal._state().output("NameServers").split(",")) if kind == "NS" else set()
        ),
    )
    deployment.run()
    of_both = ["CdnCertificateexamplecom", "CdnCertificateexampleorg", "CdnWebAcl"]
    assert seen == [of_both]
    assert certificates_and_firewalls() == ["CdnCertificateexampleorg"]
