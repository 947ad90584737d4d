"""A month's bill, line by line."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from ishizue_ops.cost.book import Book, Price
from ishizue_ops.cost.charges import Charge, Month, charges
from ishizue_ops.resource_types import Finding
from ishizue_ops.template import understanding

WORDS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
"""The words of the pages, by language."""

LINES: Mapping[str, str] = WORDS["lines"]
"""The Japanese of each line, in the page's order."""

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bill:
    """US dollars of each line, in whole cents, the charges behind them, and what has no price."""

    lines: Mapping[str, Decimal]
    charges: tuple[Charge, ...]
    unpriced: tuple[Finding, ...]

    def total(self) -> Decimal:
        """The sum of the rounded costs: the page's columns add up."""
        return sum(self.lines.values(), Decimal(0))

    def units(self, line: str = "") -> list[tuple[Price, Decimal]]:
        """How many units of which price the line consists of, or all lines."""
        units: defaultdict[str, Decimal] = defaultdict(Decimal)
        prices = {each.price.key: each.price for each in self.charges}
        for charge in self.charges:
            if line in ("", charge.line):
                units[charge.price.key] += charge.quantity
        return [(prices[key], amount) for key, amount in units.items() if amount]

    @property
    def free(self) -> Decimal:
        """What AWS's monthly allowances are worth in an account that has nothing else."""
        off = (min(used, Decimal(price.free)) * price.usd for price, used in self.units())
        return cents(sum(off, Decimal(0)))


def bill(month: Month, book: Book) -> Bill:
    """Price a month, rounding each line once; in the page's order, then others."""
    priced: list[Charge] = []
    unpriced: list[Finding] = []
    for resource in month.design.resources:
        with understanding("price", resource, unpriced):
            priced += [*charges(resource, month, book)]
    exact: defaultdict[str, Decimal] = defaultdict(Decimal)
    for charge in priced:
        exact[charge.line] += charge.price.cost(charge.quantity)
    lines = {line: cents(exact[line]) for line in {**LINES, **exact} if line in exact}
    return Bill(lines, tuple(priced), tuple(unpriced))


def cents(dollars: Decimal) -> Decimal:
    """Round half up to the cent."""
    return dollars.quantize(_CENT, ROUND_HALF_UP)


def usd(amount: Decimal) -> str:
    """An amount on a page, in whole cents."""
    return f"{amount:,.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of a page."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
