"""The tables of bills: they compare with the overview, and add up."""

import re
from decimal import Decimal

import pytest

from infra.cost import book
from infra.cost.__main__ import PAGE
from infra.cost.charge import Line
from infra.cost.overview import OVERVIEW
from infra.cost.page.page import page
from tests.infra.cost.test_cost import service

D = Decimal


def test_a_design_that_does_not_scale_has_one_column() -> None:
    text = page({"none": service(least=10, most=10)}, book.load())
    assert "| line | quantity | overview | 10 tasks | difference | why |" in text


def test_the_overviews_figures_are_those_of_its_tables() -> None:
    text = (PAGE.parent / "architecture-overview.ja.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|*]+) \| [^|]+ \| \$([\d.]+)(?:-([\d.]+))? \|$", text, re.M)
    figures = {Line(name): (D(low), D(high or low)) for name, low, high in rows}
    assert figures == {line: (of.low, of.high) for line, of in OVERVIEW.items()}


def amounts(table: str, column: int) -> list[tuple[str, Decimal]]:
    """A table's first cells, and the amounts of one of its columns."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    shown = [(cells[0], cells[column].strip("* ").replace(",", "")) for cells in rows[2:]]
    return [(name, D(amount)) for name, amount in shown]


@pytest.mark.parametrize("column", [0, 1])
def test_the_columns_add_up(cost_page: str, column: int) -> None:
    sections = re.findall(r"## With .*?(?=\n## )", cost_page, re.S)
    assert len(sections) == 3
    for section in sections:
        first, second = section.split("Missing in the overview")
        sums: list[Decimal] = []
        for table, before in ((first, 3), (second, 2)):
            total = D(0)
            for name, amount in amounts(table, before + column):
                if name == "**sum**":
                    assert amount == total
                elif name.startswith("**with"):
                    assert amount == sums[0] + total
                else:
                    total += amount
            sums.append(total)
        assert f" {sum(sums):,.2f} |" in cost_page.split("## With")[0], "not among the totals"
