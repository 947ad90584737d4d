"""The days on which authors were born or died, from `days.toml`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from kirosample.quotes import authors
from kirosample.quotes.catalogue import Catalogue
from kirosample.quotes.quote import Author, CatalogueError, Quote, parsed

_FIELDS: Final = ("born", "died")
_GREGORIAN: Final = 1583
"""The first whole year of the calendar in which all days are given."""


class Day(NamedTuple):
    """An author's day of birth or of death."""

    author: Author
    field: str
    date: date


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A day on which an author was born, or died, in an earlier or later year, and their words."""

    author: Author
    year: int
    is_birth: bool
    quote: Quote


def anniversaries(catalogue: Catalogue, day: date) -> tuple[Anniversary, ...]:
    """The authors of the catalogue who were born or died on a day of the year, by year.

    Their words are others each year.
    """
    found = []
    for author, field, at in _by_day().get((day.month, day.day), ()):
        if words := catalogue.search(author=author.name.ja):
            quote = words[day.year % len(words)]
            found.append(Anniversary(author, at.year, field == "born", quote))
    return tuple(found)


@cache
def _by_day() -> Mapping[tuple[int, int], tuple[Day, ...]]:
    text = files("kirosample.quotes").joinpath("days.toml").read_text(encoding="utf-8")
    found: defaultdict[tuple[int, int], list[Day]] = defaultdict(list)
    for day in sorted(parse(text, authors.load()), key=lambda day: day.date):
        found[day.date.month, day.date.day].append(day)
    return {key: tuple(days) for key, days in found.items()}


def parse(text: str, known: Mapping[str, Author]) -> tuple[Day, ...]:
    """Parse TOML with a table for each author. Raises CatalogueError on an error."""
    document = parsed(text, "the table of days")
    return tuple(day for name, fields in document.items() for day in _days(name, fields, known))


def _days(name: str, fields: Any, known: Mapping[str, Author]) -> list[Day]:
    def wrong(problem: str) -> CatalogueError:
        return CatalogueError(f"day of {name}: {problem}")

    if name not in known:
        raise wrong("not in authors.toml")
    seen = fields.pop("seen", [])
    if len({urlsplit(address).hostname for address in seen}) < 2:
        raise wrong("seen: must be addresses on two hosts")
    if not fields or not fields.keys() <= set(_FIELDS):
        raise wrong("must have born or died, and nothing else")
    days = []
    for field, value in fields.items():
        year = getattr(known[name], field)
        if year is None or year < _GREGORIAN or getattr(known[name], f"{field}_circa"):
            raise wrong(f"{field}: authors.toml has no certain Gregorian year")
        try:
            days.append(Day(known[name], field, date.fromisoformat(f"{year}-{value}")))
        except ValueError:
            raise wrong(f"{field}: {value!r} is not an MM-DD of {year}") from None
    return days
