"""Reading the catalogue file, strictly: what is wrong is said with its entry and its field."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from kirosample.quotes.catalogue import Catalogue, folded
from kirosample.quotes.quote import Quote
from kirosample.quotes.vocabulary import LANGUAGES, STATUSES, TOPICS, UNDATED, VERIFIED

_FIELDS: dict[str, type] = {
    "id": str,
    "text": str,
    "original": str,
    "language": str,
    "author": str,
    "born": int,
    "died": int,
    "source": str,
    "topics": list,
    "status": str,
    "seen": str,
}
_REQUIRED = ("id", "text", "author", "source", "topics", "status")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID_OF_A_ROUTE = ("today", "random")
_LONGEST_LIFE = 115

# In Japan the works of those who died by 1967 were free when the term grew from fifty to seventy
# years at the end of 2018. For others up to ten years of wartime extension come on top.
_JAPANESE_DIED_BEFORE = 1968
_OTHERS_DIED_BEFORE = 1958


class CatalogueError(ValueError):
    """The catalogue cannot be used; the message names the entry and the field."""


class _FieldError(Exception):
    """`field` of the entry at hand is not as it must be."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")


@cache
def load() -> Catalogue:
    """The catalogue of the package, read once."""
    return parse(files("kirosample.quotes").joinpath("catalogue.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Catalogue:
    """The catalogue written in `text`: TOML, one [[quote]] table an entry.

    Raises CatalogueError for the first entry that is not as it must be.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"the catalogue is not TOML: {error}") from error
    entries = document.pop("quote", None)
    if document or not isinstance(entries, list) or not entries:
        raise CatalogueError("the catalogue must be [[quote]] tables and nothing else")
    quotes: list[Quote] = []
    firsts: dict[tuple[str, str], Quote] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise CatalogueError(f"quote {number} is not a table")
        try:
            quote = _quote(entry)
            _check_against(firsts, quote)
        except _FieldError as error:
            name = entry.get("id", "without id")
            raise CatalogueError(f"quote {number} ({name}): {error}") from None
        quotes.append(quote)
    return Catalogue(quotes)


def _quote(entry: dict[str, Any]) -> Quote:
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
    if ("seen" in entry) != (entry["status"] == VERIFIED):
        raise _FieldError("seen", "must be there if the status is verified, and only then")
    _check_topics(entry["topics"])
    _check_language(entry)
    _check_years(entry)
    values = {field: entry.get(field) for field in _FIELDS}
    return Quote(**values | {"topics": tuple(entry["topics"])})


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
            raise _FieldError("topics", f"{topic!r} is there twice")


def _check_language(entry: dict[str, Any]) -> None:
    if ("language" in entry) != ("original" in entry):
        raise _FieldError("language", "must be there if there is an original, and only then")
    if "language" in entry and entry["language"] not in LANGUAGES:
        raise _FieldError("language", f"{entry['language']!r} is not in the vocabulary")


def _check_years(entry: dict[str, Any]) -> None:
    born, died = entry.get("born"), entry.get("died")
    if 0 in (born, died):
        raise _FieldError("born" if born == 0 else "died", "there is no year 0")
    if died is None:
        if born is not None or entry["author"] not in UNDATED:
            raise _FieldError("died", "missing")
        return
    if born is not None and not 0 <= died - born <= _LONGEST_LIFE:
        raise _FieldError("died", f"{died} is not possible for one born in {born}")
    limit = _OTHERS_DIED_BEFORE if "language" in entry else _JAPANESE_DIED_BEFORE
    if died >= limit:
        raise _FieldError("died", f"in the public domain are those who died before {limit}")


def _check_against(firsts: dict[tuple[str, str], Quote], quote: Quote) -> None:
    """Nothing of an earlier quote comes again, and an author lives only once.

    `firsts` has the first quote for each (field, value) and is added to.
    """
    contents = {"id": quote.id, "text": _letters(quote.text), "original": _letters(quote.original)}
    for field, value in contents.items():
        first = firsts.setdefault((field, value), quote) if value else quote
        if first is not quote:
            raise _FieldError(field, f"is that of {first.id}")
    known = firsts.setdefault(("author", quote.author), quote)
    for field in ("born", "died"):
        if getattr(quote, field) != getattr(known, field):
            raise _FieldError(field, f"differs from that of the same author in {known.id}")


def _letters(text: str | None) -> str:
    """What makes a quotation the same: not its punctuation, spaces, width or case."""
    return "".join(filter(str.isalnum, folded(text or "")))
