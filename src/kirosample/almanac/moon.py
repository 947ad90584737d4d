"""Phases of the Moon: when its longitude is 0, 90, 180 or 270 degrees ahead of the Sun's."""

from datetime import date, datetime, time
from functools import lru_cache

from kirosample.almanac.ephemeris import elongation, when
from kirosample.almanac.model import JST, Moon
from kirosample.almanac.timescale import jst_of_tt, noon

_SYNODIC_MONTH = 29.530588861
_MEAN_NEW_MOON = 36529.59766  # 2000-01-06, in Dublin days (Meeus, Astronomical Algorithms, ch. 49)

_PHASES = ("新月", "上弦", "満月", "下弦")


@lru_cache(maxsize=16384)
def phase_at(quarter: int) -> datetime:
    """When a quarter begins, counted from the new moon of 2000-01-06: multiples of 4 are new."""
    near = _MEAN_NEW_MOON + _SYNODIC_MONTH * quarter / 4
    return jst_of_tt(when(elongation, 90 * (quarter % 4), near, 360 / _SYNODIC_MONTH))


def quarter_on(day: date) -> int:
    """The latest quarter dated on or before a day in Japan."""
    quarter = int((noon(day) - _MEAN_NEW_MOON) // (_SYNODIC_MONTH / 4)) + 2
    while phase_at(quarter).date() > day:
        quarter -= 1
    return quarter


def new_moon_on(day: date) -> int:
    """The latest new moon dated on or before a day in Japan, as a quarter number."""
    return quarter_on(day) // 4 * 4


def moon(day: date) -> Moon:
    """The Moon of a day in Japan."""
    quarter = quarter_on(day)
    return Moon(
        age=_age(day),
        phase=_name(quarter, day),
        next_new=_next(quarter, 0, day),
        next_full=_next(quarter, 2, day),
    )


def _name(quarter: int, day: date) -> str:
    if phase_at(quarter).date() == day:
        return _PHASES[quarter % 4]
    return f"{_PHASES[(quarter + 1) % 4]}へ向かう月"


def _next(quarter: int, phase: int, day: date) -> datetime:
    candidate = quarter + (phase - quarter) % 4
    return phase_at(candidate if phase_at(candidate).date() >= day else candidate + 4)


def _age(day: date) -> float:
    at = datetime.combine(day, time(12), JST)
    new = new_moon_on(day)
    if phase_at(new) > at:
        new -= 4
    return round((at - phase_at(new)).total_seconds() / 86400, 1)
