"""The stack in us-east-1 grows and shrinks around the service, by CloudFormation's own updates."""

import os
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.emulator import process
from ishizue_ops.emulator.rehearsal import Rehearsal
from ishizue_ops.project import read
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.long, needs_emulator]


def test_firewall_and_certificate_leave_once_the_service_has_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with process.running() as emulator:
        environ = emulator.environ(os.environ)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, text in environ.items():
            monkeypatch.setenv(name, text)
        given = {"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on", "WAF": "count"}
        config = read(given)
        rehearsal = Rehearsal(
            config, folder=emulator.folder, log=tmp_path / "cdk.log", environ=environ
        )
        rehearsal.first_deployment()
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
