"""The facts of a day in the Japanese calendar. Every time is in JST, to the second."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from kirosample.almanac.words import Kou

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)

YEARS_KEPT = 32
"""Size of the caches by year, at about 7 kB a year."""

JST = timezone(timedelta(hours=9), "JST")
"""Japan's civil time, without the summer time of 1948-51."""


class OutOfRange(ValueError):
    """The date or year is not within FIRST_DAY to LAST_DAY; the message names them."""


def require_year(year: int) -> None:
    """Raise OutOfRange unless the almanac covers the year."""
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise OutOfRange(f"year {year} is not within {FIRST_DAY.year} to {LAST_DAY.year}")


def require_day(day: date) -> None:
    """Raise OutOfRange unless the almanac covers the day."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise OutOfRange(f"{day} is not within {FIRST_DAY} to {LAST_DAY}")


def date_in_japan(at: datetime) -> date:
    """The date in Japan at an instant."""
    return at.astimezone(JST).date()


def midnight(day: date) -> datetime:
    """The start of a day in Japan."""
    return datetime.combine(day, time(), JST)


def clock(at: datetime) -> str:
    """The time of day to the nearest minute, `6:25`. The last half minute of a day is `24:00`.

    Like the observatory's 暦要項, it never rounds into the next day, whose date would be wrong.
    """
    minutes = (at.hour * 3600 + at.minute * 60 + at.second + 30) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class Era:
    """和暦: an era and the year in it, 1 for 元年."""

    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Lunar:
    """旧暦: `year` is the Gregorian year in which the lunar year began; `leap` marks a 閏月."""

    year: int
    month: int
    leap: bool
    day: int


@dataclass(frozen=True, slots=True)
class SolarTerm:
    """One of the 二十四節気 and the instant at which the Sun reaches its longitude."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Eto:
    """干支 of the year and of the day, two kanji each, such as 丙午.

    The year begins on 1 January, as on New Year's cards and in newspapers; fortune-tellers who
    begin it at 立春 differ from this for about five weeks.
    """

    year: str
    day: str


@dataclass(frozen=True, slots=True)
class Moon:
    """The Moon of a day.

    `name` is the traditional name of its lunar day, such as 十六夜, or None. `rise` and `set` are
    None on a day without: about one a month.

    `age` is in days since the last new moon, at noon JST (正午月齢), to one decimal.
    `phase` is 新月, 上弦, 満月 or 下弦 on the day in Japan when it occurs, and between them
    上弦へ向かう月, 満月へ向かう月, 下弦へ向かう月 or 新月へ向かう月.
    `next_new` and `next_full` are the first at or after 00:00 of the day: one that occurs on the
    day itself is given.
    """

    age: float
    phase: str
    name: str | None
    rise: datetime | None
    set: datetime | None
    next_new: datetime
    next_full: datetime


@dataclass(frozen=True, slots=True)
class Sun:
    """Sunrise and sunset: the upper limb on the horizon, see `astronomy.ephemeris`."""

    rise: datetime
    set: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where the Sun and the Moon rise and set."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class LunarEclipse:
    """月食: when the Moon is in the Earth's umbra, partly from `begins` to `ends`.

    `magnitude` is the share of its diameter that is in the umbra at `greatest`, 1 or more in a
    total eclipse (皆既月食), whose totality lasts from `total_begins` to `total_ends`.
    """

    magnitude: float
    begins: datetime
    total_begins: datetime | None
    greatest: datetime
    total_ends: datetime | None
    ends: datetime


@dataclass(frozen=True, slots=True)
class MeteorShower:
    """流星群: `peak` is when most meteors are expected, good to an hour or a few."""

    name: str
    peak: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the Japanese calendar.

    `solar_term` is the latest whose date in Japan is on or before the day, `next_solar_term` the
    one after it. `zassetsu` is empty on most days. `holiday` is the customary name of the 祝日,
    振替休日 or 国民の休日, or None. `month_name` is the old name of the Gregorian month, 師走 in
    December. `senjitsu` and `observances` are names, empty on most days; their meanings are in
    `words`. A lunar eclipse is among the observances where the place sees it.
    """

    date: date
    weekday: str
    era: Era
    rokuyo: str
    lunar: Lunar
    solar_term: SolarTerm
    next_solar_term: SolarTerm
    zassetsu: tuple[str, ...]
    holiday: str | None
    eto: Eto
    moon: Moon
    sun: Sun
    day_of_year: int
    iso_week: int
    month_name: str
    kou: Kou
    senjitsu: tuple[str, ...]
    observances: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class DaySummary:
    """What a month's table says of a day, as in `Day`.

    `solar_term` is the name of the term that begins on the day, if one does.
    """

    date: date
    rokuyo: str
    solar_term: str | None
    zassetsu: tuple[str, ...]
    senjitsu: tuple[str, ...]
    holiday: str | None
    moon_age: float
