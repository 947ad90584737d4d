"""What the line files must be, and the lines in them."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, defstruct, field

from kirosample import content
from kirosample.horoscope.lines.model import (
    DAY_LINES,
    PHASE_LINES,
    SIZES,
    SUBJECTS,
    WINDOW_LINES,
    DaysLine,
    Line,
    Lines,
    Opening,
)

_FOLDER: Final = "horoscope/lines"
_LEAP_YEAR: Final = 2024
_ALL_DAYS: Final = tuple(
    f"{date(_LEAP_YEAR, 1, 1) + timedelta(days=number):%m-%d}" for number in range(366)
)

_PhasePool = Annotated[tuple[DaysLine, ...], Meta(min_length=PHASE_LINES, max_length=PHASE_LINES)]


class _Window(Struct, frozen=True, forbid_unknown_fields=True):
    first: str = field(name="from")
    last: str = field(name="to")
    line: Annotated[tuple[DaysLine, ...], Meta(min_length=WINDOW_LINES, max_length=WINDOW_LINES)]

    def __post_init__(self) -> None:
        self.days()

    def days(self) -> list[str]:
        """The days of the year, MM-DD; a window may go on into the next one. Raises ValueError."""
        first, last = _ALL_DAYS.index(self.first), _ALL_DAYS.index(self.last)
        whole = len(_ALL_DAYS)
        return [_ALL_DAYS[(first + n) % whole] for n in range((last - first) % whole + 1)]


class _Day(Struct, frozen=True, forbid_unknown_fields=True):
    on: Annotated[str, Meta(pattern="^([0-9]{2}-[0-9]{2}|節分)$")]
    line: Annotated[tuple[DaysLine, ...], Meta(min_length=DAY_LINES, max_length=DAY_LINES)]


class _Seasons(Struct, frozen=True, forbid_unknown_fields=True):
    window: tuple[_Window, ...]
    day: tuple[_Day, ...]


class _Phases(Struct, frozen=True, forbid_unknown_fields=True):
    new: _PhasePool
    full: _PhasePool


@cache
def load() -> Lines:
    """The lines of the package, made once. Raises ContentError."""
    of_subject = subject_type()
    subjects = [content.read(f"{_FOLDER}/{subject}.toml", of_subject) for subject in SUBJECTS]
    seasons = content.read(f"{_FOLDER}/season.toml", _Seasons)
    phases = content.read(f"{_FOLDER}/phase.toml", _Phases)
    return Lines(
        tuple({path: attrgetter(path)(subject) for path in SIZES} for subject in subjects),
        {on: window.line for window in seasons.window for on in window.days()},
        {day.on: day.line for day in seasons.day},
        phases.new,
        phases.full,
    )


def subject_type() -> Any:
    """The type of a subject's file: what stands before a dot in SIZES is a table of the others."""
    tree: dict[str, Any] = {}
    for path, size in SIZES.items():
        *tables, name = path.split(".")
        table = tree
        for each in tables:
            table = table.setdefault(each, {})
        line: Any = Opening if tables == ["opening"] else Line
        table[name] = Annotated[tuple[line, ...], Meta(min_length=size, max_length=size)]
    return _struct("Subject", tree)


def _struct(name: str, tree: Mapping[str, Any]) -> Any:
    fields = [(key, _struct(key, of) if isinstance(of, dict) else of) for key, of in tree.items()]
    return defstruct(name, fields, forbid_unknown_fields=True)
