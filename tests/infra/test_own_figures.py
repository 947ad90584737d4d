"""The overview's figures beside the estimate are those of its tables, and in Japanese the same."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from infra.overview import OVERVIEW
from ishizue_ops.cost.__main__ import PAGE
from ishizue_ops.cost.charge import Line


def test_the_overviews_figures_are_those_of_its_tables() -> None:
    text = (PAGE.parent / "architecture-overview.ja.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|*]+) \| [^|]+ \| \$([\d.]+)(?:-([\d.]+))? \|$", text, re.M)
    figures = {Line(name): (Decimal(low), Decimal(high or low)) for name, low, high in rows}
    assert figures == {line: (of.low, of.high) for line, of in OVERVIEW.items()}


DIFFERENCES = PAGE.parent / "overview-differences.ja.md"


def section(page: Path, title: str) -> str:
    """Up to the next heading."""
    return re.split(r"^#", page.read_text("utf-8").split(f"# {title}\n")[1], flags=re.M)[0]


def amounts(text: str) -> list[list[str]]:
    """Of each row of the tables that has any."""
    rows = [line.replace("*", "").replace("〜", " to ").split("|") for line in text.splitlines()]
    found = [[one.strip() for one in row if re.fullmatch(r"[-+ .,\dto]*\d *", one)] for row in rows]
    return [row for row in found if row]


@pytest.mark.parametrize(
    ("japanese", "english"), [("料金", "The overview's figures"), ("82 USD に近づける", "Smaller")]
)
def test_the_page_of_differences_has_the_estimates_amounts(japanese: str, english: str) -> None:
    estimate = amounts(section(PAGE, english))
    assert len(estimate) > 5
    assert amounts(section(DIFFERENCES, japanese)) == estimate


def test_the_page_of_differences_has_the_estimates_totals_and_quotes_the_overview() -> None:
    text = DIFFERENCES.read_text("utf-8")
    totals = section(PAGE, "Totals")
    for name, stated in (("RDS", r"RDS で ([\d.]+)"), ("no database", r"なしで\s+([\d.]+)")):
        assert re.findall(stated, text) == re.findall(rf"\| {name}, 2 tasks \| ([\d.]+)", totals)
    overview = (PAGE.parent / "architecture-overview.ja.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \|", section(DIFFERENCES, "構成"), re.M)[1:]
    quoted = [line for row in rows for line in row.split("<br>")]
    assert len(quoted) > 10
    assert [line for line in quoted if line not in overview] == []
