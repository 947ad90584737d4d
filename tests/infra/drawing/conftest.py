"""The pictures under test."""

import pytest

from infra import config
from infra.checks.template import Design, load
from infra.drawing.picture import Picture
from tests.infra.conftest import Assembly
from tests.infra.drawing.reading import picture_of, wide_rule
from tests.infra.edit import edited

LONG_DOMAIN = f"{'shelves.' * 6}example.co.jp"
DATABASES: tuple[config.DatabaseKind, ...] = ("rds", "aurora", "none")

OPTIONS = {
    "NAT_GATEWAYS": "2",
    "WAF": "on",
    "ALARM_EMAIL": "on-call@example.com",
    "TASKS": "10",
    "TASK_CPU": "4096",
    "TASK_MEMORY": "30720",
    "VPC_CIDR": "172.20.128.0/17",
    "PUBLIC_CIDRS": "172.20.200.128/28,172.20.201.128/28",
    "PRIVATE_CIDRS": "172.20.210.128/28,172.20.211.128/28",
}
"""Every option on, and the longest labels that the settings allow."""


@pytest.fixture(scope="session")
def documented(assembly: Assembly) -> dict[str, Design]:
    """The documented design with each database."""
    return {kind: load(assembly(kind, "example.com")) for kind in DATABASES}


@pytest.fixture(params=[*DATABASES, "every option", "CloudFront"])
def picture(
    request: pytest.FixtureRequest, documented: dict[str, Design], assembly: Assembly
) -> Picture:
    """The picture for each database, one with every option, and one with CloudFront."""
    if request.param == "every option":
        design = load(assembly("aurora", LONG_DOMAIN, **OPTIONS))
        return picture_of(edited(design, wide_rule), "aurora")
    if request.param == "CloudFront":
        return picture_of(load(assembly("aurora", LONG_DOMAIN, CDN="on", WAF="on")), "aurora")
    return picture_of(documented[request.param], request.param)
