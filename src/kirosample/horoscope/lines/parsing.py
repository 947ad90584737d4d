"""Parses the line files strictly. An error names the file, the line in its pool, and the field."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar

from kirosample.horoscope.lines.model import (
    DAY_LINES,
    KINDS,
    NAMED_DAYS,
    NO_HEADLINE,
    PHASE_LINES,
    SIZES,
    SUBJECTS,
    WINDOW_LINES,
    Line,
    Lines,
    Pool,
)
from kirosample.horoscope.lines.wording import (
    check_headline,
    check_joins,
    check_line,
    sentences,
    typographic,
)
from kirosample.text import Text

SEASON, PHASE = "season.toml", "phase.toml"
FILES: Final = (*(f"{subject}.toml" for subject in SUBJECTS), SEASON, PHASE)

_T = TypeVar("_T")

_LEAP_YEAR: Final = 2024
_ALL_DAYS: Final = tuple(
    f"{date(_LEAP_YEAR, 1, 1) + timedelta(days=number):%m-%d}" for number in range(366)
)
_LONGEST_WINDOW: Final = 28
"""Days of a part of the year: seven lines last a sign, which has one every fourth day, so long."""

_IDEA: Final = re.compile("[a-z]+(-[a-z]+)*")


class LinesError(ValueError):
    """A line file is invalid; lines of a pool are counted from 1."""


class _Invalid(Exception):
    """What is wrong, with its place in the file."""


class _Said:
    """Where each sentence and headline was first."""

    def __init__(self) -> None:
        self.file = ""
        self._places: dict[str, str] = {}

    def add(self, line: Line, place: str) -> None:
        """Raises _Invalid if a sentence was there before."""
        here = f"{self.file}: {place}"
        for path, text in (("", line.text), ("off.", line.off), ("headline.", line.headline)):
            for language, written in zip(Text._fields, text or (), strict=False):
                for sentence in sentences(written):
                    first = self._places.setdefault(sentence, here)
                    if first is not here:
                        raise _Invalid(f"{path}{language}: “{sentence}” is also in {first}")


@cache
def load() -> Lines:
    """The lines of the package, parsed once: 40 ms."""
    folder = files("kirosample.horoscope.lines")
    return parse({name: folder.joinpath(name).read_text(encoding="utf-8") for name in FILES})


def parse(texts: Mapping[str, str]) -> Lines:
    """Parse the text of each of FILES. Raises LinesError."""
    said = _Said()

    def parsed(name: str, form: Callable[[dict[str, Any], _Said], _T]) -> _T:
        said.file = name
        try:
            return form(tomllib.loads(texts[name]), said)
        except (_Invalid, tomllib.TOMLDecodeError) as error:
            raise LinesError(f"lines/{name}: {error}") from None

    subjects = tuple(parsed(f"{subject}.toml", _subject) for subject in SUBJECTS)
    return Lines(subjects, *parsed(SEASON, _seasons), *parsed(PHASE, _phases))


def _subject(document: dict[str, Any], said: _Said) -> Mapping[str, Pool]:
    found = dict(_arrays(document))
    for path in found:
        if path not in SIZES:
            raise _Invalid(f"{path}: unknown pool")
    return {path: _pool(path, found.get(path), size, said) for path, size in SIZES.items()}


def _arrays(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """What is not a table, with its path in dots."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _arrays(value, f"{path}{key}.")
        else:
            yield path + key, value


def _seasons(document: dict[str, Any], said: _Said) -> tuple[dict[str, Pool], dict[str, Pool]]:
    _fields(document, "window", "day")
    seasons: dict[str, Pool] = {}
    for path, window in _entries(document, "window", "from", "to", "line"):
        first, last = (_month_and_day(path, window, field) for field in ("from", "to"))
        pool = _pool(f"{path}.line", window.get("line"), WINDOW_LINES, said)
        start = _ALL_DAYS.index(first)
        length = (_ALL_DAYS.index(last) - start) % len(_ALL_DAYS) + 1
        if length > _LONGEST_WINDOW:
            raise _Invalid(f"{path}: to: {length} days, at most {_LONGEST_WINDOW}")
        for number in range(start, start + length):
            on = _ALL_DAYS[number % len(_ALL_DAYS)]
            if on in seasons:
                raise _Invalid(f"{path}: from: {on} is in another window too")
            seasons[on] = pool
    for on in _ALL_DAYS:
        if on not in seasons:
            raise _Invalid(f"window: from: {on} is in no window")
    days: dict[str, Pool] = {}
    for path, day in _entries(document, "day", "on", "line"):
        on = _month_and_day(path, day, "on", *NAMED_DAYS)
        if on in days:
            raise _Invalid(f"{path}: on: {on} is there twice")
        days[on] = _pool(f"{path}.line", day.get("line"), DAY_LINES, said)
    return seasons, days


def _phases(document: dict[str, Any], said: _Said) -> tuple[Pool, Pool]:
    _fields(document, "new", "full")
    new, full = (_pool(name, document.get(name), PHASE_LINES, said) for name in ("new", "full"))
    return new, full


def _entries(
    document: dict[str, Any], name: str, *fields: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    entries = document.get(name)
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise _Invalid(f"{name}: must be [[{name}]] tables")
    for number, entry in enumerate(entries, start=1):
        _fields(entry, *fields, path=f"{name}[{number}]: ")
        yield f"{name}[{number}]", entry


def _month_and_day(path: str, entry: dict[str, Any], field: str, *names: str) -> str:
    value = entry.get(field)
    if value not in (*_ALL_DAYS, *names):
        expected = " or ".join(("a month and day as MM-DD", *names))
        raise _Invalid(f"{path}: {field}: must be {expected}, not {value!r}")
    return str(value)


def _pool(path: str, entries: Any, size: int, said: _Said) -> Pool:
    if not isinstance(entries, list) or len(entries) != size:
        found = len(entries) if isinstance(entries, list) else "no"
        raise _Invalid(f"{path}: {found} lines, must be {size}")
    lines = []
    for number, entry in enumerate(entries, start=1):
        place = f"{path}[{number}]"
        try:
            lines.append(_line(entry, path))
            said.add(lines[-1], place)
        except (_Invalid, ValueError) as error:
            raise _Invalid(f"{place}: {error}") from None
    return tuple(lines)


def _line(entry: Any, path: str) -> Line:
    if not isinstance(entry, dict):
        raise _Invalid("must be a table")
    begins, of_subject = path.startswith("opening."), path in SIZES
    own = ["headline"] if begins else [] if of_subject else ["subjects"]
    _fields(entry, "ja", "en", "off", "idea", "for", "against", *own)
    text, off = _text(entry), _text(entry["off"], "off.") if "off" in entry else None
    check_line(text, off)
    if path.startswith("development."):
        check_joins(text)
    headline = NO_HEADLINE
    if begins:
        headline = _text(entry.get("headline"), "headline.")
        check_headline(headline)
    idea = entry.get("idea")
    if not isinstance(idea, str) or not _IDEA.fullmatch(idea):
        raise _Invalid(f"idea: must be words in lower case, joined by hyphens, not {idea!r}")
    praises, warns = (_names(entry, field, KINDS) for field in ("for", "against"))
    if both := praises & warns:
        raise _Invalid(f"against: {min(both)} is in for too")
    fits = _names(entry, "subjects", SUBJECTS)
    if not fits and not of_subject:
        raise _Invalid("subjects: missing")
    return Line(text, off, headline, idea, praises, warns, fits)


def _names(entry: dict[str, Any], field: str, known: Collection[str]) -> frozenset[str]:
    value = entry.get(field, [])
    for name in value if isinstance(value, list) else [value]:
        if name not in known:
            raise _Invalid(f"{field}: {name!r} is none of {', '.join(sorted(known))}")
    return frozenset(value)


def _text(entry: Any, path: str = "") -> Text:
    if not isinstance(entry, dict):
        raise _Invalid(f"{path.rstrip('.')}: must have ja and en")
    if path:
        _fields(entry, "ja", "en", path=path)
    for language in Text._fields:
        value = entry.get(language)
        if not isinstance(value, str) or not value:
            raise _Invalid(f"{path}{language}: missing")
        if value != value.strip() or not value.isprintable():
            raise _Invalid(f"{path}{language}: must be one line, without spaces around it")
    return Text(entry["ja"], typographic(entry["en"]))


def _fields(entry: dict[str, Any], *known: str, path: str = "") -> None:
    for field in entry:
        if field not in known:
            raise _Invalid(f"{path}{field}: unknown field")
