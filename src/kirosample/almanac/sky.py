"""Events in the sky: 月食 and the three great 流星群.

A lunar eclipse is given when a part of its umbral phase is seen from one of `load_places` (the
Moon's center above the horizon, as in `moon_times`), on the day in Japan on which that phase
begins: one that ends after midnight is that evening's. The umbra is enlarged by a fiftieth for the
Earth's atmosphere (Chauvenet), as in 暦要項 and NASA's catalog, with which tests compare the table.

A shower has its maximum when the Sun reaches the same longitude among the stars each year, by the
International Meteor Organization's calendars (equinox of J2000). It belongs to the nearest night,
and to the day on which this night begins. A night is the dark hours in Tokyo with the shower's
radiant, also of these calendars, at least 15° high. The longitudes are means of the last decades. A
stream of meteors drifts, so the years far from them have none.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.ephemeris import noon, precession
from kirosample.almanac.model import YEARS_KEPT, LunarEclipse, MeteorShower
from kirosample.almanac.terms import sun_reaches

SHOWERS = {"しぶんぎ座流星群": 283.15, "ペルセウス座流星群": 140.0, "ふたご座流星群": 262.2}
"""The longitude of the Sun at each maximum, in degrees, J2000."""

_MIDDLES = {
    "しぶんぎ座流星群": timedelta(hours=3, minutes=14),
    "ペルセウス座流星群": timedelta(minutes=20),
    "ふたご座流星群": timedelta(minutes=16),
}
"""The middles of the nights, after midnight."""

ECLIPSES = ("部分月食", "皆既月食")

_NOON = 12
_DAY = timedelta(days=1)


class View(Enum):
    """How a place sees an eclipse."""

    WHOLE = "whole"
    RISING = "rising"  # it has begun when the Moon rises
    SETTING = "setting"  # the Moon sets before it ends
    NONE = "none"


def shower_peak(longitude: float, year: int) -> float:
    """TT of a maximum by its longitude. The table is written by this function."""
    return sun_reaches(longitude + precession(noon(date(year, 7, 1))), year)


@lru_cache(maxsize=YEARS_KEPT)
def meteor_showers(year: int) -> Mapping[date, MeteorShower]:
    """The nights of a year's showers, by the day on which they begin."""
    if year not in instants.SHOWER_YEARS:
        return {}
    peaks = map(instants.moment, instants.showers(year))
    return {
        (peak - _MIDDLES[name] - _DAY / 2).date(): MeteorShower(name, peak)
        for name, peak in zip(SHOWERS, peaks, strict=True)
    }


@lru_cache(maxsize=YEARS_KEPT)
def lunar_eclipses(year: int) -> Mapping[date, LunarEclipse]:
    """The eclipses that begin in a year, by their days."""
    eclipses = (lunar_eclipse(*entry) for entry in instants.eclipses(year))
    return {eclipse.begins.date(): eclipse for eclipse in eclipses}


def lunar_eclipse(magnitude: float, at: tuple[int, ...]) -> LunarEclipse:
    """An eclipse from its line in the table."""
    times = list(map(instants.moment, at))
    total = (times[1], times[3]) if len(times) == 5 else (None, None)
    return LunarEclipse(magnitude, times[0], total[0], times[len(times) // 2], total[1], times[-1])


def view(eclipse: LunarEclipse, rise: datetime | None, set_: datetime | None) -> View:
    """How a place sees an eclipse, with the Moon's rise and set there on the day when it begins."""
    if eclipse.begins.hour < _NOON:
        if not set_ or eclipse.ends <= set_:
            return View.WHOLE
        return View.SETTING if eclipse.begins < set_ else View.NONE
    if not rise or rise <= eclipse.begins:
        return View.WHOLE
    return View.RISING if rise < eclipse.ends else View.NONE


def names(year: int) -> Iterator[tuple[date, str]]:
    """The days of a year with events, and what they are called."""
    for day, eclipse in lunar_eclipses(year).items():
        yield day, ECLIPSES[eclipse.magnitude >= 1]
    for day, shower in meteor_showers(year).items():
        yield day, shower.name
