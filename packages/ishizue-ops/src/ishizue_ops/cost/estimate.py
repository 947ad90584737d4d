"""A month's bill, line by line."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Charge, Line, Month, plain
from ishizue_ops.cost.charges import charges

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bill:
    """US dollars of each line, in whole cents, and the charges behind them."""

    lines: Mapping[Line, Decimal]
    charges: tuple[Charge, ...]
    book: Book

    def cost(self, line: Line) -> Decimal:
        """A line's cost; 0 for one that the design does not have."""
        return self.lines.get(line, Decimal(0))

    def total(self, lines: Container[Line] = tuple(Line)) -> Decimal:
        """The sum of the rounded costs: the page's columns add up."""
        return sum((cost for line, cost in self.lines.items() if line in lines), Decimal(0))

    def quantities(self, line: Line) -> str:
        """How many units of which price the line consists of; uncertain prices are marked."""
        units: defaultdict[str, Decimal] = defaultdict(Decimal)
        for charge in self.charges:
            if charge.line is line:
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
    """Price a month, rounding each line once. Raises CostError or BookError."""
    found = tuple(charges(month))
    exact = dict.fromkeys(Line, Decimal(0))
    for charge in found:
        exact[charge.line] += book[charge.key].cost(charge.quantity)
    return Bill({line: cents(cost) for line, cost in exact.items() if cost}, found, book)


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
