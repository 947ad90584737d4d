"""One month's bill, line by line."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from infra.report.cost.book import Book
from infra.report.cost.charge import Charge, Line, Month, plain
from infra.report.cost.charges import charges

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bill:
    """What each line costs in US dollars, in whole cents; `charges` is where it comes from."""

    lines: Mapping[Line, Decimal]
    charges: tuple[Charge, ...]
    book: Book

    def cost(self, line: Line) -> Decimal:
        """What a line costs; 0 for one that the design does not have."""
        return self.lines.get(line, Decimal(0))

    def total(self, which: Callable[[Line], bool] = lambda _: True) -> Decimal:
        """The sum of the figures shown, so that a reader who adds them up gets the same."""
        return sum((cost for line, cost in self.lines.items() if which(line)), Decimal(0))

    def of(self, line: Line) -> str:
        """What the line is made of, for the reader."""
        counts: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for charge in self.charges:
            if charge.line is line:
                counts[charge.key, charge.of] += charge.count
        said = {of.format(plain(count)): None for (_, of), count in counts.items()}
        return "; ".join(said)

    def marks(self, line: Line) -> str:
        """The marks of the prices behind the line that are not certain."""
        keys = {charge.key for charge in self.charges if charge.line is line}
        return "".join(sorted({self.book[key].mark for key in keys}))

    @property
    def free(self) -> Decimal:
        """What AWS's monthly allowances would take off in an account that has nothing else."""
        used: defaultdict[str, Decimal] = defaultdict(Decimal)
        for charge in self.charges:
            used[charge.key] += charge.quantity
        off = (min(used[key], self.book[key].free) * self.book[key].usd for key in used)
        return cents(sum(off, Decimal(0)))


def bill(month: Month, book: Book) -> Bill:
    """Price a month. Each line is rounded once, at its end.

    Raises CostError or BookError, naming what has no price.
    """
    found = tuple(charges(month))
    exact = {line: _sum(found, line, book) for line in Line}
    return Bill({line: cents(cost) for line, cost in exact.items() if cost}, found, book)


def cents(dollars: Decimal) -> Decimal:
    """Round to the cent, halves up, as an invoice does."""
    return dollars.quantize(_CENT, ROUND_HALF_UP)


def _sum(found: Iterable[Charge], line: Line, book: Book) -> Decimal:
    return sum(
        (charge.quantity * book[charge.key].usd for charge in found if charge.line is line),
        Decimal(0),
    )
