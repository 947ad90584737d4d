"""The bills of the designs, compared with the figures of the overview."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from infra.checks.template import Design
from infra.cost.book import Book
from infra.cost.charge import Line, Size
from infra.cost.overview import BASE, DATABASE, OVERVIEW, Figure
from infra.cost.page.columns import ARCHITECTURES, NAMES, columns
from infra.cost.page.markdown import bold, table, usd

_OVERVIEW = """\
The [overview](architecture-overview.ja.md) is the estimate that this repository started from. The
usage assumed below has its 5 GB of logs and 10 GB of images.
"""


def totals(designs: Mapping[str, Design], book: Book) -> str:
    """What each design costs on each architecture, at each size."""
    rows = []
    for name, design in designs.items():
        kinds = [columns(design, book, kind) for kind in ARCHITECTURES.values()]
        for size in zip(*kinds, strict=True):
            sums = [(one.bill.total(OVERVIEW), one.bill.total()) for one in size]
            cells = (usd(amount) for pair in sums for amount in pair)
            rows.append([f"{NAMES[name]}, {size[0].label}", *cells])
    head = [f"{kind}: {part}" for kind in ARCHITECTURES for part in ("overview's lines", "all")]
    return _OVERVIEW + "\n" + table(["", *head], rows)


def lines(design: Design, book: Book) -> str:
    """The overview's lines, compared at the fewest tasks, and the lines that it lacks."""
    sizes = columns(design, book)
    labels, bills = [one.label for one in sizes], [one.bill for one in sizes]
    ends = [one.bill for one in sizes if one.tasks is Size.LEAST]
    compared = (ends[0], ends[-1])

    def costs(chosen: Iterable[Line]) -> list[Decimal]:
        return [each.total(tuple(chosen)) for each in bills]

    def named(line: Line) -> list[str]:
        return [f"{line} {bills[0].marks(line)}".strip(), bills[0].of(line)]

    def summed(figures: Mapping[Line, Figure]) -> list[str]:
        figure = sum(figures.values(), Figure(Decimal(0), Decimal(0)))
        low, high = (each.total(figures) for each in compared)
        cells = (str(figure), *map(usd, costs(figures)), figure.difference(low, high))
        return ["**sum**", "", *map(bold, cells), ""]

    def rows(figures: Mapping[Line, Figure]) -> list[list[str]]:
        found = []
        for line, figure in figures.items():
            low, high = (each.cost(line) for each in compared)
            cells = (str(figure), *map(usd, costs([line])), figure.difference(low, high))
            found.append([*named(line), *cells, figure.why if low != figure.low else "right"])
        return found

    database = {line: figure for line, figure in DATABASE.items() if line in bills[0].lines}
    overview = [*rows(BASE), summed(BASE)]
    if database:
        overview += [*rows(database), summed({**BASE, **database})]
    others = [line for line in bills[0].lines if line not in OVERVIEW]
    other_rows = [[*named(line), *map(usd, costs([line]))] for line in others]
    for name, summands in (("sum", others), ("with the overview's lines", Line)):
        other_rows.append([bold(name), "", *(bold(usd(cost)) for cost in costs(summands))])
    return (
        table(["line", "quantity", "overview", *labels, "difference", "why"], overview)
        + "\nMissing in the overview:\n\n"
        + table(["line", "quantity", *labels], other_rows)
    )
