"""The days on which authors were born or died, from `days.toml`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from kirosample import content
from kirosample.quotes import authors
from kirosample.quotes.catalogue import Catalogue
from kirosample.quotes.quote import Author, Quote

_FILE: Final = "quotes/days.toml"

Days = Mapping[tuple[int, int], list[tuple[date, str, Author]]]
"""Anniversaries by month and day: the date, `born` or `died`, and whose it is."""


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """An author's days. `seen` has the addresses of two independent texts."""

    seen: Annotated[tuple[str, ...], Meta(min_length=2)]
    born: str | None = None
    died: str | None = None


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
    of_day = []
    for at, field, author in sorted(_days().get((day.month, day.day), []), key=_births_first):
        if words := catalogue.search(author=author.name.ja):
            quote = words[day.year % len(words)]
            of_day.append(Anniversary(author, at.year, field == "born", quote))
    return tuple(of_day)


def _births_first(event: tuple[date, str, Author]) -> tuple[bool, date]:
    at, field, _ = event
    return field != "born", at


@cache
def _days() -> Days:
    """Raises ContentError."""
    return made(content.read(_FILE, dict[str, Any]), authors.load())


def made(written: Mapping[str, Any], known: Mapping[str, Author]) -> Days:
    """Days from the tables of authors' names."""
    events: Days = defaultdict(list)
    for name, days in content.entries(_FILE, written, _Entry):
        for field, value in (("born", days.born), ("died", days.died)):
            if value is None:
                continue
            try:
                at = date.fromisoformat(f"{getattr(known[name], field)}-{value}")
            except (KeyError, ValueError):
                problem = f"{field}: {value!r}: no author, or no MM-DD of their year"
                raise content.ContentError(f"{_FILE}: {name}: {problem}") from None
            events[at.month, at.day].append((at, field, known[name]))
    return events
