"""二十四節気 and 七十二候: what the Sun's apparent longitude divides the year into.

A solar term is the instant of a multiple of 15 degrees. Each has three 候 of five or six days. A 候
begins on the day in Japan of a multiple of 5 degrees: publishers that count five days from each
term differ by a day in places.
"""

from bisect import bisect_left
from datetime import date
from functools import lru_cache

from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.ephemeris import sun_longitude, when
from kirosample.almanac.astronomy.timescale import noon
from kirosample.almanac.model import YEARS_KEPT, SolarTerm, require_year
from kirosample.almanac.words import Kou, load_words
from kirosample.text import Text

# In the order of a calendar year, from 285 degrees.
NAMES = (
    "小寒", "大寒", "立春", "雨水", "啓蟄", "春分", "清明", "穀雨",
    "立夏", "小満", "芒種", "夏至", "小暑", "大暑", "立秋", "処暑",
    "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至",
)  # fmt: skip

_FIRST_TERM = 2  # 立春, with which the 候 begin, is the third term of a calendar year
_TROPICAL_YEAR = 365.2422
_RATE = 360 / _TROPICAL_YEAR


def sun_reaches(longitude: float, year: int) -> float:
    """TT at which the Sun reaches an ecliptic longitude (degrees) in a calendar year in Japan.

    The tables are written by this function. It does not work near 280 degrees, at the turn of the
    year.
    """
    days = (longitude - 280) % 360 / _RATE
    return when(sun_longitude, longitude, noon(date(year, 1, 1)) + days, _RATE)


def terms_of(year: int) -> tuple[SolarTerm, ...]:
    """As `solar_terms`, also for the years beside the almanac's first and last."""
    first = _first_of(year)
    return tuple(map(_term, range(first, first + len(NAMES))))


def solar_terms(year: int) -> tuple[SolarTerm, ...]:
    """The 24 solar terms of a year in Japan, from 小寒 to 冬至. Raises OutOfRange."""
    require_year(year)
    return terms_of(year)


@lru_cache(maxsize=YEARS_KEPT)
def term_days(year: int) -> tuple[date, ...]:
    """The days in Japan of the 24 solar terms of a year."""
    first = _first_of(year)
    return tuple(map(instants.day_of, instants.terms()[first : first + len(NAMES)]))


def around(day: date) -> tuple[SolarTerm, SolarTerm]:
    """The latest term dated on or before a day, and the one that follows it."""
    latest = _latest(day)
    return _term(latest), _term(latest + 1)


def about_term(term: SolarTerm, on: date) -> Text:
    """What a term means, on its own day or on a later one."""
    words = load_words().terms[term.name]
    return words.day if term.at.date() == on else words.after


def kou(day: date) -> Kou:
    """The 候 of a day."""
    latest = _latest(day)
    first, second = instants.kou_lengths(latest)
    passed = (day - instants.day_of(instants.terms()[latest])).days
    part = (passed >= first) + (passed >= first + second)
    every = load_words().kou
    return every[((latest - _FIRST_TERM) * 3 + part) % len(every)]


def season(day: date) -> int:
    """Which term a day is in: 1 in 小寒 to 24 in 冬至."""
    return _latest(day) % len(NAMES) + 1


def _latest(day: date) -> int:
    next_day = instants.midnight(day) + instants.SECONDS_PER_DAY
    return bisect_left(instants.terms(), next_day) - 1


def _first_of(year: int) -> int:
    return (year - instants.FIRST_YEAR) * len(NAMES)


def _term(place: int) -> SolarTerm:
    return SolarTerm(_name(place), instants.moment(instants.terms()[place]))


def _name(place: int) -> str:
    return NAMES[place % len(NAMES)]
