"""Every line of the owner's overview is in the templates, or there is a reason."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
import pytest

from infra.product import PRODUCT
from ishizue.postgres.setup import MAJOR
from ishizue.testing.postgres import OLDEST_MAJOR
from ishizue_ops.checks import topology
from ishizue_ops.cost.__main__ import PAGES
from ishizue_ops.design.database.versions import NEWEST, VERSIONS
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs

OVERVIEW = Path(__file__).parents[2] / "docs" / "architecture-overview.ja.md"

EXPECTED: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("overview.toml").read_text(encoding="utf-8")
)
NETWORK = EXPECTED["network"]
TEMPLATES = EXPECTED["templates"]


def test_each_line_of_the_overview_is_here() -> None:
    document = OVERVIEW.read_text(encoding="utf-8")
    deployed = re.sub(r"#### ローカル開発\n.*?(?=####)", "", document, flags=re.S)
    bullets = set(re.findall(r"^ *- (.+)$", deployed.partition("## コスト")[0], re.M))
    assert bullets == set().union(*EXPECTED.values())


def computed(design: Design) -> Iterator[str]:
    """The lines about the network; `overview.toml` has their beginnings."""
    network = topology.read(design)
    yield f"VPC {network.network}"
    for place in network.places:
        address = "a public address" if place.public_address else "no public address"
        subnet = f"{place.subnet.network}, {place.subnet.route}, {address}"
        yield f"{place.name}: {subnet}".replace("ap-northeast-", "")
    parties: dict[object, str] = {
        group: place.party for place in network.places for group in place.groups
    }
    for group, rules in network.groups.items():
        for way, own in (("from", rules.ingress), ("to", rules.egress)):
            for rule in own:
                peer = parties.get(rule.peer, rule.peer)
                yield f"{parties.get(group)}: {way} {peer}, {rule.ports}"


@pytest.mark.parametrize("text", NETWORK)
def test_a_line_about_the_network_is_computed_from_the_templates(
    text: str, designs: Designs
) -> None:
    lines = [*computed(designs("rds", "example.com"))]
    for beginning in NETWORK[text]:
        assert any(line.startswith(beginning) for line in lines), lines


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_line_is_in_the_templates(text: str, designs: Designs) -> None:
    expected = TEMPLATES[text]
    value = expected["found"]
    database = "aurora" if "Aurora" in text else "rds"
    resources = designs(database, "example.com").of_type(expected["type"])
    values = [jmespath.search(expected["path"], resource.properties) for resource in resources]
    part = value if isinstance(value, str) else None
    assert any(value == each or (part and part in str(each)) for each in values), values


# What differs


def test_a_database_has_a_version_that_the_tests_run_on_at_first_the_newest() -> None:
    assert ({*VERSIONS}, NEWEST) == ({str(OLDEST_MAJOR), str(MAJOR)}, str(MAJOR))


DIFFERENCES = OVERVIEW.with_name("overview-differences.ja.md")


def rows(page: Path, after: str = "") -> dict[str, list[str]]:
    """The rows of a page's tables after some text, by their first cell."""
    lines = page.read_text("utf-8").partition(after)[2] if after else page.read_text("utf-8")
    table = re.findall(r"^\| ([^|*]+?) \|(.+)\|$", lines, re.M)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in table}


def test_each_line_of_the_overviews_cost_is_the_estimates_or_has_a_reason() -> None:
    overview = rows(OVERVIEW, "## コスト")
    estimate = rows(PAGES["ja"], "## 明細")
    reasons = rows(DIFFERENCES, "## 料金")
    assert overview.keys() >= {"ALB", "Aurora Serverless v2"}
    for name in overview.keys() - {"サービス"}:
        amount = overview[name][-1].removeprefix("$")
        assert PRODUCT.estimate[name] == amount
        is_ours = "-" not in amount and f"{float(amount):.2f}" in estimate[name]
        assert is_ours != (name in reasons), name
