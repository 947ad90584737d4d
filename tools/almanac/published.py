"""The published tables in this folder, parsed into rows."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from kirosample.almanac import JST
from kirosample.almanac.terms import NAMES

_HERE = Path(__file__).parent
_TABLES: dict[str, Any] = tomllib.loads((_HERE / "reki_yoko.toml").read_text())
_CUSTOMS: dict[str, Any] = tomllib.loads((_HERE / "customs.toml").read_text(encoding="utf-8"))
_SKY: dict[str, Any] = tomllib.loads((_HERE / "sky.toml").read_text(encoding="utf-8"))

_PHASES = ("新月", "上弦", "満月", "下弦")


class Event(NamedTuple):
    """What a table says happens at a minute; the date is as printed, 24:00 belongs to the day."""

    name: str
    on: date
    at: datetime


class Custom(NamedTuple):
    """All the days of a name from `since` to `until`, in one year."""

    name: str
    since: date
    until: date
    days: tuple[date, ...]


class Eclipse(NamedTuple):
    """A lunar eclipse as the observatory gives it; magnitude 0 where the copy has none.

    `at` is 3 times, or 5 of a total eclipse, as in `almanac.astronomy.instants.eclipses`:
    `in_tenths` of a minute or else to the minute.
    """

    on: date
    magnitude: float
    at: tuple[datetime, ...]
    in_tenths: bool


class CatalogEclipse(NamedTuple):
    """An eclipse of NASA's catalog; half the minutes of the umbral phase and of totality, or 0."""

    greatest: datetime
    total: bool
    magnitude: float
    umbral: int
    whole: int


class SeenEclipses(NamedTuple):
    """The dates of the greatest eclipse of all that Japan sees from `first` to `last`."""

    first: date
    last: date
    days: tuple[date, ...]


class Views(NamedTuple):
    """Places that see a part of an eclipse, and places that do not."""

    day: date
    seen: tuple[str, ...]
    unseen: tuple[str, ...]


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


def customs() -> Iterator[Custom]:
    """The lists of customs.toml, one for each year of each source."""
    for table in _CUSTOMS["dates"]:
        for year, months in table["years"].items():
            since = table.get("since", date(int(year), 1, 1))
            until = table.get("until", date(int(year), 12, 31))
            yield Custom(table["name"], since, until, tuple(_days(int(year), months)))


def numbers() -> Iterator[tuple[str, int, int]]:
    """A name, a year, and how many days of it have the name."""
    for table in _CUSTOMS["numbers"]:
        for year, number in table["years"].items():
            yield table["name"], int(year), number


def eho() -> Iterator[tuple[int, str]]:
    """Years and their 恵方, from each source."""
    for table in _CUSTOMS["eho"]:
        yield from enumerate(table["directions"].split(), table["first"])


def eto_of_months() -> Iterator[tuple[date, str]]:
    """The first days of months, and 干支 of these months."""
    for table in _CUSTOMS["months"]:
        for month, eto in table["eto"].items():
            yield date.fromisoformat(f"{month}-01"), eto


def _days(year: int, months: str) -> Iterator[date]:
    for words in months.split():
        month, days = words.split("/")
        yield from (date(year, int(month), int(day)) for day in days.split(","))


def tides() -> Iterator[tuple[date, str]]:
    """Days and their 潮名."""
    for table in _CUSTOMS["tides"]:
        for n, letter in enumerate(table["names"]):
            yield table["first"] + timedelta(n), f"{letter}潮"


def lunar_eclipses() -> Iterator[Eclipse]:
    """Lunar eclipses with their times."""
    for table in _TABLES["lunar_eclipses"]:
        day, magnitude, *clocks = table["times"].split()
        midnight = datetime.fromisoformat(day).replace(tzinfo=JST)
        at = []
        for clock in clocks:
            hours, minutes = clock.split(":")
            at.append(midnight + timedelta(hours=int(hours), minutes=float(minutes)))
        yield Eclipse(midnight.date(), float(magnitude), tuple(at), "." in clocks[0])


def catalog_of_eclipses() -> Iterator[CatalogEclipse]:
    """Every umbral lunar eclipse, 1900 to 2100 in universal time."""
    for line in (_HERE / "lunar_eclipses.txt").read_text().splitlines():
        if not line.startswith("#"):
            day, clock, kind, magnitude, umbral, whole = line.split()
            greatest = datetime.fromisoformat(f"{day}T{clock}+00:00")
            yield CatalogEclipse(greatest, kind == "T", float(magnitude), int(umbral), int(whole))


def seen_eclipses() -> Iterator[SeenEclipses]:
    """Lists of the lunar eclipses that Japan sees."""
    for table in _SKY["eclipses"]:
        days = tuple(map(date.fromisoformat, table["days"].split()))
        yield SeenEclipses(table["first"], table["last"], days)


def views() -> Iterator[Views]:
    """Where lunar eclipses are seen."""
    for table in _SKY["views"]:
        yield Views(table["day"], tuple(table["seen"].split()), tuple(table["unseen"].split()))


def showers() -> Iterator[tuple[str, datetime]]:
    """Maxima of meteor showers, to the hour, as the observatory expected them."""
    for table in _SKY["showers"]:
        for peak in table["peaks"].split():
            yield table["name"], datetime.fromisoformat(f"{peak}:00").replace(tzinfo=JST)


def moonrises_and_moonsets() -> Iterator[str]:
    """Days with both times in Tokyo, or `--:--`."""
    for table in _SKY["moons"]:
        yield from table["times"].strip().splitlines()


def lunar_years() -> Iterator[LunarYear]:
    """The years of 旧暦, 1931 to 2099, in order."""
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
