"""The authors, from `authors.toml`: each Japanese name with its English form, reading and years."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kirosample.quotes.quote import UNDATED, Author, CatalogueError, parsed
from kirosample.quotes.ruby import KANA
from kirosample.text import Text

_FIELDS: Final[Mapping[str, type]] = {
    "english": str, "reading": str, "born": int, "died": int,
    "born_circa": bool, "died_circa": bool,
}  # fmt: skip
_LONGEST_LIFE: Final = 115
_KANJI: Final = re.compile("[々〆一-龠]")


@cache
def load() -> Mapping[str, Author]:
    """The authors of the package by their Japanese names."""
    return parse(files("kirosample.quotes").joinpath("authors.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Mapping[str, Author]:
    """Parse TOML with a table for each author. Raises CatalogueError on an error."""
    document = parsed(text, "the table of authors")
    return {name: _author(name, fields) for name, fields in document.items()}


def _author(name: str, fields: Any) -> Author:
    def wrong(field: str, problem: str) -> CatalogueError:
        return CatalogueError(f"author {name}: {field}: {problem}")

    if not isinstance(fields, dict):
        raise CatalogueError(f"author {name}: must be a table")
    for field, value in fields.items():
        if field not in _FIELDS:
            raise wrong(field, "unknown field")
        if type(value) is not _FIELDS[field]:
            raise wrong(field, f"must be of type {_FIELDS[field].__name__}")
    english, reading = fields.get("english", ""), fields.get("reading")
    if not english or english != english.strip() or not english.isprintable():
        raise wrong("english", "required, one line of text, without spaces around it")
    if (reading is not None) != bool(_KANJI.search(name)):
        raise wrong("reading", "required if the name has kanji, and only then")
    if reading is not None and not KANA.fullmatch(reading):
        raise wrong("reading", "must be in kana")
    for year in ("born", "died"):
        if fields.get(year) == 0:
            raise wrong(year, "there is no year 0")
        if f"{year}_circa" in fields and not (fields[f"{year}_circa"] and year in fields):
            raise wrong(f"{year}_circa", f"must be true, beside {year}, or left out")
    born, died = fields.get("born"), fields.get("died")
    if died is None and (born is not None or name not in UNDATED):
        raise wrong("died", "missing")
    if born is not None and not 0 <= died - born <= _LONGEST_LIFE:
        raise wrong("died", f"{died} is impossible for an author born in {born}")
    circa = {field: field in fields for field in ("born_circa", "died_circa")}
    return Author(Text(name, english), reading, born, died, **circa)
