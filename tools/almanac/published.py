"""The published tables in this folder, and JPL's."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from kirosample.almanac import JST

_HERE = Path(__file__).parent


class Event(NamedTuple):
    """What a table says happens at a moment; the date is as printed, 24:00 belongs to the day."""

    name: str
    on: date
    at: datetime


class CatalogEclipse(NamedTuple):
    """An eclipse of NASA's catalog; half the minutes of the umbral phase and of totality, or 0."""

    greatest: datetime
    total: bool
    magnitude: float
    umbral: int
    whole: int


class LunarYear(NamedTuple):
    first: date
    leap: int
    lengths: tuple[int, ...]


def tables(name: str) -> dict[str, Any]:
    """The tables of a TOML file."""
    return tomllib.loads((_HERE / f"{name}.toml").read_text("utf-8"))


def events(times: str) -> Iterator[Event]:
    """Solar terms, phases of the Moon, sunrises and sunsets: each a day, a time and a name."""
    words = times.split()
    for day, clock, name in zip(words[::3], words[1::3], words[2::3], strict=True):
        hours, minutes, *seconds = map(int, clock.split(":"))
        midnight = datetime.fromisoformat(day).replace(tzinfo=JST)
        at = midnight + timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
        yield Event(name, midnight.date(), at)


def catalog_of_eclipses() -> Iterator[CatalogEclipse]:
    """Every umbral lunar eclipse, 1900 to 2100 in universal time."""
    for day, clock, kind, magnitude, umbral, whole in _rows("lunar_eclipses.txt"):
        greatest = datetime.fromisoformat(f"{day}T{clock}+00:00")
        yield CatalogEclipse(greatest, kind == "T", float(magnitude), int(umbral), int(whole))


def lunar_years() -> Iterator[LunarYear]:
    """The years of 旧暦, 1931 to 2099, in order."""
    for first, leap, sizes in _rows("lunar_years.txt"):
        lengths = tuple(29 + int(size) for size in sizes)
        yield LunarYear(date.fromisoformat(first), int(leap), lengths)


def _rows(name: str) -> Iterator[list[str]]:
    """The words of each line but comments."""
    for line in (_HERE / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split()
