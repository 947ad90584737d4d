"""Parses the catalogue file strictly. An error names the entry and the field."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from kirosample.quotes import authors, ruby
from kirosample.quotes.catalogue import Catalogue
from kirosample.quotes.plan import SeasonError
from kirosample.quotes.quote import (
    CITED,
    LANGUAGES,
    STATUSES,
    TOPICS,
    Author,
    CatalogueError,
    Quote,
    Season,
    parsed,
)
from kirosample.quotes.searching import folded
from kirosample.text import Text

_FIELDS: dict[str, type] = {
    "id": str, "text": str, "ruby": str, "english": str, "original": str, "language": str,
    "author": str, "source": str, "source_en": str, "topics": list,
    "status": str, "seen": str, "seen_en": str, "season": dict,
}  # fmt: skip
_REQUIRED = ("id", "text", "author", "source", "source_en", "topics", "status")
_JAPANESE, _ENGLISH = "ja", "en"
_NO_LETTERS = re.compile(r"[\W_]+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_IN_JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]")
_MONTH_AND_DAY = re.compile("[0-9]{2}-[0-9]{2}")
_ID_OF_A_ROUTE = ("today", "random")

# In Japan the works of authors who died by 1967 were in the public domain when the term grew from
# 50 to 70 years at the end of 2018. Foreign works have up to ten years of wartime extension.
_JAPANESE_DIED_BEFORE = 1968
_OTHERS_DIED_BEFORE = 1958


class _FieldError(Exception):
    """A field of the current entry is invalid."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")


@cache
def load() -> Catalogue:
    """The catalogue of the package, parsed once."""
    return parse(files("kirosample.quotes").joinpath("catalogue.toml").read_text(encoding="utf-8"))


def parse(text: str, known: Mapping[str, Author] | None = None) -> Catalogue:
    """Parse TOML with a [[quote]] table for each entry, by authors of the package or these.

    Raises CatalogueError on an error.
    """
    known = authors.load() if known is None else known
    document = parsed(text, "the catalogue")
    entries = document.pop("quote", None)
    if document or not isinstance(entries, list) or not entries:
        raise CatalogueError("the catalogue must consist of [[quote]] tables")
    quotes: list[Quote] = []
    firsts: dict[tuple[str, str], Quote] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise CatalogueError(f"quote {number} is not a table")
        try:
            quote = _quote(entry, known)
            _check_against(firsts, quote)
        except _FieldError as error:
            name = entry.get("id", "without id")
            raise CatalogueError(f"quote {number} ({name}): {error}") from None
        quotes.append(quote)
    if all(quote.season for quote in quotes):
        raise CatalogueError("the catalogue needs quotes without a season")
    try:
        return Catalogue(quotes)
    except SeasonError as error:
        number = quotes.index(error.quote) + 1
        problem = "every day of it belongs to a quote with an equal or shorter season"
        raise CatalogueError(f"quote {number} ({error.quote.id}): season: {problem}") from None


def _quote(entry: dict[str, Any], known: Mapping[str, Author]) -> Quote:
    for field, value in entry.items():
        if field not in _FIELDS:
            raise _FieldError(field, "unknown field")
        if type(value) is not _FIELDS[field]:
            raise _FieldError(field, f"must be of type {_FIELDS[field].__name__}")
        if isinstance(value, str) and not _is_one_line(value):
            raise _FieldError(field, "must be one line of text, without spaces around it")
    for field in _REQUIRED:
        if field not in entry:
            raise _FieldError(field, "missing")
    if not _ID.fullmatch(entry["id"]) or entry["id"] in _ID_OF_A_ROUTE:
        raise _FieldError("id", "must be words of a-z and 0-9 joined by hyphens")
    if entry["status"] not in STATUSES:
        raise _FieldError("status", f"must be one of {', '.join(STATUSES)}")
    if "seen_en" in entry and "seen" not in entry:
        raise _FieldError("seen_en", "only with `seen`")
    if ("seen" in entry) == (entry["status"] == CITED):
        raise _FieldError("seen", f"required unless the status is {CITED}, and only then")
    _check_topics(entry["topics"])
    _check_language(entry)
    return Quote(
        id=entry["id"],
        text=Text(entry["text"], _english(entry)),
        author=_author(entry, known),
        source=Text(entry["source"], entry["source_en"]),
        original=entry.get("original"),
        language=entry.get("language"),
        topics=tuple(entry["topics"]),
        status=entry["status"],
        seen=_seen(entry),
        season=_season(entry.get("season")),
        ruby=_ruby(entry),
    )


def _seen(entry: dict[str, Any]) -> Text | None:
    """What was read; in English the same if it is in Latin letters."""
    if "seen" not in entry:
        return None
    english = entry.get("seen_en", entry["seen"])
    if _IN_JAPANESE.search(english):
        raise _FieldError("seen_en", "must say in English what `seen` says in Japanese")
    return Text(entry["seen"], english)


def _is_one_line(value: str) -> bool:
    # The ideographic space, between the lines of a poem, does not count as printable.
    return value != "" and value == value.strip() and value.replace("\u3000", "").isprintable()


def _check_topics(topics: list[Any]) -> None:
    if not 1 <= len(topics) <= 3:
        raise _FieldError("topics", "must be one to three")
    for topic in topics:
        if topic not in TOPICS:
            raise _FieldError("topics", f"{topic!r} is not in the vocabulary")
        if topics.count(topic) > 1:
            raise _FieldError("topics", f"{topic!r} is repeated")


def _check_language(entry: dict[str, Any]) -> None:
    if ("language" in entry) != ("original" in entry):
        raise _FieldError("language", "required if there is an original, and only then")
    if "language" in entry and entry["language"] not in LANGUAGES.keys() - {_JAPANESE}:
        raise _FieldError("language", f"{entry['language']!r} is not in the vocabulary")


def _english(entry: dict[str, Any]) -> str:
    if ("english" in entry) == (entry.get("language") == _ENGLISH):
        raise _FieldError("english", "required unless the original is English, and only then")
    text: str = entry.get("english") or entry["original"]
    return text


def _ruby(entry: dict[str, Any]) -> str | None:
    marked: str | None = entry.get("ruby")
    if marked is None:
        return None
    if ruby.plain(marked) != entry["text"]:
        raise _FieldError("ruby", "without its readings it must be the text")
    if marked == entry["text"]:
        raise _FieldError("ruby", "has neither a reading, such as {熟田津|にぎたづ}, nor a |")
    return marked


def _season(table: dict[str, Any] | None) -> Season | None:
    if table is None:
        return None
    if set(table) != {"from", "to"}:
        raise _FieldError("season", "must have from and to, both MM-DD, and nothing else")
    for side in ("from", "to"):
        if not _is_day_of_a_year(table[side]):
            raise _FieldError(f"season.{side}", f"{table[side]!r} is not an MM-DD of every year")
    return Season(table["from"], table["to"])


def _is_day_of_a_year(value: object) -> bool:
    if not isinstance(value, str) or not _MONTH_AND_DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(f"2001-{value}")  # a common year: February 29 does not come every year
    except ValueError:
        return False
    return True


def _author(entry: dict[str, Any], known: Mapping[str, Author]) -> Author:
    author = known.get(entry["author"])
    if author is None:
        raise _FieldError("author", f"{entry['author']} is not in authors.toml")
    limit = _OTHERS_DIED_BEFORE if "language" in entry else _JAPANESE_DIED_BEFORE
    if author.died is not None and author.died >= limit:
        problem = f"{entry['author']} is not in the public domain: died must be before {limit}"
        raise _FieldError("author", problem)
    return author


def _check_against(firsts: dict[tuple[str, str], Quote], quote: Quote) -> None:
    """Check that the quote is new.

    `firsts` has the first quote for each (field, value); this adds to it.
    """
    contents = {
        "id": quote.id,
        "text": _letters(quote.text.ja),
        "original": _letters(quote.original),
    }
    for field, value in contents.items():
        first = firsts.setdefault((field, value), quote) if value else quote
        if first is not quote:
            raise _FieldError(field, f"is the same as in {first.id}")


def _letters(text: str | None) -> str:
    """The letters alone, to compare quotes without punctuation, spaces, width and case."""
    return _NO_LETTERS.sub("", folded(text or ""))
