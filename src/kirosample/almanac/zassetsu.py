"""雑節: the seasonal days beside the solar terms.

As in the observatory's 暦要項: 節分 is the eve of 立春; 彼岸 the seven days around an equinox; 土用
begins when the Sun's longitude is 27, 117, 207 or 297 degrees and ends on the eve of the next
season; 入梅 is at 80 degrees, 半夏生 at 100; 八十八夜 and 二百十日 are the 88th and the 210th day,
counted from 立春 as the first. Of the longer ones the first and last day are named, and the
middle of 彼岸; 二百二十日 and the 土用の丑の日 of summer are custom.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from kirosample.almanac import instants
from kirosample.almanac.model import YEARS_KEPT, require_year
from kirosample.almanac.sexagenary import is_ox
from kirosample.almanac.terms import NAMES, term_days

_DOYO = (("立春", 297), ("立夏", 27), ("立秋", 117), ("立冬", 207))


@lru_cache(maxsize=YEARS_KEPT)
def zassetsu(year: int) -> Mapping[date, tuple[str, ...]]:
    """The days of a year in Japan that have 雑節, in order, with their names. Raises OutOfRange."""
    require_year(year)
    terms = dict(zip(NAMES, term_days(year), strict=True))
    spring = terms["立春"]
    days: list[tuple[date, str]] = [
        (_after(spring, -1), "節分"),
        (_after(spring, 87), "八十八夜"),
        (_date(80, year), "入梅"),
        (_date(100, year), "半夏生"),
        (_after(spring, 209), "二百十日"),
        (_after(spring, 219), "二百二十日"),
    ]
    for equinox in (terms["春分"], terms["秋分"]):
        days += [(_after(equinox, -3), "彼岸入り"), (equinox, "彼岸の中日")]
        days += [(_after(equinox, 3), "彼岸明け")]
    for season, longitude in _DOYO:
        first, last = _date(longitude, year), _after(terms[season], -1)
        days += [(first, "土用入り"), (last, "土用明け")]
        if season == "立秋":
            span = (_after(first, n) for n in range((last - first).days + 1))
            days += [(day, "土用の丑の日") for day in span if is_ox(day)]
    names: dict[date, tuple[str, ...]] = {}
    for day, name in sorted(days, key=lambda entry: entry[0]):
        names[day] = (*names.get(day, ()), name)
    return MappingProxyType(names)


def _date(longitude: int, year: int) -> date:
    return instants.day_of(instants.sun(longitude, year))


def _after(day: date, days: int) -> date:
    return day + timedelta(days=days)
