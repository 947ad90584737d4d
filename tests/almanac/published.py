"""The published tables that stand beside this file as data, read into rows."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from kirosample.almanac import JST
from kirosample.almanac.terms import NAMES

_HERE = Path(__file__).parent
_TABLES: dict[str, Any] = tomllib.loads((_HERE / "reki_yoko.toml").read_text())

_PHASES = ("新月", "上弦", "満月", "下弦")


class Event(NamedTuple):
    """What a table says happens at a minute; the date is as printed, 24:00 belongs to the day."""

    name: str
    on: date
    at: datetime


class LunarYear(NamedTuple):
    first: date
    leap: int
    lengths: tuple[int, ...]


def terms(kind: str) -> dict[int, tuple[Event, ...]]:
    """Solar terms by year, of `terms` (暦要項), `early_terms` or `computed_terms`."""
    return {
        table["year"]: tuple(_events(table["year"], table["times"], NAMES))
        for table in _TABLES[kind]
    }


def some_terms() -> tuple[Event, ...]:
    """Single solar terms, of years whose whole table was not found."""
    return tuple(_singles(_TABLES["some_terms"]))


def phases() -> tuple[Event, ...]:
    """Every phase of the Moon in the tables, new moons included."""
    found: list[Event] = []
    for table in _TABLES["phases"]:
        first = _PHASES.index(table["first"])
        names = [_PHASES[(first + n) % 4] for n in range(60)]
        found += _events(table["year"], table["times"], names)
    found += _singles(_TABLES["some_phases"])
    for year, times in _TABLES["new_moons"].items():
        if year != "source":
            found += _events(int(year), times, ["新月"] * 14)
    return tuple(dict.fromkeys(found))


def days(kind: str) -> dict[int, dict[date, str]]:
    """The named days of a year, of `zassetsu` or `holidays`."""
    tables = {}
    for table in _TABLES[kind]:
        words = table["days"].split()
        tables[table["year"]] = {
            date.fromisoformat(f"{table['year']}-{day}"): name
            for day, name in zip(words[::2], words[1::2], strict=True)
        }
    return tables


def lunar_years() -> tuple[LunarYear, ...]:
    """The years of 旧暦, 1931 to 2099, in order."""
    return tuple(_lunar_years())


def _lunar_years() -> Iterator[LunarYear]:
    for line in (_HERE / "lunar_years.txt").read_text().splitlines():
        if not line.startswith("#"):
            first, leap, sizes = line.split()
            lengths = tuple(29 + int(size) for size in sizes)
            yield LunarYear(date.fromisoformat(first), int(leap), lengths)


def sunrises_and_sunsets() -> tuple[Event, ...]:
    """日の出 and 日の入り in Tokyo."""
    found: list[Event] = []
    for n, clock in enumerate(_TABLES["sunrises"]["times"].split()):
        found.append(_event("日の出", f"{_TABLES['sunrises']['first'] + timedelta(days=n)}", clock))
    words = _TABLES["sun"]["times"].split()
    for day, rise, set_ in zip(words[::3], words[1::3], words[2::3], strict=True):
        found += [_event("日の出", day, rise), _event("日の入り", day, set_)]
    return tuple(found)


def _singles(tables: list[dict[str, str]]) -> Iterator[Event]:
    for table in tables:
        words = table["times"].split()
        for day, clock, name in zip(words[::3], words[1::3], words[2::3], strict=True):
            yield _event(name, day, clock)


def _events(year: int, times: str, names: Sequence[str]) -> Iterator[Event]:
    words = times.split()
    for day, clock, name in zip(words[::2], words[1::2], names, strict=False):
        if clock != "--:--":
            yield _event(name, f"{year}-{day}", clock)


def _event(name: str, day: str, clock: str) -> Event:
    hours, minutes = map(int, clock.split(":"))
    midnight = datetime.fromisoformat(day).replace(tzinfo=JST)
    return Event(name, midnight.date(), midnight + timedelta(hours=hours, minutes=minutes))
