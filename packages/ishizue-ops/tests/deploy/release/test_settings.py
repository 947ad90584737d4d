"""A setting of the last deployment is never dropped by mistake."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.deploy.aws import STATE, synthesized

from infra.product import PRODUCT
from ishizue_ops.deploy.release import ReleaseError
from ishizue_ops.deploy.release.settings import check
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import SETTINGS_OUTPUT
from ishizue_ops.project import read
from ishizue_ops.testing.designs import Designs
from ishizue_ops.variables import REMOVED, SIZES

BEFORE = {"DATABASE": PRODUCT.database, "DOMAIN": "example.com", "GITHUB_REPOSITORY": "owner/name"}


def deploy(
    folder: Path, now: Mapping[str, str], before: Mapping[str, str] | None = BEFORE
) -> set[str]:
    """Check variables against those of the deployed stack."""
    outputs = {} if before is None else {SETTINGS_OUTPUT: json.dumps(before)}
    assembly = synthesized(folder, read(now).explicit)
    return check(Stack(STATE, "UPDATE_COMPLETE", {}, outputs), assembly=assembly)


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in BEFORE.items() if name not in names}


def test_the_stack_s_output_has_the_variables_that_were_set(designs: Designs) -> None:
    value = designs("none").templates[STATE]["Outputs"][SETTINGS_OUTPUT]["Value"]
    assert json.loads(value) == {"DATABASE": "none"}


@pytest.mark.parametrize(
    ("now", "missing"),
    [
        (without("DOMAIN", "GITHUB_REPOSITORY"), {"DOMAIN", "GITHUB_REPOSITORY"}),
        ({**BEFORE, "DOMAIN": ""}, {"DOMAIN"}),
    ],
    ids=["two", "empty"],
)
def test_a_missing_variable_stops_the_deployment_and_is_named_with_its_value(
    now: dict[str, str], missing: set[str], tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError) as refused:
        deploy(tmp_path, now)
    message = str(refused.value)
    assert "\n" not in message
    assert {name for name, text in BEFORE.items() if f"{name}={text}" in message} == missing


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (BEFORE, set()),
        ({**BEFORE, "WAF": "on"}, {"WAF"}),
        ({**BEFORE, "DOMAIN": "none"}, {"DOMAIN"}),
        (without("DATABASE"), set()),
        ({**BEFORE, "ARCHITECTURE": "x86_64"}, set()),
    ],
    ids=["the same", "one more", "none", "left out, and it was at its default", "default"],
)
def test_a_variable_that_is_set_may_change(
    now: dict[str, str], changed: set[str], tmp_path: Path
) -> None:
    assert deploy(tmp_path, now) == changed


@pytest.mark.parametrize(
    ("name", "text", "default"),
    [
        ("ZONES", "c,d", "a,c"),
        ("VPC_CIDR", "10.0.0.0/17", "10.0.0.0/16"),
        ("PUBLIC_CIDRS", "10.0.1.0/24,10.0.3.0/24", "10.0.1.0/24,10.0.2.0/24"),
        ("PRIVATE_CIDRS", "10.0.11.0/24,10.0.13.0/24", "10.0.11.0/24,10.0.12.0/24"),
    ],
)
def test_a_network_in_use_cannot_change(name: str, text: str, default: str, tmp_path: Path) -> None:
    deploy(tmp_path, {name: text.replace(",", ", ")}, {name: text})
    deploy(tmp_path, {**BEFORE, name: default})
    for now, before in (({**BEFORE, name: text}, BEFORE), ({name: default}, {name: text})):
        with pytest.raises(ReleaseError, match=f"settings: {name} cannot change"):
            deploy(tmp_path, now, before)


@pytest.mark.parametrize(("name", "value"), [("DEPLOYMENT", "canary"), ("BACKUP_LOCK", "7")])
def test_what_an_earlier_release_deployed_is_turned_off_with_that_release_first(
    name: str, value: str, tmp_path: Path
) -> None:
    deploy(tmp_path, {}, {name: REMOVED[name][0]})
    with pytest.raises(ReleaseError, match=f"^settings: .* had {name}={value} .* 1.1.0$"):
        deploy(tmp_path, {}, {name: value})


def test_a_size_changes_its_parts_and_a_region_has_zones_of_its_own(tmp_path: Path) -> None:
    """Else the image for the other processor would run."""
    assert deploy(tmp_path, {"SIZE": "hobby"}, {}) == {"SIZE", *SIZES["hobby"]}
    assert deploy(tmp_path, {"SIZE": "hobby", **SIZES["hobby"]}, {"SIZE": "hobby"}) == set()
    canada = {"REGION": "ca-central-1"}
    assert deploy(tmp_path, {**canada, "ZONES": "a,b"}, canada) == set()


def test_settings_of_another_release_and_of_a_failed_first_deployment_are_accepted(
    tmp_path: Path,
) -> None:
    assert deploy(tmp_path, {}, None) == set()
    assert deploy(tmp_path, {}, {"A_SETTING_OF_OLD": "x"}) == set()
    with pytest.raises(ReleaseError, match="WAF=yes"):
        deploy(tmp_path, {}, {"WAF": "yes"})
