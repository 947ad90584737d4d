"""The authors, from `authors.toml`: each Japanese name with its English form, reading and years."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal

from msgspec import Struct

from kirosample import content
from kirosample.quotes.quote import Author
from kirosample.text import Text

_FILE: Final = "quotes/authors.toml"


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    english: str
    reading: content.Kana | None = None
    born: int | None = None
    died: int | None = None
    born_circa: Literal[True] | None = None
    died_circa: Literal[True] | None = None


@cache
def load() -> Mapping[str, Author]:
    """The authors of the package by their Japanese names. Raises ContentError."""
    return made(content.read(_FILE, dict[str, Any]))


def made(written: Mapping[str, Any]) -> Mapping[str, Author]:
    """Authors from the tables of their names."""
    return {
        name: Author(
            Text(name, entry.english),
            entry.reading,
            entry.born,
            entry.died,
            bool(entry.born_circa),
            bool(entry.died_circa),
        )
        for name, entry in content.entries(_FILE, written, _Entry)
    }
