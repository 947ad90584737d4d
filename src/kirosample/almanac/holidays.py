"""祝日 by the Act on National Holidays (国民の祝日に関する法律, 1948-07-20) and its amendments.

Equinox days are computed; the government announces them a year ahead, in the observatory's 暦要項.
Names are the law's; one-time holidays by separate laws have their customary names.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from kirosample.almanac.model import LAST_DAY, YEARS_KEPT, require_year
from kirosample.almanac.terms import NAMES, term_days

SUBSTITUTE = "振替休日"
SANDWICHED = "国民の休日"

_IN_FORCE = date(1948, 7, 20)
_SUBSTITUTES_SINCE = date(1973, 4, 12)
_SANDWICHED_SINCE = date(1985, 12, 27)
_SUBSTITUTES_SKIP_HOLIDAYS_SINCE = date(2007, 1, 1)

_MONDAY, _SUNDAY = 0, 6
_DAY = timedelta(days=1)
_FOREVER = 9999


class _Fixed(NamedTuple):
    name: str
    month: int
    day: int
    first: int
    last: int = _FOREVER
    moved: tuple[int, ...] = ()


class _Monday(_Fixed):
    """On a Monday: `day` counts those of the month."""


# `moved`: years in which the Olympic special measures acts moved the day to one in _ONCE.
_RULES: tuple[_Fixed, ...] = (
    _Fixed("元日", 1, 1, 1949),
    _Fixed("成人の日", 1, 15, 1949, 1999),
    _Monday("成人の日", 1, 2, 2000),
    _Fixed("建国記念の日", 2, 11, 1967),
    _Fixed("天皇誕生日", 2, 23, 2020),
    _Fixed("天皇誕生日", 4, 29, 1949, 1988),
    _Fixed("みどりの日", 4, 29, 1989, 2006),
    _Fixed("昭和の日", 4, 29, 2007),
    _Fixed("憲法記念日", 5, 3, 1949),
    _Fixed("みどりの日", 5, 4, 2007),
    _Fixed("こどもの日", 5, 5, 1949),
    _Fixed("海の日", 7, 20, 1996, 2002),
    _Monday("海の日", 7, 3, 2003, moved=(2020, 2021)),
    _Fixed("山の日", 8, 11, 2016, moved=(2020, 2021)),
    _Fixed("敬老の日", 9, 15, 1966, 2002),
    _Monday("敬老の日", 9, 3, 2003),
    _Fixed("体育の日", 10, 10, 1966, 1999),
    _Monday("体育の日", 10, 2, 2000, 2019),
    _Monday("スポーツの日", 10, 2, 2020, moved=(2020, 2021)),
    _Fixed("文化の日", 11, 3, 1948),
    _Fixed("勤労感謝の日", 11, 23, 1948),
    _Fixed("天皇誕生日", 12, 23, 1989, 2018),
)

_EQUINOXES = {"春分": "春分の日", "秋分": "秋分の日"}

_ONCE = {
    date(1959, 4, 10): "皇太子明仁親王の結婚の儀",
    date(1989, 2, 24): "昭和天皇の大喪の礼",
    date(1990, 11, 12): "即位礼正殿の儀",
    date(1993, 6, 9): "皇太子徳仁親王の結婚の儀",
    date(2019, 5, 1): "天皇の即位の日",
    date(2019, 10, 22): "即位礼正殿の儀",
    date(2020, 7, 23): "海の日",
    date(2020, 7, 24): "スポーツの日",
    date(2020, 8, 10): "山の日",
    date(2021, 7, 22): "海の日",
    date(2021, 7, 23): "スポーツの日",
    date(2021, 8, 8): "山の日",
}


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


def next_holiday(day: date) -> tuple[date, str] | None:
    """The first holiday after a day, with its name; None at the end of the almanac's last year."""
    for year in range(max(day.year, _IN_FORCE.year), min(day.year + 1, LAST_DAY.year) + 1):
        for each, name in holidays(year).items():
            if each > day:
                return each, name
    return None


def _named(year: int) -> Iterator[tuple[date, str]]:
    for rule in _RULES:
        if rule.first <= year <= rule.last and year not in rule.moved:
            yield _in_year(rule, year), rule.name
    days = term_days(year)
    for term, name in _EQUINOXES.items():
        yield days[NAMES.index(term)], name
    for day, name in _ONCE.items():
        if day.year == year:
            yield day, name


def _in_year(rule: _Fixed, year: int) -> date:
    if not isinstance(rule, _Monday):
        return date(year, rule.month, rule.day)
    first = date(year, rule.month, 1)
    return first + ((_MONDAY - first.weekday()) % 7 + 7 * (rule.day - 1)) * _DAY


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
