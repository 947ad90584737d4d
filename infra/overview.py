"""The figures of docs/architecture-overview.ja.md beside the estimate, and why they differ."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Line, Month, Size
from ishizue_ops.cost.estimate import Bill, bill, table, usd
from ishizue_ops.template import Design


class Figure(NamedTuple):
    """US dollars a month, one figure or a range; `why` AWS's price differs from it."""

    low: Decimal
    high: Decimal
    why: str


def _figure(low: str, why: str, high: str = "") -> Figure:
    return Figure(Decimal(low), Decimal(high or low), why)


BASE: Mapping[Line, Figure] = {
    Line.ALB: _figure("16", "16 is the price in us-east-1"),
    Line.FARGATE: _figure(
        "30", "no price gives 30: two such tasks cost three times that on x86, 2.4 times on ARM"
    ),
    Line.NAT: _figure("32", "32 is the price of one in us-east-1"),
    Line.ECR: _figure("1", ""),
    Line.LOGS: _figure("2.5", "2.5 is the price in us-east-1"),
    Line.DNS: _figure("0.5", "without a domain there is no zone"),
}
"""Its table without a database; the sum is 82."""

DATABASE: Mapping[Line, Figure] = {
    Line.RDS: _figure("30", "30 is about the price in us-east-1"),
    Line.AURORA: _figure("30", "no known price gives 30 to 120, even for one instance", "120"),
}
"""Its second table; the sums with the first are 112, and 112 to 202."""

OVERVIEW: Mapping[Line, Figure] = {**BASE, **DATABASE}

_WORDS = """\
The [overview](architecture-overview.ja.md) is the estimate that this repository started from. With
two tasks, 5 GB of logs and 10 GB of images, as there; a range is Aurora's, from 0.5 to 2 ACU.
"""


def compared(designs: Mapping[str, Design], book: Book) -> str:
    """The overview's lines, each beside what it costs with the fewest tasks."""
    rows: list[list[str]] = []
    for design in designs.values():
        bills = [bill(Month(design, database=size), book) for size in Size]
        database = {line: figure for line, figure in DATABASE.items() if bills[0].cost(line)}
        if not rows:
            rows += _rows(bills, BASE, BASE)
        if database:
            rows += _rows(bills, database, {**BASE, **database})
    return _WORDS + "\n" + table(["line", "overview", "here", "difference", "why"], rows)


def _rows(
    bills: list[Bill], figures: Mapping[Line, Figure], summed: Mapping[Line, Figure]
) -> Iterator[list[str]]:
    for line, figure in figures.items():
        here = [each.cost(line) for each in bills]
        why = "" if here == [figure.low, figure.high] else figure.why
        yield [str(line), *_cells([figure.low, figure.high], here), why]
    sums = [sum(ends) for ends in zip(*((of.low, of.high) for of in summed.values()), strict=True)]
    cells = _cells([Decimal(end) for end in sums], [each.total(summed) for each in bills])
    yield ["**sum**", *(f"**{cell}**" for cell in cells), ""]


def _cells(overview: list[Decimal], here: list[Decimal]) -> list[str]:
    """Both, and their difference, each an amount or a range."""
    differences = [ours - theirs for ours, theirs in zip(here, overview, strict=True)]
    texts = (
        [f"{amount.normalize():f}" for amount in overview],
        [usd(amount) for amount in here],
        [f"{amount:+,.2f}" if amount else "0.00" for amount in differences],
    )
    return [" to ".join(dict.fromkeys(ends)) for ends in texts]
