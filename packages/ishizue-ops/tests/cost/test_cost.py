"""The estimate: what a template has decides how many units of which price are charged."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ishizue_ops import synth
from ishizue_ops.config import ConfigError
from ishizue_ops.cost import __main__ as command
from ishizue_ops.cost import book, japanese
from ishizue_ops.cost.book import Price
from ishizue_ops.cost.charge import Month, Size
from ishizue_ops.cost.charges import PRICED, charges
from ishizue_ops.cost.estimate import bill
from ishizue_ops.resource_types import USUAL
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs

BOOK = book.load()
D = Decimal
HOURS = D(730)
CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))


def test_a_region_without_prices_is_refused_before_anything_is_synthesized(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REGION", "ap-northeast-3")
    monkeypatch.setattr(synth, "synthesize", None)
    assert command.main([]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "ap-northeast-3" in line
    assert "make prices REGION=ap-northeast-3" in line


def units(of: Design, tasks: Size = Size.LEAST, database: Size = Size.LEAST) -> dict[str, Decimal]:
    """The units of each price in a month."""
    totals: dict[str, Decimal] = {}
    for charge in charges(Month(of, tasks, database), BOOK)[0]:
        totals[charge.key] = totals.get(charge.key, D(0)) + charge.quantity
    return totals


@pytest.mark.parametrize("case", CASES["priced"], ids=lambda case: " ".join(case["resources"]))
def test_what_is_on_no_page_follows_its_values(case: Mapping[str, Any]) -> None:
    """Such as a second NAT gateway without data of its own, and the firewall's own log."""
    priced = units(Design({"Stack": {"Resources": case["resources"]}}))
    assert {
        key: float(round(amount, 1 if amount < 50 else 0)) for key, amount in priced.items()
    } == case["units"]


@pytest.mark.parametrize("case", CASES["unknown"], ids=lambda case: case["named"])
def test_what_has_no_price_and_is_not_free_is_named(case: Mapping[str, Any]) -> None:
    [finding] = bill(Month(Design({"Stack": {"Resources": case["resources"]}})), BOOK).unknown
    assert finding.name.startswith("price:AWS::")
    assert case["named"] in str(finding)


def test_each_usual_type_is_priced_or_free() -> None:
    free = {name for name, known in USUAL.items() if known.free}
    priced = {*PRICED, *(name for name, known in USUAL.items() if known.prices)}
    assert not priced & free
    # What a flow log costs is where it goes.
    assert priced | free == {*USUAL} - {"AWS::EC2::FlowLog"}


def test_a_worker_and_a_job_have_lines_of_their_own() -> None:
    priced = bill(Month(Design({"Stack": {"Resources": CASES["workers"]}})), BOOK)
    assert priced.unknown == ()
    units = {
        line: sum(each.quantity for each in priced.charges if each.line == f"ECS Fargate{line}")
        for line in ("", ": Sender", ": Nightly", ": Purge")
    }
    # Of a processor and two gigabytes: by the month, and two tasks for five hours.
    assert units == {"": 2190, ": Sender": 6570, ": Nightly": 30, ": Purge": 30}


def test_units_beyond_a_tier_have_its_price() -> None:
    tiers = {D(10): D("0.5"), D(30): D("0.25")}
    price = Price("k", "w", "GB", D(1), "2026", "seen", "s", {}, "", tiers=tiers)
    assert [price.cost(D(n)) for n in (0, 10, 12, 30, 34)] == [0, 10, 11, 20, 21]


# The real designs


def test_the_edge_has_prices_of_its_own(designs: Designs) -> None:
    plain = designs("rds", "example.com")
    cdn = designs("rds", "example.com", CDN="on", WAF="on", OUTSIDE_CHECK="on")
    without = designs("rds")
    here = units(plain)
    edge = units(cdn)
    assert {"waf-acl-edge", "waf-requests-edge", "log-ingestion-us-east-1"} <= edge.keys()
    assert edge["waf-rule-edge"] == 4  # as the page says
    assert not {"waf-acl", "internet-egress"} & edge.keys()
    assert here["public-ipv4"] - edge["public-ipv4"] == 2 * HOURS
    assert not {"hosted-zone", "dns-queries"} & units(without).keys()


def test_access_logs_cost_only_while_they_are_written(designs: Designs) -> None:
    for cdn, kept in {"off": 2, "on": 4}.items():
        both = [units(designs("none", CDN=cdn, ACCESS_LOGS=logs)) for logs in ("on", "off")]
        assert [each.get("s3-storage") for each in both] == [kept, None]


def test_yen_and_tax_are_those_of_the_rate() -> None:
    assert japanese.amount(Decimal("1.21"), Decimal(150)) == "1.21 USD、182円（税込 200円）"
    assert japanese.rate({"YEN": "160.5"}) == (Decimal("160.5"), "")
    assert japanese.rate({})[1], "a rate has its date"
    for wrong in ("0", "cheap", "1e9"):
        with pytest.raises(ConfigError, match=f"YEN={wrong}"):
            japanese.rate({"YEN": wrong})
