"""CloudFront in a deployment: no switch, values of other regions, the edges' cache."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.deploy.aws import (
    DIGEST,
    ELSEWHERE,
    SERVICE,
    STATE,
    Account,
    Run,
    synthesized,
)

from ishizue_ops.config import ConfigError
from ishizue_ops.deploy import Stopped, cdn
from ishizue_ops.deploy.release.stacks import Stack, read_template
from ishizue_ops.testing.designs import Assembly

CDN = "NotesCdn"
DOMAIN = {"DOMAIN": "example.com", "CDN": "on"}
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
URL = {"PublicUrl": "https://example.com"}
FRONT = {"DistributionId": "E1EXAMPLE"}


@pytest.mark.parametrize(("now", "then"), [("off", "on"), ("on", "off")])
def test_the_other_cdn_is_refused_for_a_service_that_is_deployed(
    account: Account, tmp_path: Any, now: str, then: str
) -> None:
    def settings(text: str) -> None:
        account.has_stack(STATE, Settings=f'{{"CDN": "{now}"}}')
        account.has_stack(SERVICE, ImageDigest=DIGEST, **(FRONT if now == "on" else {}))
        chosen = {"CDN": text}
        Run(account, chosen, out=synthesized(tmp_path, chosen)).steps.settings()

    settings(now)
    with pytest.raises(ConfigError, match=f"CDN={then}: {SERVICE} is deployed with CDN={now}"):
        settings(then)


def test_the_service_gets_what_is_there_and_the_edges_forget(
    account: Account, assembly: Assembly
) -> None:
    account.has_stack(STATE, AccessLogBucket="bucket")
    account.has_stack(CDN, service=ELSEWHERE, CdnCertificate=CERTIFICATE)
    account.has_stack(SERVICE, **FRONT, **URL)
    account.responds("cloudfront", "create_invalidation", {})
    account.has_stack(SERVICE, **FRONT, **URL)
    run = Run(account, DOMAIN, out=assembly("rds", "example.com", CDN="on"))
    run.steps.service(DIGEST)
    [arguments] = run.cdk
    assert arguments[6::2] == [
        f"{SERVICE}:ImageDigest={DIGEST}",
        f"{SERVICE}:CdnCertificate={CERTIFICATE}",
    ]


def test_the_edges_forget_a_release_that_was_taken_back(account: Account) -> None:
    def taken_back(_: list[str]) -> None:
        raise Stopped("the stack was rolled back")

    account.has_stack(SERVICE, status="UPDATE_ROLLBACK_COMPLETE", **FRONT, **URL)
    account.responds("cloudfront", "create_invalidation", {})
    run = Run(account, {"CDN": "on"})
    with pytest.raises(Stopped):
        replace(run.steps, cdk=taken_back).service(DIGEST)
    assert run.printed[-1] == "cdn: every edge asks the tasks again"


def test_a_firewall_that_was_turned_off_goes_once_nothing_uses_it(account: Account) -> None:
    account.has_stack(CDN, service=ELSEWHERE)
    account.responds(ELSEWHERE, "delete_stack", {}, {"StackName": CDN})
    account.has_no_stack(ELSEWHERE)
    Run(account, {"CDN": "on"}).steps.cdn_stack(shrinking=True)


KIND = "AWS::CertificateManager::Certificate"


@pytest.mark.parametrize(
    "before", [("example.com", "count"), ("example.org", "off")], ids=["firewall", "domain"]
)
def test_the_stack_grows_before_the_service_and_shrinks_after_it(
    account: Account, assembly: Assembly, before: tuple[str, str]
) -> None:
    domain, firewall = before
    out = assembly("rds", "example.com", CDN="on")
    waf = {"WAF": firewall} if firewall != "off" else {}
    deployed = read_template(assembly("rds", domain, CDN="on", **waf), CDN)
    wanted = read_template(out, CDN)
    left = deployed["Resources"].keys() - wanted["Resources"].keys()
    assert left
    run = Run(account, DOMAIN, out=out)

    def has(template: dict[str, Any]) -> None:
        account.has_stack(CDN, service=ELSEWHERE, HostedZone="Z1OLD", CdnCertificate=CERTIFICATE)
        body = {"TemplateBody": json.dumps(template)}
        account.responds(ELSEWHERE, "get_template", body, {"StackName": CDN})
        account.responds("ssm", "get_parameter", {"Parameter": {"Value": "Z2NEW"}})

    has(deployed)
    updates: list[dict[str, Any]] = []
    cloudformation = account.client("cloudformation", "us-east-1")
    cloudformation.meta.events.register(
        "provide-client-params.cloudformation.UpdateStack",
        lambda params, **_: updates.append(params),
    )
    account.responds(ELSEWHERE, "update_stack", {})
    account.has_stack(CDN, service=ELSEWHERE)
    run.steps.cdn_stack()
    assert run.cdk == []
    grown = json.loads(updates[0]["TemplateBody"])
    assert grown["Resources"].keys() == wanted["Resources"].keys() | left
    assert grown["Outputs"] == wanted["Outputs"]
    assert updates[0]["Parameters"] == [
        {"ParameterKey": "HostedZone", "ParameterValue": "Z2NEW"},
    ]
    # The one in use is not touched: another zone would replace it.
    zones = {
        raw["Properties"]["DomainName"]: raw["Properties"]["DomainValidationOptions"][0]
        for raw in grown["Resources"].values()
        if raw["Type"] == KIND
    }
    assert zones["example.com"]["HostedZoneId"] == {"Ref": "HostedZone"}
    assert zones.get("example.org", {"HostedZoneId": "Z1OLD"})["HostedZoneId"] == "Z1OLD"
    # The deployment ends half way, and runs again.
    has(grown)
    account.refuses(ELSEWHERE, "update_stack", "ValidationError", "No updates are to be performed.")
    run.steps.cdn_stack()
    has(grown)
    run.steps.cdn_stack(shrinking=True)
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", CDN]
    assert arguments[-1] == f"{CDN}:HostedZone=Z2NEW"
    # Once it has shrunk, nothing is left to do.
    account.has_stack(CDN, service=ELSEWHERE)
    account.responds(ELSEWHERE, "get_template", {"TemplateBody": json.dumps(wanted)})
    run.steps.cdn_stack(shrinking=True)
    assert len(run.cdk) == 1


def test_each_invalidation_is_a_new_one_and_covers_every_path() -> None:
    """CloudFront takes a reference that it knows for the same invalidation."""
    calls: list[dict[str, Any]] = []

    class CloudFront:
        def create_invalidation(self, **given: Any) -> None:
            calls.append(given)

    assert not cdn.invalidate(CloudFront(), Stack(SERVICE, "UPDATE_COMPLETE", {}, {}))
    for _ in range(2):
        assert cdn.invalidate(CloudFront(), Stack(SERVICE, "UPDATE_COMPLETE", {}, FRONT))
    assert [each["DistributionId"] for each in calls] == ["E1EXAMPLE"] * 2
    assert calls[0]["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/*"]}
    assert len({each["InvalidationBatch"]["CallerReference"] for each in calls}) == 2
