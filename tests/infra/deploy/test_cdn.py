"""What `make deploy` does with CDN: values for other regions, the switch, the edges' cache."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.config import Config, ConfigError, read
from infra.deploy import cdn
from infra.deploy.cdk.cli import CdkError
from infra.deploy.deployment import Deployment
from infra.deploy.release import ReleaseError
from infra.deploy.release.stacks import Stack
from tests.infra.conftest import Assembly
from tests.infra.deploy.aws import DIGEST, Account
from tests.infra.deploy.test_deployment import Run

STATE, SERVICE, CDN = "KiroSampleState", "KiroSampleService", "KiroSampleCdn"
DOMAIN = {"DOMAIN": "example.com", "CDN": "on"}
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
URL = {"PublicUrl": "https://example.com"}
FRONT = {"DistributionId": "E1EXAMPLE"}
ELSEWHERE = "cloudformation us-east-1"


def stack(name: str, **outputs: str) -> Stack:
    return Stack(name, "UPDATE_COMPLETE", {}, outputs)


def both(config: Config, settings: dict[str, str], **outputs: str) -> Config | None:
    state = stack(STATE, Settings=json.dumps(settings))
    return cdn.both(config, state=state, service=stack(SERVICE, **outputs))


@pytest.mark.parametrize("to", ["on", "off"])
def test_another_way_in_serves_beside_the_deployed_one_first(to: str) -> None:
    now = "off" if to == "on" else "on"
    found = both(read({"CDN": to}), {"CDN": now}, **(FRONT if now == "on" else {}))
    assert found
    assert (found.cdn, found.with_public_balancer is not None, found.with_cdn is not None) == (
        to == "on",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("to", "retiring"), [("on", "the public load balancer"), ("off", "CloudFront")]
)
def test_a_switch_that_has_begun_is_finished(to: str, retiring: str) -> None:
    now = "off" if to == "on" else "on"
    outputs = {**FRONT, "Retiring": retiring}
    # Whether the state has been deployed since or not.
    assert both(read({"CDN": to}), {"CDN": now}, **outputs) is None
    assert both(read({"CDN": to}), {"CDN": to}, **outputs) is None
    # Back again: what visitors use now is known once the state has been deployed.
    found = both(read({"CDN": now}), {"CDN": to}, **outputs)
    assert found
    assert found.cdn == (now == "on")
    with pytest.raises(ReleaseError, match=f"CDN={to} has begun: finish it, then set CDN={now}"):
        both(read({"CDN": now}), {"CDN": now}, **outputs)


def test_without_a_switch_there_is_one_deployment() -> None:
    assert both(read({"CDN": "on"}), {"CDN": "on"}, **FRONT) is None
    assert both(read({"TASKS": "3"}), {}) is None


def test_nothing_else_changes_with_it() -> None:
    with pytest.raises(ConfigError, match="CDN changes alone: leave TASKS"):
        both(read({"CDN": "on", "TASKS": "3"}), {})


def test_the_certificate_s_zone_is_handed_to_the_other_region(account: Account) -> None:
    account.responds("ssm", "get_parameter", {"Parameter": {"Value": "Z0123456789ABC"}})
    run = Run(account, read(DOMAIN))
    run.steps.before_cdn()
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", CDN]
    assert arguments[-1] == f"{CDN}:HostedZone=Z0123456789ABC"


@pytest.mark.parametrize("environ", [{"CDN": "on"}, {"WAF": "on"}, {**DOMAIN, "CDN": "off"}])
def test_what_cloudfront_does_not_use_is_not_made(
    account: Account, environ: dict[str, str]
) -> None:
    run = Run(account, read(environ))
    run.steps.before_cdn()
    assert run.cdk == []


def test_the_service_gets_what_is_there_and_the_edges_forget(
    account: Account, assembly: Assembly
) -> None:
    account.has_stack(STATE, AccessLogBucket="bucket")
    account.has_stack(CDN, service=ELSEWHERE, CdnCertificate=CERTIFICATE)
    account.has_stack(SERVICE, **FRONT, **URL)
    account.responds("cloudfront", "create_invalidation", {})
    account.has_stack(SERVICE, **FRONT, **URL)
    run = Run(account, read(DOMAIN), out=assembly("rds", "example.com", CDN="on"))
    run.steps.service(DIGEST)
    [arguments] = run.cdk
    assert arguments[5:] == [
        *("--parameters", f"{SERVICE}:ImageDigest={DIGEST}"),
        *("--parameters", f"{SERVICE}:CdnCertificate={CERTIFICATE}"),
    ]
    assert run.printed[-2:] == [
        "cdn: every edge asks the tasks again",
        "service: serving at https://example.com",
    ]


def test_the_edges_forget_a_release_that_was_taken_back(account: Account) -> None:
    def taken_back(_: list[str]) -> None:
        raise CdkError("the stack was rolled back")

    account.has_stack(SERVICE, status="UPDATE_ROLLBACK_COMPLETE", **FRONT, **URL)
    account.responds("cloudfront", "create_invalidation", {})
    run = Run(account, read({"CDN": "on"}))
    with pytest.raises(CdkError):
        replace(run.steps, cdk=taken_back).service(DIGEST)
    assert run.printed[-1] == "cdn: every edge asks the tasks again"


def test_what_watches_the_edge_gets_its_names(account: Account, assembly: Assembly) -> None:
    account.has_stack(SERVICE, **FRONT, **URL)
    account.has_stack(STATE, AccessLogBucket="bucket")
    account.has_stack(CDN, service=ELSEWHERE, CdnCertificate=CERTIFICATE)
    run = Run(account, read(DOMAIN), out=assembly("rds", "example.com", CDN="on"))
    run.steps.outside()
    [arguments] = run.cdk
    assert set(arguments[6::2]) == {
        "KiroSampleOutside:DistributionId=E1EXAMPLE",
        "KiroSampleOutside:AccessLogBucket=bucket",
        f"KiroSampleOutside:CdnCertificate={CERTIFICATE}",
    }


def test_the_invalidation_covers_every_path() -> None:
    calls: list[dict[str, Any]] = []

    class CloudFront:
        def create_invalidation(self, **given: Any) -> None:
            calls.append(given)

    assert not cdn.invalidate(CloudFront(), stack(SERVICE))
    assert cdn.invalidate(CloudFront(), stack(SERVICE, **FRONT))
    assert cdn.invalidate(CloudFront(), stack(SERVICE, **FRONT))
    assert [each["DistributionId"] for each in calls] == ["E1EXAMPLE"] * 2
    assert calls[0]["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/*"]}
    # CloudFront takes a reference that it knows for the same invalidation.
    references = {each["InvalidationBatch"]["CallerReference"] for each in calls}
    assert len(references) == 2


def test_the_first_of_two_deployments_keeps_the_image_and_the_state(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state's settings say what serves until both do."""
    monkeypatch.setattr("infra.deploy.deployment.synthesize", lambda *_: Path())
    account.has_stack(STATE, Settings="{}")
    account.has_stack(SERVICE, ImageDigest=DIGEST, **URL)
    account.has_stack(SERVICE, ImageDigest=DIGEST, **URL)
    run = Run(account, read({"CDN": "on"}))
    first = run.steps.both()
    assert first
    assert first.out != run.steps.out
    account.has_stack(SERVICE, ImageDigest=DIGEST, **URL)
    account.has_stack(SERVICE, **FRONT, **URL)
    account.responds("cloudfront", "create_invalidation", {})
    account.has_stack(SERVICE, **FRONT, **URL)
    first.serve_both()
    [arguments] = run.cdk
    assert arguments[1] == SERVICE
    assert arguments[-1] == f"{SERVICE}:ImageDigest={DIGEST}"


def test_the_first_service_needs_no_switch(account: Account) -> None:
    account.has_no_stack()
    account.has_no_stack()
    assert Run(account, read({"CDN": "on"})).steps.both() is None


STEPS = (
    *("account", "domain", "identity_provider", "quota", "bootstrap", "copies", "state", "image"),
    *("delegation", "schema", "before_cdn", "service", "outside"),
)


def ran(monkeypatch: pytest.MonkeyPatch, to: str, *, used: bool) -> list[str]:
    """The steps of a whole run that changes CDN; those with both ways in end in `(both)`."""
    calls: list[str] = []

    def record(name: str) -> None:
        def step(self: Deployment, *given: object) -> str:
            both = " (both)" if self.config.switching_from else ""
            calls.append(" ".join([name, *map(str, given)] if name == "_delete" else [name]) + both)
            return DIGEST

        monkeypatch.setattr(Deployment, name, step)

    for name in (*STEPS, "_delete"):
        record(name)
    now = {"on": "off", "off": "on"}[to]
    outputs = FRONT if now == "on" else {}
    parameters = {"ImageDigest": DIGEST, **({"CdnFirewall": "arn"} if used else {})}
    stacks = {
        STATE: stack(STATE, Settings=json.dumps({"CDN": now})),
        SERVICE: Stack(SERVICE, "UPDATE_COMPLETE", parameters, outputs),
    }
    monkeypatch.setattr(Deployment, "_deployed", lambda _, name: stacks.get(name))
    monkeypatch.setattr(Deployment, "settings", lambda _: {"CDN"})
    monkeypatch.setattr("infra.deploy.deployment.synthesize", lambda *_: Path())
    Run(Account(), read({"CDN": to})).steps.run()
    return calls


def test_it_comes_with_two_versions_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = ran(monkeypatch, "on", used=False)
    both = ["before_cdn (both)", "service (both)"]
    assert calls[5:8] == ["copies", *both]
    # The certificate waits for the domain's delegation, and what watches for the distribution.
    assert calls[8:] == [
        *("state", "image", "delegation", "schema", "before_cdn", "service", "outside")
    ]


def test_it_goes_with_what_it_used_once_nothing_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = ran(monkeypatch, "off", used=True)
    # What watches it goes first: a log in use would stop its deletion.
    assert calls.index("_delete KiroSampleOutside") < calls.index("service (both)")
    assert calls.index("service (both)") < calls.index("state") < calls.index("service")
    assert calls[-1] == "_delete KiroSampleCdn"
    assert "_delete KiroSampleCdn" not in ran(monkeypatch, "off", used=False)
