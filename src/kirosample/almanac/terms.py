"""二十四節気 and 七十二候: what the Sun's apparent longitude divides the year into.

A solar term is the instant of a multiple of 15 degrees. Each has three 候 of five or six days. A 候
begins on the day in Japan of a multiple of 5 degrees: publishers that count five days from each
term differ by a day in places.

雑節: the seasonal days beside the solar terms.

As in the observatory's 暦要項: 節分 is the eve of 立春; 彼岸 the seven days around an equinox; 土用
begins when the Sun's longitude is 27, 117, 207 or 297 degrees and ends on the eve of the next
season; 入梅 is at 80 degrees, 半夏生 at 100; 八十八夜 and 二百十日 are the 88th and the 210th day,
counting 立春 as the first. The first and last day of a period have names, and the middle of 彼岸.
二百二十日 is custom. 社日 is the 戊 day nearest to an equinox: of two that are five days away the
one before it, as in the almanacs of 1685 to 1874 and in most lists of today. From 1881 the official
almanac took the one after it if the equinox is in the afternoon, and some still do (国立天文台,
暦Wiki): `shanichi_tie` gives both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.ephemeris import noon, sun_longitude, when
from kirosample.almanac.model import YEARS_KEPT, SolarTerm, require_year
from kirosample.almanac.sexagenary import day_index
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
    return bisect_right(term_days(day.year), day) or len(NAMES)


def _latest(day: date) -> int:
    next_day = instants.midnight(day) + instants.SECONDS_PER_DAY
    return bisect_left(instants.terms(), next_day) - 1


def _first_of(year: int) -> int:
    return (year - instants.FIRST_YEAR) * len(NAMES)


def _term(place: int) -> SolarTerm:
    return SolarTerm(_name(place), instants.moment(instants.terms()[place]))


def _name(place: int) -> str:
    return NAMES[place % len(NAMES)]


_DAY = timedelta(days=1)
_EARTH = 4  # 戊 among the ten stems
_TIE = 5  # days from two 戊 days to an equinox between them
_EQUINOXES = ("春分", "秋分")
_DOYO = (("立春", 297), ("立夏", 27), ("立秋", 117), ("立冬", 207))


@lru_cache(maxsize=YEARS_KEPT)
def zassetsu(year: int) -> Mapping[date, tuple[str, ...]]:
    """The days of a year in Japan that have 雑節, in order, with their names. Raises OutOfRange."""
    require_year(year)
    terms = dict(zip(NAMES, term_days(year), strict=True))
    spring = terms["立春"]
    days: list[tuple[date, str]] = [
        (spring - _DAY, "節分"),
        (spring + 87 * _DAY, "八十八夜"),
        (_date(80, year), "入梅"),
        (_date(100, year), "半夏生"),
        (spring + 209 * _DAY, "二百十日"),
        (spring + 219 * _DAY, "二百二十日"),
    ]
    for equinox in (terms[name] for name in _EQUINOXES):
        days += [(equinox - 3 * _DAY, "彼岸入り"), (equinox, "彼岸の中日")]
        days += [(equinox + 3 * _DAY, "彼岸明け"), (_shanichi(equinox), "社日")]
    for season, longitude in _DOYO:
        first, last = _date(longitude, year), terms[season] - _DAY
        days += [(first, "土用入り"), (last, "土用明け")]
    names: dict[date, tuple[str, ...]] = {}
    for day, name in sorted(days, key=lambda entry: entry[0]):
        names[day] = (*names.get(day, ()), name)
    return MappingProxyType(names)


def doyo_of_summer(year: int) -> tuple[date, date]:
    """The first and the last day of the 土用 before 立秋."""
    return _date(117, year), term_days(year)[NAMES.index("立秋")] - _DAY


def shanichi_tie(day: date) -> tuple[date, date, SolarTerm] | None:
    """The two 戊 days that are equally near to an equinox, and it, if a day is one of them."""
    if _since_earth(day):
        return None
    for term in solar_terms(day.year):
        equinox = term.at.date()
        if term.name in _EQUINOXES and abs(day - equinox) == _TIE * _DAY:
            return equinox - _TIE * _DAY, equinox + _TIE * _DAY, term
    return None


def _shanichi(equinox: date) -> date:
    since = _since_earth(equinox)
    return equinox + (-since if since <= _TIE else 10 - since) * _DAY


def _since_earth(day: date) -> int:
    """Days since the last 戊 day."""
    return (day_index(day) - _EARTH) % 10


def _date(longitude: int, year: int) -> date:
    return instants.day_of(instants.sun(longitude, year))
