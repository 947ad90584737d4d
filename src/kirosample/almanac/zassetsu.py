"""雑節: the seasonal days beside the solar terms.

As in the observatory's 暦要項: 節分 is the eve of 立春; 彼岸 the seven days around an equinox; 土用
begins when the Sun's longitude is 27, 117, 207 or 297 degrees and ends on the eve of the next
season; 入梅 is at 80 degrees, 半夏生 at 100; 八十八夜 and 二百十日 are the 88th and the 210th day,
counting 立春 as the first. The first and last day of a period have names, and the middle of 彼岸.
二百二十日 is custom. 社日 is the 戊 day nearest to an equinox: of two that are five days away the
one before it, as in the almanacs of 1685 to 1874 and in most lists of today. From 1881 the official
almanac took the one after it if the equinox is in the afternoon, and some still do (国立天文台,
暦Wiki): `shanichi_tie` gives both.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from kirosample.almanac.astronomy import instants
from kirosample.almanac.model import YEARS_KEPT, SolarTerm, require_year
from kirosample.almanac.sexagenary import day_index
from kirosample.almanac.terms import NAMES, solar_terms, term_days

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
