"""The tables of bills: they add up."""

import re
from decimal import Decimal

import pytest

from infra.cost import book
from infra.cost.page.page import page
from tests.infra.cost.test_cost import service


def test_a_design_that_does_not_scale_has_one_column() -> None:
    text = page({"none": service(least=10, most=10)}, book.load())
    assert "| line | quantity | 10 tasks |" in text


@pytest.mark.parametrize("column", [0, 1])
def test_the_columns_add_up(cost_page: str, column: int) -> None:
    totals, *sections = re.findall(r"## (?:Totals|With ).*?(?=\n## )", cost_page, re.S)
    assert len(sections) == 3
    for section in sections:
        rows = [line.strip("| ").split(" | ") for line in section.splitlines() if "|" in line][2:]
        *costs, summed = [Decimal(row[2 + column].strip("* ").replace(",", "")) for row in rows]
        assert sum(costs) == summed
        assert f" {summed:,.2f} |" in totals
