"""The days on which authors were born or died, from `days.toml`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from kirosample.quotes import authors
from kirosample.quotes.catalogue import Catalogue
from kirosample.quotes.quote import Author, CatalogueError, Quote, parsed

_GREGORIAN: Final = 1583
"""The first whole year of the calendar in which all days are given."""

Days = Mapping[tuple[int, int], list[tuple[date, str, Author]]]
"""By month and day: the date, `born` or `died`, and whose."""


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A day on which an author was born, or died, in some year, and their words."""

    author: Author
    year: int
    is_birth: bool
    quote: Quote


def anniversaries(catalogue: Catalogue, day: date) -> tuple[Anniversary, ...]:
    """The authors of the catalogue who were born or died on a day of the year: births, then deaths.

    Their words are others each year.
    """
    found = []
    for at, field, author in sorted(_days().get((day.month, day.day), []), key=_births_first):
        if words := catalogue.search(author=author.name.ja):
            quote = words[day.year % len(words)]
            found.append(Anniversary(author, at.year, field == "born", quote))
    return tuple(found)


def _births_first(event: tuple[date, str, Author]) -> tuple[bool, date]:
    at, field, _ = event
    return field != "born", at


@cache
def _days() -> Days:
    text = files("kirosample.quotes").joinpath("days.toml").read_text(encoding="utf-8")
    return parse(text, authors.load())


def parse(text: str, known: Mapping[str, Author]) -> Days:
    """Parse TOML with a table for each author. Raises CatalogueError on an error."""
    found: Days = defaultdict(list)
    for name, fields in parsed(text, "the table of days").items():
        if len({urlsplit(address).hostname for address in fields.pop("seen", ())}) < 2:
            raise CatalogueError(f"day of {name}: seen: must be addresses on two hosts")
        for field, value in fields.items():
            try:
                author = known[name]
                at = date.fromisoformat(f"{getattr(author, field)}-{value}")
            except (KeyError, AttributeError, ValueError):
                problem = f"{name}, {field}, {value!r}: no author, field or MM-DD of their year"
                raise CatalogueError(f"day of {problem}") from None
            if at.year < _GREGORIAN or getattr(author, f"{field}_circa"):
                raise CatalogueError(f"day of {name}: {field}: not in a certain Gregorian year")
            found[at.month, at.day].append((at, field, author))
    return found
