"""docs/cost.md: the estimate in words and tables."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Month, Size, plain
from ishizue_ops.cost.charges import STARTERS
from ishizue_ops.cost.estimate import Bill, bill, cents, order, table, usd
from ishizue_ops.cost.usage import HOURS, USAGE
from ishizue_ops.template import Design, alarms, nodes

NAMES = {"none": "no database", "rds": "RDS", "aurora": "Aurora"}
ARCHITECTURES = {"x86": "X86_64", "ARM": "ARM64"}

_TEXT = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
"""The page with a place for each table. A section whose table is missing is left out."""

_ROWS = tomllib.loads(Path(__file__).with_name("page.toml").read_text(encoding="utf-8"))
STEPS: Sequence[Mapping[str, Any]] = _ROWS["step"]
"""Each step down from the default to `SIZE=hobby`: its `settings`, and what is `lost`."""


def page(
    designs: Mapping[str, Design],
    book: Book,
    edge: Design | None = None,
    smaller: Sequence[Design] = (),
) -> str:
    """The page about the designs by database, and the first of them with CloudFront.

    `smaller` are those of `STEPS`.
    """
    first = next(iter(designs.values()))
    tables = {
        "totals": _totals(designs, book),
        "lines": _lines(designs, book),
        "more": _more(book),
        "environment": _environment(designs, book),
        "assumptions": _assumptions(designs.values()),
    }
    if smaller:
        tables["smaller"] = _smaller(first, smaller, book)
    if edge:
        tables["cloudfront"] = _cloudfront(first, edge, book)
    free = dict.fromkeys(usd(bill(Month(of), book).free) for of in designs.values())
    words = {
        "region": book.region,
        "date": book.date,
        "hours": HOURS,
        "first": NAMES[next(iter(designs))],
        "alarms": alarms(first),
        "free": " or ".join(free),
    }
    absent = [place for place in ("{smaller}", "{cloudfront}") if place[1:-1] not in tables]
    sections = [
        section for section in _TEXT.split("\n## ") if not any(place in section for place in absent)
    ]
    return "\n## ".join(sections).format(**tables, **words)


def _totals(designs: Mapping[str, Design], book: Book) -> str:
    """What each design costs on each architecture, at each end of how many tasks it has."""
    rows: dict[str, list[str]] = {}  # what does not scale is there once
    for (name, design), tasks in product(designs.items(), Size):
        month = Month(design, tasks)
        months = (replace(month, architecture=kind) for kind in ARCHITECTURES.values())
        rows[f"{NAMES[name]}, {month.size}"] = [
            _range(each.total() for each in _bills(variant, book)) for variant in months
        ]
    return table(["", *ARCHITECTURES], [[name, *cells] for name, cells in rows.items()])


def _bills(month: Month, book: Book) -> list[Bill]:
    """Two bills of a month, with the database at each end of its range."""
    return [bill(replace(month, database=size), book) for size in Size]


def _range(costs: Iterable[Decimal]) -> str:
    """One amount, or two that differ."""
    return " to ".join(dict.fromkeys(map(usd, costs)))


def _lines(designs: Mapping[str, Design], book: Book) -> str:
    """Each line of each design's smallest month."""
    months = [_bills(Month(design), book) for design in designs.values()]
    rows = []
    for line in order(each for bills in months for each in bills):
        costs = [[each.cost(line) for each in bills] for bills in months]
        having = next((bills[0] for bills in months if bills[0].cost(line)), None)
        if having:
            cells = [_range(both) if any(both) else "" for both in costs]
            rows.append([str(line), having.quantities(line), *cells])
    sums = (_range(each.total() for each in bills) for bills in months)
    rows.append(["**sum**", "", *(f"**{total}**" for total in sums)])
    return table(["line", "quantity and price", *(NAMES[name] for name in designs)], rows)


def _smaller(default: Design, designs: Sequence[Design], book: Book) -> str:
    before = bill(Month(default), book).total()
    rows = [["the default", usd(before), "", ""]]
    for step, design in zip(STEPS, designs, strict=True):
        total = bill(Month(design), book).total()
        settings = " ".join(f"{name}={text}" for name, text in step["settings"].items())
        rows.append([f"`{settings}`", usd(total), usd(before - total), step["lost"]])
        before = total
    return table(["with those above", "USD", "saved", "lost"], rows)


def _cloudfront(without: Design, edge: Design, book: Book) -> str:
    """The lines that CloudFront changes."""
    before = bill(Month(without), book)
    after = bill(Month(edge), book)
    rows = [
        [str(line), after.quantities(line), usd(before.cost(line)), usd(after.cost(line))]
        for line in order([before, after])
        if before.cost(line) != after.cost(line)
    ]
    rows.append(["**all lines**", "", f"**{usd(before.total())}**", f"**{usd(after.total())}**"])
    return table(["line", "quantity and price", "`CDN=off`", "`CDN=on`"], rows)


def _more(book: Book) -> str:
    rows = []
    for row in _ROWS["more"]:
        hours = {key: HOURS * count for key, count in row.get("hours", {}).items()}
        parts = {**hours, **row.get("units", {})}
        marks = "".join(sorted({book[key].mark for key in parts}))
        cost = sum((book[key].usd * units for key, units in parts.items()), Decimal(0))
        rows.append([f"{row['what']} {marks}".strip(), usd(cents(cost))])
    return table(["", "USD"], rows)


def _environment(designs: Mapping[str, Design], book: Book) -> str:
    rows = []
    for name, design in designs.items():
        month = Month(design, traffic=Decimal(0))
        bills = _bills(month, book)
        tasks = f"{NAMES[name]}, {month.size.partition(',')[0]}"
        rows.append([tasks, _range(each.total() for each in bills)])
    return table(["", "USD"], rows)


def _assumptions(designs: Iterable[Design]) -> str:
    starters = [each for design in designs for each in design.of_type(*STARTERS)]
    scheduled = any("TaskDefinitionArn" in node for each in starters for node in nodes(each.raw))
    rows = [
        [amount.what, f"{plain(round(amount.value, 2))} {amount.unit}".strip(), amount.why]
        for name, amount in USAGE.items()
        if scheduled or name != "jobs"
    ]
    return table(["", "a month", "why"], rows)
