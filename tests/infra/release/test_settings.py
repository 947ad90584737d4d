"""What was set at the last deployment is not undone because somebody left it out."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.infra.conftest import Designs

from infra.config import read
from infra.release import ReleaseError
from infra.release.settings import OUTPUT, check
from infra.release.stacks import SERVICE, STATE, Stack

BEFORE = {"DATABASE": "rds", "DOMAIN": "example.com", "GITHUB_REPOSITORY": "owner/name"}


def deploy(folder: Path, now: Mapping[str, str], outputs: Mapping[str, str]) -> set[str]:
    """Check variables against what the stack has handed out since it was last deployed."""
    template = {"Outputs": {OUTPUT: {"Value": json.dumps(read(now).stated)}}}
    (folder / f"{STATE}.template.json").write_text(json.dumps(template))
    return check(Stack(STATE, "UPDATE_COMPLETE", {}, outputs), assembly=folder)


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in BEFORE.items() if name not in names}


def test_the_stack_hands_out_the_variables_that_were_set(designs: Designs) -> None:
    design = designs("none", DOMAIN="", GITHUB_REPOSITORY="owner/name")
    value = design.templates[STATE]["Outputs"][OUTPUT]["Value"]
    assert json.loads(value) == {"DATABASE": "none", "GITHUB_REPOSITORY": "owner/name"}


@pytest.mark.parametrize(
    "forgotten",
    [{"GITHUB_REPOSITORY"}, {"DOMAIN"}, {"DOMAIN", "GITHUB_REPOSITORY"}],
    ids=lambda names: "+".join(sorted(names)),
)
def test_what_is_left_out_stops_the_deployment_and_is_named_with_what_it_was(
    forgotten: set[str], tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError) as refused:
        deploy(tmp_path, without(*forgotten), {OUTPUT: json.dumps(BEFORE)})
    told = str(refused.value)
    assert "\n" not in told
    assert {name for name, text in BEFORE.items() if f"{name}={text}" in told} == forgotten


def test_an_empty_variable_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"DOMAIN=example\.com"):
        deploy(tmp_path, {**BEFORE, "DOMAIN": ""}, {OUTPUT: json.dumps(BEFORE)})


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(BEFORE, id="the same"),
        pytest.param({**BEFORE, "WAF": "on"}, id="one more"),
        pytest.param({**BEFORE, "DOMAIN": "example.org"}, id="another value"),
        pytest.param({**BEFORE, "DOMAIN": "none", "GITHUB_REPOSITORY": "none"}, id="none"),
        pytest.param(without("DATABASE"), id="left out, and it was at its default"),
    ],
)
def test_what_is_said_is_done(now: dict[str, str], tmp_path: Path) -> None:
    deploy(tmp_path, now, {OUTPUT: json.dumps(BEFORE)})


def test_a_setting_may_go_back_to_its_default_when_that_is_said(tmp_path: Path) -> None:
    aurora = {OUTPUT: json.dumps({"DATABASE": "aurora"})}
    with pytest.raises(ReleaseError, match="DATABASE=aurora"):
        deploy(tmp_path, {}, aurora)
    deploy(tmp_path, {"DATABASE": "rds"}, aurora)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("VPC_CIDR", "10.0.0.0/17"),
        ("PUBLIC_CIDRS", "10.0.1.0/24,10.0.3.0/24"),
        ("PRIVATE_CIDRS", "10.0.11.0/24,10.0.13.0/24"),
    ],
)
def test_a_network_in_use_cannot_become_another(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=f"settings: {name} cannot change"):
        deploy(tmp_path, {**BEFORE, name: text}, {OUTPUT: json.dumps(BEFORE)})
    other = {OUTPUT: json.dumps({name: text})}
    deploy(tmp_path, {name: text.replace(",", ", ")}, other)
    default = {
        "VPC_CIDR": "10.0.0.0/16",
        "PUBLIC_CIDRS": "10.0.1.0/24,10.0.2.0/24",
        "PRIVATE_CIDRS": "10.0.11.0/24,10.0.12.0/24",
    }
    deploy(tmp_path, {**BEFORE, name: default[name]}, {OUTPUT: json.dumps(BEFORE)})
    with pytest.raises(ReleaseError, match=f"settings: {name} cannot change"):
        deploy(tmp_path, {name: default[name]}, other)


def test_those_networks_are_what_the_service_imports(designs: Designs) -> None:
    """Another network for the one or the other replaces what the service has by its id."""
    replaced = {"AWS::EC2::VPC", "AWS::EC2::Subnet"}
    design = designs("none")
    state = design.templates[STATE]["Resources"]
    imported = json.dumps(design.templates[SERVICE])
    for type_ in replaced:
        names = [name for name, found in state.items() if found["Type"] == type_]
        assert names
        assert all(f"KiroSampleState:ExportsOutputRef{name}" in imported for name in names)


def test_what_changes_is_told(tmp_path: Path) -> None:
    assert deploy(tmp_path, {**BEFORE, "ARCHITECTURE": "arm64", "WAF": "off"}, {}) == set()
    now = {**BEFORE, "ARCHITECTURE": "arm64", "WAF": "off"}
    assert deploy(tmp_path, now, {OUTPUT: json.dumps(BEFORE)}) == {"ARCHITECTURE"}


def test_what_an_older_release_did_not_record_or_took_is_no_failure_of_its_own(
    tmp_path: Path,
) -> None:
    deploy(tmp_path, {}, {})
    deploy(tmp_path, {}, {OUTPUT: '{"A_SETTING_OF_OLD": "x"}'})
    with pytest.raises(ReleaseError, match="WAF=yes"):
        deploy(tmp_path, {}, {OUTPUT: '{"WAF": "yes"}'})
