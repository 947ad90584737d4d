"""CDN comes and goes in two deployments, and visitors are served all the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.checks.reachability import expected, exposures, flows
from infra.checks.template import Design, load
from infra.checks.walk.__main__ import main
from infra.checks.walk.rules import findings
from infra.checks.walk.switch import stages
from infra.config import Config, ConfigError, read
from infra.synth import synthesize
from tests.infra.conftest import Assembly, Designs
from tests.infra.edit import Edit, Editor, edited

RECORD = "AWS::Route53::RecordSet"
SERVICE = "AWS::ECS::Service"
RDS = {"DATABASE": "rds"}
DOMAIN = {**RDS, "DOMAIN": "example.com"}

SWITCHES = [
    pytest.param(RDS, "on", marks=pytest.mark.long),
    pytest.param(RDS, "off", marks=pytest.mark.long),
    (DOMAIN, "on"),
    (DOMAIN, "off"),
]
"""The settings that stay, and what CDN becomes."""

Both = Callable[[Config], Path]


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The templates with which both ways in serve, each synthesized once."""
    made: dict[str, Path] = {}

    def synthesized(config: Config) -> Path:
        key = repr((config, config.switching_from))
        if key not in made:
            made[key] = synthesize(config, tmp_path_factory.mktemp("both") / "cdk.out")
        return made[key]

    return synthesized


def switch(designs: Designs, both: Both, settings: dict[str, str], to: str) -> list[Design]:
    """The designs that are deployed one after the other."""
    domain = settings.get("DOMAIN", "")
    off, on = designs("rds", domain), designs("rds", domain, CDN="on")
    old, new = (off, on) if to == "on" else (on, off)

    def made(config: Config) -> Design:
        return load(both(config)) if config.switching_from else new

    return [old, *stages(old, read({**settings, "CDN": to}), made)]


@pytest.mark.parametrize(("settings", "to"), SWITCHES)
def test_it_takes_two_deployments_and_none_interrupts(
    designs: Designs, both: Both, settings: dict[str, str], to: str
) -> None:
    old, first, new = switch(designs, both, settings, to)
    assert findings(old, first) == []
    assert findings(first, new) == []


def test_half_way_there_is_a_way_back(designs: Designs, both: Both) -> None:
    (off, coming, _), (on, going, _) = (switch(designs, both, DOMAIN, to) for to in ("on", "off"))
    assert findings(coming, going) == findings(going, coming) == []
    # Not at once: the tasks would leave the way in before the domain does.
    assert findings(coming, off)
    assert findings(going, on)


@pytest.mark.parametrize("to", ["on", "off"])
def test_in_one_deployment_it_would_leave_visitors_without(
    designs: Designs, both: Both, to: str
) -> None:
    old, _, new = switch(designs, both, DOMAIN, to)
    found = findings(old, new)
    assert [line for line in found if "removed by the deployment that makes its successor" in line]
    assert [line for line in found if "removed while resolvers still know it" in line]


def test_while_both_serve_nothing_else_is_reached(designs: Designs, both: Both) -> None:
    _, first, _ = switch(designs, both, DOMAIN, "on")
    wanted = expected(database=True, https=True, nat_zones=("ap-northeast-1a",), cdn=True)
    assert flows(first) == wanted
    assert exposures(first) == frozenset()


def without_order(editor: Editor) -> None:
    for found in editor.all(RECORD):
        found.pop("DependsOn", None)


def one_target_group(editor: Editor) -> None:
    del editor.one(SERVICE)["LoadBalancers"][0]


def another_tag(editor: Editor) -> None:
    editor.one("AWS::CloudFront::VpcOrigin")["Tags"][0]["Value"] = "other"


def another_name(editor: Editor) -> None:
    editor.one("AWS::CloudFront::Distribution")["DistributionConfig"]["Aliases"] = ["example.org"]


def no_rule_for_cloudfront(editor: Editor) -> None:
    group = editor.one("AWS::EC2::SecurityGroup", "Cdn/Origin")
    group["SecurityGroupIngress"] = []


BROKEN: dict[str, tuple[Edit, str]] = {
    "a record before the tasks": (
        without_order,
        "example.com leads to CloudFront, which does not serve it",
    ),
    "tasks behind one of both": (one_target_group, "example.com leads to CloudFront, which does"),
    "a distribution for another name": (another_name, "example.com leads to CloudFront, which"),
    "an origin that lets nobody in": (no_rule_for_cloudfront, "example.com leads to CloudFront"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_first_deployment_is_found(designs: Designs, both: Both, name: str) -> None:
    edit, said = BROKEN[name]
    old, first, _ = switch(designs, both, DOMAIN, "on")
    found = findings(old, edited(first, edit))
    assert [line for line in found if said in line], found


def test_a_domain_comes_to_cloudfront(designs: Designs) -> None:
    named, unnamed = designs("rds", "example.com", CDN="on"), designs("rds", CDN="on")
    assert findings(unnamed, named) == []
    # Back again it is given up: CloudFront forgets the name before the record leaves.
    said = "example.com leads to CloudFront, which does not serve it"
    assert [line for line in findings(named, unnamed) if said not in line] == []


def test_a_vpc_origin_in_use_cannot_change(designs: Designs) -> None:
    design = designs("rds", "example.com", CDN="on")
    [found] = findings(design, edited(design, another_tag))
    assert "CloudFront changes no VPC origin" in found


@pytest.mark.parametrize(
    "settings",
    [{}, pytest.param({"DEPLOYMENT": "canary"}, marks=pytest.mark.slow)],
    ids=["rolling", "canary"],
)
def test_the_first_deployment_of_all_is_accepted(
    designs: Designs, settings: dict[str, str]
) -> None:
    assert findings(Design({}), designs("rds", "example.com", CDN="on", **settings)) == []


def test_the_plan_has_both_deployments(
    assembly: Assembly,
    both: Both,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def found(config: Config, _: Path) -> Path:
        return both(config) if config.switching_from else assembly("rds", "example.com", CDN="on")

    monkeypatch.setattr("infra.checks.walk.__main__.synthesize", found)
    # With the folder of the deployed templates, which say what they were made from.
    assert main({"FROM": str(assembly("rds", "example.com")), **DOMAIN, "CDN": "on"}) == 0
    lines = capsys.readouterr().out.splitlines()
    second = lines.index("deployment 2 of 2")
    removed = next(i for i, line in enumerate(lines) if line.endswith("delete  Edge/LoadBalancer"))
    made = next(i for i, line in enumerate(lines) if "create  Edge/Cdn/Distribution" in line)
    assert made < second < removed


def test_other_settings_wait(designs: Designs) -> None:
    config = read({**DOMAIN, "CDN": "on", "WAF": "on"})
    with pytest.raises(ConfigError, match="CDN changes alone: leave WAF"):
        stages(designs("rds", "example.com"), config, lambda _: Design({}))
