"""The bills of the designs."""

from collections.abc import Mapping

from infra.checks.template import Design
from infra.cost.book import Book
from infra.cost.page.columns import ARCHITECTURES, NAMES, columns
from infra.cost.page.markdown import bold, table, usd


def totals(designs: Mapping[str, Design], book: Book) -> str:
    """What each design costs on each architecture, at each size."""
    rows = []
    for name, design in designs.items():
        kinds = [columns(design, book, kind) for kind in ARCHITECTURES.values()]
        for size in zip(*kinds, strict=True):
            cells = (usd(one.bill.total()) for one in size)
            rows.append([f"{NAMES[name]}, {size[0].label}", *cells])
    return table(["", *ARCHITECTURES], rows)


def lines(design: Design, book: Book) -> str:
    """Each line of the bill, and their sum."""
    sizes = columns(design, book)
    bills = [one.bill for one in sizes]
    rows = [
        [
            f"{line} {bills[0].marks(line)}".strip(),
            bills[0].of(line),
            *(usd(each.cost(line)) for each in bills),
        ]
        for line in bills[0].lines
    ]
    rows.append(["**sum**", "", *(bold(usd(each.total())) for each in bills)])
    return table(["line", "quantity", *(one.label for one in sizes)], rows)
