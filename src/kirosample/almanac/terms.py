"""二十四節気: the instants at which the Sun's apparent longitude is a multiple of 15 degrees."""

from datetime import date
from functools import lru_cache

from kirosample.almanac.ephemeris import sun_longitude, when
from kirosample.almanac.model import SolarTerm, require_year
from kirosample.almanac.timescale import jst_of_tt, noon

# In the order of a calendar year, from 285 degrees.
NAMES = (
    "小寒", "大寒", "立春", "雨水", "啓蟄", "春分", "清明", "穀雨",
    "立夏", "小満", "芒種", "夏至", "小暑", "大暑", "立秋", "処暑",
    "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至",
)  # fmt: skip

_TROPICAL_YEAR = 365.2422
_RATE = 360 / _TROPICAL_YEAR


def sun_reaches(longitude: float, year: int) -> float:
    """TT at which the Sun, in a calendar year in Japan, reaches an ecliptic longitude in degrees.

    Longitudes near 280 degrees, where the year turns, have no single answer and are not asked for.
    """
    days = (longitude - 280) % 360 / _RATE
    return when(sun_longitude, longitude, noon(date(year, 1, 1)) + days, _RATE)


@lru_cache(maxsize=256)
def terms_of(year: int) -> tuple[SolarTerm, ...]:
    """As `solar_terms`, for any year: the almanac's first and last days need their neighbours."""
    return tuple(
        SolarTerm(name, jst_of_tt(sun_reaches((285 + 15 * index) % 360, year)))
        for index, name in enumerate(NAMES)
    )


def solar_terms(year: int) -> tuple[SolarTerm, ...]:
    """The 24 solar terms of a year in Japan, from 小寒 to 冬至. Raises OutOfRange."""
    require_year(year)
    return terms_of(year)


def around(day: date) -> tuple[SolarTerm, SolarTerm]:
    """The latest term dated on or before a day, and the one that follows it."""
    terms = terms_of(day.year)
    begun = sum(term.at.date() <= day for term in terms)
    if begun == 0:
        return terms_of(day.year - 1)[-1], terms[0]
    if begun == len(terms):
        return terms[-1], terms_of(day.year + 1)[0]
    return terms[begun - 1], terms[begun]
