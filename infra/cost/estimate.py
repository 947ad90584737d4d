"""A month's bill, line by line."""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from infra.cost.book import Book
from infra.cost.charge import Charge, Line, Month, plain
from infra.cost.charges import charges

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
        """The sum of the rounded costs, so that the page's columns add up."""
        return sum((cost for line, cost in self.lines.items() if line in lines), Decimal(0))

    def of(self, line: Line) -> str:
        """What the line consists of."""
        counts: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for charge in self.charges:
            if charge.line is line:
                counts[charge.key, charge.of] += charge.count
        parts = {of.format(plain(count)): None for (_, of), count in counts.items()}
        return "; ".join(parts)

    def marks(self, line: Line) -> str:
        """The marks of uncertain prices in the line."""
        keys = {charge.key for charge in self.charges if charge.line is line}
        return "".join(sorted({self.book[key].mark for key in keys}))

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
