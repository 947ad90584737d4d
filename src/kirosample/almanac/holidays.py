"""祝日 by the Act on National Holidays (国民の祝日に関する法律, 1948-07-20) and its amendments.

The days are in `holidays.toml` beside this module. Equinox days are computed; the government
announces them a year ahead, in the observatory's 暦要項.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from types import MappingProxyType

from msgspec import Struct, field

from kirosample import content
from kirosample.almanac.model import LAST_DAY, YEARS_KEPT, require_year
from kirosample.almanac.terms import NAMES, term_days
from kirosample.almanac.words import MonthDay, Nth, in_year, require_one

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
