"""The overview's figures beside the estimate are those of its tables."""

import re
from decimal import Decimal

from infra.overview import OVERVIEW
from ishizue_ops.cost.__main__ import PAGE
from ishizue_ops.cost.charge import Line


def test_the_overviews_figures_are_those_of_its_tables() -> None:
    text = (PAGE.parent / "architecture-overview.ja.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|*]+) \| [^|]+ \| \$([\d.]+)(?:-([\d.]+))? \|$", text, re.M)
    figures = {Line(name): (Decimal(low), Decimal(high or low)) for name, low, high in rows}
    assert figures == {line: (of.low, of.high) for line, of in OVERVIEW.items()}
