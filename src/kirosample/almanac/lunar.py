"""旧暦 and 六曜, from true new moons and solar terms with their dates in Japan (UTC+9).

The rule: the month that holds the winter solstice is the 11th. Where 13 months begin from one
11th month to the next, the first of them without a 中気 is a leap month and takes the number of
the month before it. In 2033, where the Tenpo calendar's rules contradict each other, this gives
閏11月, which the Japan Calendar Culture Association recommended in 2015 (and 秋分 on 9月1日).
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from kirosample.almanac.astronomy.moon import day_of_phase, new_moon_on
from kirosample.almanac.model import YEARS_KEPT, Lunar
from kirosample.almanac.terms import term_days

ROKUYO = ("大安", "赤口", "先勝", "友引", "先負", "仏滅")
"""The six names, by the remainder of the sum of lunar month and day by six."""

_LUNATION = 4  # quarters
_SURE = 29
"""Every lunar month has so many days."""

_first = attrgetter("first")


class _Month(NamedTuple):
    first: date
    number: int
    leap: bool


def lunar(day: date) -> Lunar:
    """The date of the old lunisolar calendar."""
    month = _month_of(day)
    # Lunar years begin between 20 January and 21 February, in their 1st month.
    late = month.number >= 10 and day.month <= 4
    return Lunar(day.year - late, month.number, month.leap, (day - month.first).days + 1)


def runs_of_month(first: date) -> Iterator[tuple[date, int, int, int, int]]:
    """The days of a Gregorian month in runs of one term and one lunar month.

    Each is its first day, its length, the number of its term, its lunar month and the first's day
    of it. A day up to the 28th of a lunar month is followed by the next: nothing is looked up for
    each day.
    """
    terms = 2 * (first.month - 1)  # the number of the term that the month begins in; 0 for 24
    minor, major = (day.day for day in term_days(first.year)[terms : terms + 2])
    end = monthrange(first.year, first.month)[1] + 1
    day = 1
    month = 0
    number = _SURE + 1
    while day < end:
        begin = first.replace(day=day)
        if number > _SURE:
            old = _month_of(begin)
            month = old.number
            number = (begin - old.first).days + 1
        passed = (day >= minor) + (day >= major)
        until = min((minor, major, end)[passed], day + max(1, _SURE + 1 - number))
        yield begin, min(until, end) - day, terms + passed or 24, month, number
        number += until - day
        day = until


def day_in(year: int, month: int, day: int) -> date:
    """A day of a lunar year's month, the 1st to the 10th, not of the leap month after it."""
    first = next(each.first for each in _months_from_solstice(year - 1) if each.number == month)
    return first + timedelta(days=day - 1)


def rokuyo_of(month: int, day: int) -> str:
    """六曜: each lunar month begins with its own, and a leap month with that of its number."""
    return ROKUYO[(month + day) % 6]


def _month_of(day: date) -> _Month:
    # The 11th month begins in November at the earliest.
    months = _months_from_solstice(day.year - (day.month < 11))
    if day < months[0].first:
        months = _months_from_solstice(day.year - 1)
    return months[bisect_right(months, day, key=_first) - 1]


@lru_cache(maxsize=YEARS_KEPT)
def _months_from_solstice(year: int) -> tuple[_Month, ...]:
    """The months from the 11th of a year until the 11th of the next, exclusive."""
    start, end = _eleventh(year), _eleventh(year + 1)
    firsts = [day_of_phase(new) for new in range(start, end + 1, _LUNATION)]
    leap = _leap_index(year, firsts) if len(firsts) == 14 else None
    months: list[_Month] = []
    for index, first in enumerate(firsts[:-1]):
        passed = index if leap is None or index < leap else index - 1
        months.append(_Month(first, (10 + passed) % 12 + 1, index == leap))
    return tuple(months)


def _eleventh(year: int) -> int:
    return new_moon_on(term_days(year)[-1])


def _leap_index(year: int, firsts: list[date]) -> int:
    # Each second term, counted back from the solstice, is a 中気.
    principal = term_days(year)[-1:] + term_days(year + 1)[1::2]
    holders = {bisect_right(firsts, day) - 1 for day in principal}
    return next(index for index in range(len(firsts)) if index not in holders)
