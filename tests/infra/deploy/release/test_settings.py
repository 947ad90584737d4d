"""A setting of the last deployment is never dropped by mistake."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.config import read
from infra.deploy.release import ReleaseError
from infra.deploy.release.settings import check
from infra.deploy.release.stacks import Stack
from infra.names import PROVIDER_OUTPUT, SETTINGS_OUTPUT, Names
from infra.product import DATABASE
from infra.template import Design
from tests.infra.conftest import Designs

NAMES = Names()
BEFORE = {"DATABASE": DATABASE, "DOMAIN": "example.com", "GITHUB_REPOSITORY": "owner/name"}
OUTPUTS = {SETTINGS_OUTPUT: json.dumps(BEFORE)}


def deploy(folder: Path, now: Mapping[str, str], outputs: Mapping[str, str]) -> set[str]:
    """Check variables against the outputs of the deployed stack."""
    template = {"Outputs": {SETTINGS_OUTPUT: {"Value": json.dumps(read(now).explicit)}}}
    (folder / f"{Names().state_stack}.template.json").write_text(json.dumps(template))
    return check(Stack(Names().state_stack, "UPDATE_COMPLETE", {}, outputs), assembly=folder)


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in BEFORE.items() if name not in names}


def test_the_stack_s_output_has_the_variables_that_were_set(designs: Designs) -> None:
    design = designs("none", DOMAIN="", GITHUB_REPOSITORY="owner/name")
    value = design.templates[Names().state_stack]["Outputs"][SETTINGS_OUTPUT]["Value"]
    assert json.loads(value) == {"DATABASE": "none", "GITHUB_REPOSITORY": "owner/name"}


@pytest.mark.parametrize(
    ("now", "missing"),
    [
        (without("GITHUB_REPOSITORY"), {"GITHUB_REPOSITORY"}),
        (without("DOMAIN", "GITHUB_REPOSITORY"), {"DOMAIN", "GITHUB_REPOSITORY"}),
        ({**BEFORE, "DOMAIN": ""}, {"DOMAIN"}),
    ],
    ids=["one", "two", "empty"],
)
def test_a_missing_variable_stops_the_deployment_and_is_named_with_its_value(
    now: dict[str, str], missing: set[str], tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError) as refused:
        deploy(tmp_path, now, OUTPUTS)
    message = str(refused.value)
    assert "\n" not in message
    assert {name for name, text in BEFORE.items() if f"{name}={text}" in message} == missing


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
def test_a_variable_that_is_set_may_change(now: dict[str, str], tmp_path: Path) -> None:
    deploy(tmp_path, now, OUTPUTS)


@pytest.mark.parametrize(
    ("name", "text", "default"),
    [
        ("VPC_CIDR", "10.0.0.0/17", "10.0.0.0/16"),
        ("PUBLIC_CIDRS", "10.0.1.0/24,10.0.3.0/24", "10.0.1.0/24,10.0.2.0/24"),
        ("PRIVATE_CIDRS", "10.0.11.0/24,10.0.13.0/24", "10.0.11.0/24,10.0.12.0/24"),
    ],
)
def test_a_network_in_use_cannot_change(name: str, text: str, default: str, tmp_path: Path) -> None:
    other = {SETTINGS_OUTPUT: json.dumps({name: text})}
    deploy(tmp_path, {name: text.replace(",", ", ")}, other)
    deploy(tmp_path, {**BEFORE, name: default}, OUTPUTS)
    for now, outputs in (({**BEFORE, name: text}, OUTPUTS), ({name: default}, other)):
        with pytest.raises(ReleaseError, match=f"settings: {name} cannot change"):
            deploy(tmp_path, now, outputs)


def test_outputs_of_older_releases_are_accepted(tmp_path: Path) -> None:
    deploy(tmp_path, {}, {})
    deploy(tmp_path, {}, {SETTINGS_OUTPUT: '{"A_SETTING_OF_OLD": "x"}'})
    with pytest.raises(ReleaseError, match="WAF=yes"):
        deploy(tmp_path, {}, {SETTINGS_OUTPUT: '{"WAF": "yes"}'})


def role(provider: str | None = None) -> dict[str, str]:
    """The outputs of a stack with a pipeline; of an older release without `provider`."""
    outputs = {**OUTPUTS, "DeployRoleArn": "arn:aws:iam::111122223333:role/deploy"}
    return {**outputs, PROVIDER_OUTPUT: provider} if provider else outputs


def synthesized(folder: Path, design: Design) -> Path:
    template = design.templates[NAMES.state_stack]
    (folder / f"{NAMES.state_stack}.template.json").write_text(json.dumps(template))
    return folder


def test_an_update_never_deletes_the_provider_that_an_older_release_made(
    designs: Designs, tmp_path: Path
) -> None:
    github = {"DOMAIN": "", "GITHUB_REPOSITORY": "owner/name"}
    made = Stack(NAMES.state_stack, "UPDATE_COMPLETE", {}, {**role(), SETTINGS_OUTPUT: "{}"})
    kept = Stack(NAMES.state_stack, "UPDATE_COMPLETE", {}, {**role("arn"), SETTINGS_OUTPUT: "{}"})
    for variables in (github, {"GITHUB_REPOSITORY": "none"}):
        assembly = synthesized(tmp_path, designs("none", **variables))
        with pytest.raises(ReleaseError, match="GITHUB_PROVIDER=create"):
            check(made, assembly=assembly)
        check(kept, assembly=assembly)
    check(made, assembly=synthesized(tmp_path, designs("none", **github, GITHUB_PROVIDER="create")))
