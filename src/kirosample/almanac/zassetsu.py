"""雑節: the seasonal days beside the solar terms.

As in the observatory's 暦要項: 節分 is the eve of 立春; 彼岸 the seven days around an equinox; 土用
begins when the Sun's longitude is 27, 117, 207 or 297 degrees and ends on the eve of the next
season; 入梅 is at 80 degrees, 半夏生 at 100; 八十八夜 and 二百十日 are the 88th and the 210th day,
counting 立春 as the first. The first and last day of a period have names, and the middle of 彼岸.
二百二十日 is custom. 社日 is the 戊 day nearest to an equinox: of two that are five days away the
one before it, as in lists of today. (Others choose by the hour of the equinox.)
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from kirosample.almanac.astronomy import instants
from kirosample.almanac.model import YEARS_KEPT, require_year
from kirosample.almanac.sexagenary import day_index
from kirosample.almanac.terms import NAMES, term_days

_DAY = timedelta(days=1)
_EARTH = 4  # 戊 among the ten stems
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
    for equinox in (terms["春分"], terms["秋分"]):
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


def _shanichi(equinox: date) -> date:
    since = (day_index(equinox) - _EARTH) % 10
    return equinox + (-since if since <= 5 else 10 - since) * _DAY


def _date(longitude: int, year: int) -> date:
    return instants.day_of(instants.sun(longitude, year))
