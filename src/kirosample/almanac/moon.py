"""Phases of the Moon: when its longitude is 0, 90, 180 or 270 degrees ahead of the Sun's."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime

from kirosample.almanac import instants
from kirosample.almanac.ephemeris import elongation, when
from kirosample.almanac.model import Moon

_SYNODIC_MONTH = 29.530588861
_MEAN_NEW_MOON = 36529.59766  # 2000-01-06, in Dublin days (Meeus, Astronomical Algorithms, ch. 49)

_PHASES = ("新月", "上弦", "満月", "下弦")


def quarter_begins(quarter: int) -> float:
    """TT at which a quarter begins, counted from the new moon of 2000-01-06.

    Multiples of 4 are new moons. The table is written from it.
    """
    near = _MEAN_NEW_MOON + _SYNODIC_MONTH * quarter / 4
    return when(elongation, 90 * (quarter % 4), near, 360 / _SYNODIC_MONTH)


def phase_at(quarter: int) -> datetime:
    """When a quarter begins, counted from the new moon of 2000-01-06: multiples of 4 are new."""
    return instants.moment(_begins(quarter))


def day_of_phase(quarter: int) -> date:
    """The day in Japan on which a quarter begins."""
    return instants.day_of(_begins(quarter))


def quarter_on(day: date) -> int:
    """The latest quarter dated on or before a day in Japan."""
    next_day = instants.midnight(day) + instants.SECONDS_PER_DAY
    return bisect_left(instants.quarters(), next_day) - 1 + instants.FIRST_QUARTER


def new_moon_on(day: date) -> int:
    """The latest new moon dated on or before a day in Japan, as a quarter number."""
    return quarter_on(day) // 4 * 4


def moon(day: date) -> Moon:
    """The Moon of a day in Japan."""
    quarter = quarter_on(day)
    return Moon(
        age=age(day),
        phase=_name(quarter, day),
        next_new=_next(quarter, 0, day),
        next_full=_next(quarter, 2, day),
    )


def age(day: date) -> float:
    """正午月齢: days since the last new moon, to one decimal."""
    noon = instants.midnight(day) + instants.SECONDS_PER_DAY // 2
    new_moons = instants.new_moons()
    new = new_moons[bisect_right(new_moons, noon) - 1]
    return round((noon - new) / instants.SECONDS_PER_DAY, 1)


def _name(quarter: int, day: date) -> str:
    if _begins(quarter) >= instants.midnight(day):
        return _PHASES[quarter % 4]
    return f"{_PHASES[(quarter + 1) % 4]}へ向かう月"


def _next(quarter: int, phase: int, day: date) -> datetime:
    candidate = quarter + (phase - quarter) % 4
    return phase_at(candidate if _begins(candidate) >= instants.midnight(day) else candidate + 4)


def _begins(quarter: int) -> int:
    return instants.quarters()[quarter - instants.FIRST_QUARTER]
