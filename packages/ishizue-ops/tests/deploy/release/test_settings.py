"""A setting of the last deployment is never dropped by mistake."""

import json
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from tests.deploy.aws import STATE, synthesized

from infra.product import PRODUCT
from ishizue_ops import project
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release.settings import check
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import NETWORKS_OUTPUT, SETTINGS_OUTPUT
from ishizue_ops.product import Networks
from ishizue_ops.project import read
from ishizue_ops.testing.designs import Designs
from ishizue_ops.variables import REMOVED, SIZES

BEFORE = {"DATABASE": PRODUCT.database, "DOMAIN": "example.com", "GITHUB_REPOSITORY": "owner/name"}


def deploy(
    folder: Path,
    now: Mapping[str, str],
    before: Mapping[str, str] | None = BEFORE,
    networks: str | None = None,
) -> set[str]:
    """Check variables against those of the deployed stack."""
    outputs = {} if before is None else {SETTINGS_OUTPUT: json.dumps(before)}
    outputs |= {NETWORKS_OUTPUT: networks} if networks else {}
    assembly = synthesized(folder, read(now).explicit)
    return check(Stack(STATE, "UPDATE_COMPLETE", {}, outputs), assembly=assembly)


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in BEFORE.items() if name not in names}


def test_the_stack_s_output_has_the_variables_that_were_set(designs: Designs) -> None:
    value = designs("none").templates[STATE]["Outputs"][SETTINGS_OUTPUT]["Value"]
    assert json.loads(value) == {"DATABASE": "none"}


def test_a_missing_variable_stops_the_deployment_and_is_named_with_its_value(
    tmp_path: Path,
) -> None:
    for now in (without("DOMAIN"), {**BEFORE, "DOMAIN": ""}):
        with pytest.raises(Stopped, match=r"^[^\n]*DOMAIN=example\.com[^\n]*$") as refused:
            deploy(tmp_path, now)
        assert "GITHUB_REPOSITORY" not in str(refused.value)


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


def test_the_zones_in_use_cannot_change(tmp_path: Path) -> None:
    deploy(tmp_path, {"ZONES": "c, d"}, {"ZONES": "c,d"})
    deploy(tmp_path, {**BEFORE, "ZONES": "a,c"})
    for now, before in (({**BEFORE, "ZONES": "c,d"}, BEFORE), ({"ZONES": "a,c"}, {"ZONES": "c,d"})):
        with pytest.raises(Stopped, match="settings: ZONES cannot change"):
            deploy(tmp_path, now, before)


def test_the_network_in_use_cannot_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier release wrote down only what was set."""
    deployed = str(Networks())
    old = {"VPC_CIDR": "10.0.0.0/17"}
    deploy(tmp_path, {}, {}, networks=deployed)
    with pytest.raises(Stopped, match=r"VPC_CIDR=10.0.0.0/17: networks.vpc of infra/"):
        deploy(tmp_path, {}, old)
    changed = replace(PRODUCT, networks=Networks(vpc=IPv4Network("10.0.0.0/17")))
    monkeypatch.setattr(project, "product", lambda: changed)
    deploy(tmp_path, {}, old)
    deploy(tmp_path, {}, {}, networks=str(changed.networks))
    with pytest.raises(Stopped, match=rf"Product.networks \({deployed}\) cannot change"):
        deploy(tmp_path, {}, {}, networks=deployed)
    with pytest.raises(Stopped, match=r"VPC_CIDR=10.0.0.0/16: networks.vpc of infra/"):
        deploy(tmp_path, {}, {})


@pytest.mark.parametrize(("name", "value"), [("DEPLOYMENT", "canary"), ("BACKUP_LOCK", "7")])
def test_what_an_earlier_release_deployed_is_turned_off_with_that_release_first(
    name: str, value: str, tmp_path: Path
) -> None:
    deploy(tmp_path, {}, {name: REMOVED[name][0]})
    with pytest.raises(Stopped, match=f"^settings: .* had {name}={value} .* 1.2.0$"):
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
    with pytest.raises(Stopped, match="WAF=yes"):
        deploy(tmp_path, {}, {"WAF": "yes"})
