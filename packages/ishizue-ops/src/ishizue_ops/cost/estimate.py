"""A month's bill, line by line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Charge, Line, Month, plain
from ishizue_ops.cost.charges import charges
from ishizue_ops.resource_types import Finding

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bill:
    """US dollars of each line, in whole cents, the charges behind them, and what has no price."""

    lines: Mapping[str, Decimal]
    charges: tuple[Charge, ...]
    book: Book
    unknown: tuple[Finding, ...]

    def cost(self, line: str) -> Decimal:
        """A line's cost; 0 for one that the design does not have."""
        return self.lines.get(line, Decimal(0))

    def total(self) -> Decimal:
        """The sum of the rounded costs: the page's columns add up."""
        return sum(self.lines.values(), Decimal(0))

    def quantities(self, line: str) -> str:
        """How many units of which price the line consists of; uncertain prices are marked."""
        units: defaultdict[str, Decimal] = defaultdict(Decimal)
        for charge in self.charges:
            if charge.line == line:
                units[charge.key] += charge.quantity
        prices = ((self.book[key], amount) for key, amount in units.items() if amount)
        return "; ".join(
            f"{plain(amount)} x {price.unit} at {price.usd}{price.mark}" for price, amount in prices
        )

    @property
    def free(self) -> Decimal:
        """What AWS's monthly allowances are worth in an account that has nothing else."""
        used: defaultdict[str, Decimal] = defaultdict(Decimal)
        for charge in self.charges:
            used[charge.key] += charge.quantity
        off = (min(used[key], self.book[key].free) * self.book[key].usd for key in used)
        return cents(sum(off, Decimal(0)))


def bill(month: Month, book: Book) -> Bill:
    """Price a month, rounding each line once."""
    priced, unknown = charges(month, book)
    exact: dict[str, Decimal] = dict.fromkeys(Line, Decimal(0))
    for charge in priced:
        cost = book[charge.key].cost(charge.quantity)
        exact[charge.line] = exact.get(charge.line, Decimal(0)) + cost
    lines = {line: cents(cost) for line, cost in exact.items() if cost}
    return Bill(lines, tuple(priced), book, tuple(unknown))


def order(bills: Iterable[Bill]) -> list[str]:
    """Every line that a bill may have, in the page's order."""
    return list(dict.fromkeys([*Line, *(line for each in bills for line in each.lines)]))


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
