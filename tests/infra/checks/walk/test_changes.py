"""No change of a setting loses state or interrupts the service, in any order of its steps."""

import pytest

from infra.checks.template import Design
from infra.checks.walk.plan import plan
from infra.checks.walk.rules import collisions, findings
from tests.infra.conftest import Designs

DOMAIN, DATABASES = "example.com", ("rds", "aurora", "none")

KINDS = [(old, new) for old in DATABASES for new in DATABASES if old != new]

CERTIFICATE = (
    "arn:aws:acm:ap-northeast-1:123456789012:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
)

# Settings that change other resources are changed at once: each synthesis takes seconds.
CHANGES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "sizes": (
        {},
        {
            "TASKS": "3",
            "MAX_TASKS": "5",
            "TASK_CPU": "2048",
            "TASK_MEMORY": "4096",
            "DATABASE_STORAGE": "50",
            "BACKUP_DAYS": "14",
            "LOG_DAYS": "90",
            "BUDGET_USD": "500",
            "DATABASE_PROTECTION": "off",
        },
    ),
    "a firewall": (
        {"DOMAIN": DOMAIN},
        {"DOMAIN": DOMAIN, "WAF": "on", "NAT_GATEWAYS": "2", "ARCHITECTURE": "arm64"},
    ),
    "an unprotected Aurora with one instance": (
        {"DATABASE": "aurora"},
        {"DATABASE": "aurora", "AURORA_READER": "off", "DATABASE_PROTECTION": "off"},
    ),
    "a pipeline": (
        {},
        {"ALARM_EMAIL": "operator@example.com", "GITHUB_REPOSITORY": "owner/name"},
    ),
    "another domain": ({"DOMAIN": DOMAIN}, {"DOMAIN": "example.org"}),
    "a zone and a certificate that are there": (
        {"DOMAIN": DOMAIN},
        {
            "DOMAIN": DOMAIN,
            "HOSTED_ZONE_ID": "Z0123456789ABCDEFGHIJ",
            "CERTIFICATE_ARN": CERTIFICATE,
        },
    ),
    "more than the basics": (
        {"DOMAIN": DOMAIN},
        {
            "DOMAIN": DOMAIN,
            "OUTSIDE_CHECK": "on",
            "BACKUP_COPY_REGION": "ap-northeast-3",
            "GITHUB_REPOSITORY": "owner/name",
            "GITHUB_PROVIDER": "create",
        },
    ),
}

COSTS = {
    # Its name is fixed, by WAF's prefix: kept, it would be in the way of the next one.
    "a firewall": "Edge/FirewallLogs: deleted",
    # The vault, which cannot be deleted while it has backups, and the account's identity provider.
    "more than the basics": "and cannot be made again",
    # Until the tasks name the new domain, port 80 redirects to the old one, which is given up.
    "another domain": ", after update Edge/LoadBalancer/Https/Production",
}
"""What each finding of a change says where it has any: `make plan` tells the operator."""


def of(designs: Designs, settings: dict[str, str]) -> Design:
    """The design of these settings, from those that the tests share."""
    rest = {name: value for name, value in settings.items() if name not in ("DATABASE", "DOMAIN")}
    return designs(settings.get("DATABASE", "rds"), settings.get("DOMAIN", ""), **rest)


@pytest.mark.parametrize("database", DATABASES)
def test_a_domain_comes_and_goes(designs: Designs, database: str) -> None:
    http, https = designs(database), designs(database, DOMAIN)
    assert findings(http, https) == []
    assert findings(https, http) == []


@pytest.mark.parametrize(("old", "new"), KINDS)
def test_the_database_changes_its_kind(designs: Designs, old: str, new: str) -> None:
    assert findings(designs(old, DOMAIN), designs(new, DOMAIN)) == []


@pytest.mark.parametrize("database", DATABASES)
def test_the_first_deployment_is_accepted(designs: Designs, database: str) -> None:
    assert findings(Design({}), designs(database, DOMAIN)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_a_setting_changes_there_and_back(designs: Designs, name: str) -> None:
    old, new = (of(designs, settings) for settings in CHANGES[name])
    assert plan(old, new).steps, "the setting changes nothing"
    found = {*findings(old, new), *findings(new, old)}
    assert bool(found) == (name in COSTS)
    assert [line for line in found if COSTS.get(name, "") not in line] == []


@pytest.mark.slow
def test_two_environments_share_no_name(designs: Designs) -> None:
    settings = {"WAF": "on", "NAT_GATEWAYS": "2", "ARCHITECTURE": "arm64"}
    one = designs("rds", DOMAIN, **settings)
    other = designs("rds", f"staging.{DOMAIN}", **settings, ENVIRONMENT="staging")
    assert collisions(one, other) == []


@pytest.mark.parametrize("domain", ["", DOMAIN])
def test_a_canary_and_back(designs: Designs, domain: str) -> None:
    rolling, canary = designs("rds", domain), designs("rds", domain, DEPLOYMENT="canary")
    assert findings(rolling, canary) == []
    # Only AWS knows which group has the tasks: make deploy asks it.
    [found] = findings(canary, rolling)
    assert "Production: its weights are set back" in found
    assert findings(Design({}), canary) == []
