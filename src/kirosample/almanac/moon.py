"""The Moon: its phases, and 旧暦 and 六曜, which follow them.

A phase begins when the Moon's longitude is 0, 90, 180 or 270 degrees ahead of the Sun's. 旧暦 and
六曜 are from true new moons and solar terms with their dates in Japan (UTC+9).

The rule: the month that holds the winter solstice is the 11th. Where 13 months begin from one
11th month to the next, the first of them without a 中気 is a leap month and takes the number of
the month before it. In 2033, where the Tenpo calendar's rules contradict each other, this gives
閏11月, which the Japan Calendar Culture Association recommended in 2015 (and 秋分 on 9月1日).
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.ephemeris import elongation, moon_times, when
from kirosample.almanac.model import YEARS_KEPT, Lunar, Moon, require_year
from kirosample.almanac.terms import term_days

SYNODIC_MONTH = 29.530588861  # days
_MEAN_NEW_MOON = 36529.59766  # 2000-01-06, in Dublin days (Meeus, Astronomical Algorithms, ch. 49)

_PHASES = ("新月", "上弦", "満月", "下弦")

# 立待 to 更待 wait longer for the Moon each evening: standing, sitting, lying down, late.
MOON_NAMES = {
    2: "二日月", 3: "三日月", 13: "十三夜", 14: "待宵", 15: "十五夜", 16: "十六夜", 17: "立待月",
    18: "居待月", 19: "寝待月", 20: "更待月", 23: "二十三夜", 26: "二十六夜",
}  # fmt: skip
"""The names of the Moon by the day of the lunar month (国立天文台, 暦Wiki)."""

TIDES = "大大中中中中小小小長若中中大大大大中中中中小小小長若中中大大"
"""The names of the tides by the day of the lunar month, from the 1st.

The names have no definition: these are as the Japan Oceanographic Data Center gives them. Some
calendars go by the Moon's age, and differ by a day.
"""


def quarter_begins(quarter: int) -> float:
    """TT at which a quarter begins, counted from the new moon of 2000-01-06.

    Multiples of 4 are new moons. The table is written by this function.
    """
    near = _MEAN_NEW_MOON + SYNODIC_MONTH * quarter / 4
    return when(elongation, 90 * (quarter % 4), near, 360 / SYNODIC_MONTH)


def phase_at(quarter: int) -> datetime:
    """When a quarter begins. Quarters are numbered as in `quarter_begins`."""
    return instants.moment(_begins(quarter))


def day_of_phase(quarter: int) -> date:
    """The day in Japan on which a quarter begins."""
    return instants.day_of(_begins(quarter))


def phases(year: int) -> Iterator[tuple[str, datetime]]:
    """新月, 上弦, 満月 and 下弦 of a year in Japan, and when they begin. Raises OutOfRange."""
    require_year(year)
    quarter = quarter_on(date(year, 1, 1))
    while (at := phase_at(quarter)).year <= year:
        if at.year == year:
            yield _PHASES[quarter % 4], at
        quarter += 1


def quarter_on(day: date) -> int:
    """The latest quarter dated on or before a day in Japan."""
    next_day = instants.midnight(day) + instants.SECONDS_PER_DAY
    return bisect_left(instants.quarters(), next_day) - 1 + instants.FIRST_QUARTER


def new_moon_on(day: date) -> int:
    """The latest new moon dated on or before a day in Japan, as a quarter number."""
    return quarter_on(day) // 4 * 4


def moon(day: date, old: Lunar, place: str) -> Moon:
    """The Moon of a day in Japan, seen from a place; `old` is the day in the lunar calendar."""
    quarter = quarter_on(day)
    rise, set_ = moon_times(day, place)
    return Moon(
        age=age(day),
        phase=_phase(quarter, day),
        name=MOON_NAMES.get(old.day),
        rise=rise,
        set=set_,
        next_new=_next(quarter, 0, day),
        next_full=_next(quarter, 2, day),
    )


def age(day: date) -> float:
    """正午月齢: days since the last new moon, to one decimal."""
    noon = instants.midnight(day) + instants.SECONDS_PER_DAY // 2
    new_moons = instants.new_moons()
    new = new_moons[bisect_right(new_moons, noon) - 1]
    return round((noon - new) / instants.SECONDS_PER_DAY, 1)


def tide(old: Lunar) -> str:
    """潮名 of a day of the lunar calendar: 大潮, 中潮, 小潮, 長潮 or 若潮."""
    return f"{TIDES[old.day - 1]}潮"


def _phase(quarter: int, day: date) -> str:
    if _begins(quarter) >= instants.midnight(day):
        return _PHASES[quarter % 4]
    return f"{_PHASES[(quarter + 1) % 4]}へ向かう月"


def _next(quarter: int, phase: int, day: date) -> datetime:
    candidate = quarter + (phase - quarter) % 4
    return phase_at(candidate if _begins(candidate) >= instants.midnight(day) else candidate + 4)


def _begins(quarter: int) -> int:
    return instants.quarters()[quarter - instants.FIRST_QUARTER]


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
