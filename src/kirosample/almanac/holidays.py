"""祝日 by the Act on National Holidays (国民の祝日に関する法律, 1948-07-20) and its amendments.

The days are in `holidays.toml` beside this module. Equinox days are computed; the government
announces them a year ahead, in the observatory's 暦要項.

Beside them 五節句, customary days and the events of `sky`.

`words/observances.toml` has the days that are the same in every year, and the sources. What is seen
in the sky follows the Moon: 伝統的七夕, as the National Astronomical Observatory calls the old
七夕, is 7月7日 of the old calendar, 中秋の名月 8月15日, 十三夜 9月13日, none of them in a leap
month. 初午 is the first day of the Horse in February, 酉の市 on the days of the Rooster in
November, 土用の丑の日 on the days of the Ox in summer's 土用.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from types import MappingProxyType

from msgspec import Struct, field

from kirosample import content
from kirosample.almanac import sky
from kirosample.almanac.astronomy.ephemeris import moon_times
from kirosample.almanac.model import LAST_DAY, YEARS_KEPT, require_year
from kirosample.almanac.moon import day_in
from kirosample.almanac.sexagenary import days_until
from kirosample.almanac.terms import NAMES, doyo_of_summer, term_days
from kirosample.almanac.words import MonthDay, Nth, in_year, load_words, require_one

SUBSTITUTE = "振替休日"
SANDWICHED = "国民の休日"

_IN_FORCE = date(1948, 7, 20)
_SUBSTITUTES_SINCE = date(1973, 4, 12)
_SANDWICHED_SINCE = date(1985, 12, 27)
_SUBSTITUTES_SKIP_HOLIDAYS_SINCE = date(2007, 1, 1)

_MONDAY = 0
_SATURDAY, _SUNDAY = 5, 6
_DAY = timedelta(days=1)
_FOREVER = 9999

_YEAR_ENDS, _YEAR_HAS_BEGUN = (12, 29), (1, 3)


class _Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    on: MonthDay | None = None
    monday: Nth | None = None
    first: int = field(name="from")
    last: int = field(name="to", default=_FOREVER)
    moved: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_one((self.on,) if self.on else (), self.monday)

    def day(self, year: int) -> date:
        return self.monday.in_year(year, _MONDAY) if self.monday else in_year(self.on or "", year)


class _Once(Struct, frozen=True, forbid_unknown_fields=True):
    on: date
    name: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    holidays: tuple[_Rule, ...]
    once: tuple[_Once, ...]


_EQUINOXES = {"春分": "春分の日", "秋分": "秋分の日"}


@cache
def _file() -> _File:
    return content.read("almanac/holidays.toml", _File)


def load_holidays() -> set[str]:
    """Read the table, which is kept; the names in it. Raises ContentError."""
    return {rule.name for rule in _file().holidays} | {once.name for once in _file().once}


@lru_cache(maxsize=YEARS_KEPT)
def holidays(year: int) -> Mapping[date, str]:
    """The holidays of a year with their names, in order; none before 1948. Raises OutOfRange."""
    require_year(year)
    named = {day: name for day, name in _named(year) if day >= _IN_FORCE}
    # In this order: a day that is both a substitute and sandwiched is called a substitute.
    every = dict.fromkeys(_sandwiched(named), SANDWICHED)
    every |= dict.fromkeys(_substitutes(named), SUBSTITUTE)
    return MappingProxyType(dict(sorted((every | named).items())))


def holiday(day: date) -> str | None:
    """The name of the holiday on a day, if it is one."""
    return holidays(day.year).get(day)


def is_day_off(day: date) -> bool:
    """Weekends, holidays, and the days around New Year on which offices are closed.

    As in the Act on Holidays of Administrative Organs (行政機関の休日に関する法律), article 1.
    """
    month_and_day = day.month, day.day
    return (
        day.weekday() >= _SATURDAY
        or month_and_day >= _YEAR_ENDS
        or month_and_day <= _YEAR_HAS_BEGUN
        or day in holidays(day.year)
    )


def next_holiday(day: date) -> tuple[date, str] | None:
    """The first holiday after a day, with its name; None at the end of the almanac's last year."""
    for year in range(max(day.year, _IN_FORCE.year), min(day.year + 1, LAST_DAY.year) + 1):
        for each, name in holidays(year).items():
            if each > day:
                return each, name
    return None


def _named(year: int) -> Iterator[tuple[date, str]]:
    for rule in _file().holidays:
        if rule.first <= year <= rule.last and year not in rule.moved:
            yield rule.day(year), rule.name
    days = term_days(year)
    for term, name in _EQUINOXES.items():
        yield days[NAMES.index(term)], name
    for once in _file().once:
        if once.on.year == year:
            yield once.on, once.name


def _substitutes(named: Mapping[date, str]) -> Iterator[date]:
    """The day after a holiday on a Sunday; since 2007 the next day that is no holiday."""
    for day in named:
        if day.weekday() == _SUNDAY and day >= _SUBSTITUTES_SINCE:
            substitute = day + _DAY
            while substitute in named and substitute >= _SUBSTITUTES_SKIP_HOLIDAYS_SINCE:
                substitute = substitute + _DAY
            yield substitute


def _sandwiched(named: Mapping[date, str]) -> Iterator[date]:
    """A day between two holidays. (Until 2006 not on a Sunday, which 4 May could be.)"""
    for day in named:
        between = day + _DAY
        if day + 2 * _DAY not in named or between in named or between < _SANDWICHED_SINCE:
            continue
        if between.weekday() != _SUNDAY or between >= _SUBSTITUTES_SKIP_HOLIDAYS_SINCE:
            yield between


_ROOSTER_FAIRS = ("酉の市（一の酉）", "酉の市（二の酉）", "酉の市（三の酉）")
COMPUTED = (
    "旧正月",
    "初午",
    "土用の丑の日",
    "伝統的七夕",
    "中秋の名月",
    "十三夜",
    *_ROOSTER_FAIRS,
    *sky.SHOWERS,
    *sky.ECLIPSES,
)
"""The names whose days the table does not have."""


@lru_cache(maxsize=YEARS_KEPT)
def observances(year: int) -> Mapping[date, tuple[str, ...]]:
    """The days of a year with their observances, in order. Raises OutOfRange."""
    require_year(year)
    names: dict[date, tuple[str, ...]] = {}
    for day, name in sorted(_of(year), key=lambda entry: entry[0]):
        names[day] = (*names.get(day, ()), name)
    return MappingProxyType(names)


def observances_on(day: date, place: str) -> tuple[str, ...]:
    """The observances of a day, without an eclipse that is not seen from one of `load_places`."""
    names = observances(day.year).get(day, ())
    eclipse = sky.lunar_eclipses(day.year).get(day)
    if eclipse and sky.view(eclipse, *moon_times(day, place)) is sky.View.NONE:
        return tuple(name for name in names if name not in sky.ECLIPSES)
    return names


def _of(year: int) -> Iterator[tuple[date, str]]:
    for name, observance in load_words().observances.items():
        yield from ((day, name) for day in observance.days(year))
    yield day_in(year, 1, 1), "旧正月"
    yield day_in(year, 7, 7), "伝統的七夕"
    yield day_in(year, 8, 15), "中秋の名月"
    yield day_in(year, 9, 13), "十三夜"
    yield _days_of("午", date(year, 2, 1), date(year, 2, 12))[0], "初午"
    yield from ((day, "土用の丑の日") for day in _days_of("丑", *doyo_of_summer(year)))
    roosters = _days_of("酉", date(year, 11, 1), date(year, 11, 30))
    yield from zip(roosters, _ROOSTER_FAIRS, strict=False)
    yield from sky.names(year)


def _days_of(branch: str, first: date, last: date) -> list[date]:
    """The days of a branch from the first to the last day."""
    days = []
    day = first + days_until(branch, first) * _DAY
    while day <= last:
        days.append(day)
        day += 12 * _DAY
    return days
