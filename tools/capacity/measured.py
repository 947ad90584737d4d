"""What a request takes, as `make bench` measured it: read from docs/performance.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.targets import COLD, FILLED, LIST, MANY_FAVORITES, WITH_HEADERS

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"

_RATE = re.compile(r"([\d,]+) \(([\d,]+) to ([\d,]+)\)")


class MeasurementError(Exception):
    """docs/performance.md lacks a figure; the message is one line."""


@dataclass(frozen=True)
class Cost:
    """Seconds of a core for one request: the median run's, and the fastest and slowest run's."""

    median: float
    fastest: float
    slowest: float


@dataclass(frozen=True)
class Measured:
    """What the model takes from the benchmarks."""

    page: Cost
    """A cached page with a browser's headers: the mean of the four pages."""
    page_bytes: float
    favorites: Cost
    like: Cost
    cold: Cost
    """A calendar page that is not cached."""
    write: float
    """The database's part of a like, at most: what its core had left beside the load's client."""
    read: float
    """The database's part of a list, at most: the whole response, one at a time."""


def load(path: Path = PAGE) -> Measured:
    """Raises MeasurementError."""
    text = path.read_text(encoding="utf-8")
    pages = [_side(text, target.what) for target in WITH_HEADERS.values()]
    costs = [_cost(page) for page in pages]
    like = _side(text, MANY_FAVORITES.what)
    (cold,) = _found(text, rf"^\| {re.escape(COLD['dates'].what)} \|.*?\*\*([\d.]+) ms")
    (first,) = _found(text, rf"^- {re.escape(FILLED.what)}:.* first page ([\d.]+)")
    return Measured(
        page=Cost(
            *(fmean(getattr(cost, name) for cost in costs) for name in Cost.__dataclass_fields__)
        ),
        page_bytes=fmean(int(_number(page[0].split(", ")[1].split()[0])) for page in pages),
        favorites=_cost(_side(text, LIST.what)),
        like=_cost(like),
        cold=Cost(*[float(cold) / 1000] * 3),
        write=(1 - _share(like[3])) / _rates(like)[0],
        read=float(first) / 1000,
    )


def _side(text: str, what: str) -> Sequence[str]:
    """Our side of a row: its name, runs a second, latency, and both cores' use."""
    (row,) = _found(text, rf"^\| {re.escape(what)} \| (KiroSample[^\n]*) \|$")
    return [cell.strip() for cell in row.split("|")]


def _cost(row: Sequence[str]) -> Cost:
    median, slowest, fastest = _rates(row)
    core = _share(row[4])
    return Cost(core / median, core / fastest, core / slowest)


def _rates(row: Sequence[str]) -> Sequence[float]:
    """Responses a second: the median, the slowest and the fastest run's."""
    found = _RATE.fullmatch(row[1])
    if not found:
        raise MeasurementError(f"docs/{PAGE.name}: not a rate: {row[1]}")
    return [_number(number) for number in found.groups()]


def _share(cell: str) -> float:
    return float(cell.removesuffix("%")) / 100


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _found(text: str, pattern: str) -> Sequence[str]:
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise MeasurementError(f"docs/{PAGE.name} has no line like {pattern}: run `make bench`")
    return found.groups()
