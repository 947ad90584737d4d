"""五節句, customary days and the events of `sky`.

A custom is given from the year in which it began in Japan, or spread: Christmas with Meiji-ya's
shop in Ginza (1900), 母の日 on the second Sunday of May (1949), 父の日 (about 1950), the first sale
of chocolate for Valentine's Day in Tokyo (1958), the first White Day (1980), Halloween at Tokyo
Disneyland (1997), the first ceremonies in Hiroshima (1947) and Nagasaki (1948) and the
government's on August 15 (1963), 防災の日 by the Cabinet's decision (1960). The others are older
than 1900.

Customs of the old calendar keep its month and day in the new one (五節句, 小正月) or come a month
later (お盆: August 13 to 16 in most of Japan, in July in Tokyo, by the old calendar in Okinawa).
What is seen in the sky follows the Moon: 伝統的七夕, as the National Astronomical Observatory calls
the old 七夕, is 7月7日 of the old calendar, 中秋の名月 8月15日, 十三夜 9月13日, none of them in a
leap month. 初午 is the first day of the Horse in February, 酉の市 on the days of the Rooster in
November, 土用の丑の日 on the days of the Ox in summer's 土用.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from kirosample.almanac import sky
from kirosample.almanac.astronomy import horizon
from kirosample.almanac.lunar import day_in
from kirosample.almanac.model import YEARS_KEPT, require_year
from kirosample.almanac.sexagenary import days_until
from kirosample.almanac.zassetsu import doyo_of_summer

_SUNDAY = 6
_DAY = timedelta(days=1)

# Month, day, and the first year where it is later than the almanac's.
_FIXED = (
    ("七草", 1, 7, 0),
    ("鏡開き", 1, 11, 0),
    ("小正月", 1, 15, 0),
    ("バレンタインデー", 2, 14, 1958),
    ("ひな祭り", 3, 3, 0),
    ("ホワイトデー", 3, 14, 1980),
    ("花まつり", 4, 8, 0),
    ("端午の節句", 5, 5, 0),
    ("夏越の祓", 6, 30, 0),
    ("七夕", 7, 7, 0),
    ("広島原爆の日", 8, 6, 1947),
    ("長崎原爆の日", 8, 9, 1948),
    ("迎え盆", 8, 13, 0),
    ("お盆", 8, 14, 0),
    ("お盆", 8, 15, 0),
    ("終戦の日", 8, 15, 1963),
    ("送り盆", 8, 16, 0),
    ("防災の日", 9, 1, 1960),
    ("重陽の節句", 9, 9, 0),
    ("ハロウィン", 10, 31, 1997),
    ("七五三", 11, 15, 0),
    ("クリスマスイブ", 12, 24, 0),
    ("クリスマス", 12, 25, 0),
    ("大晦日", 12, 31, 0),
)

# Month, which Sunday of it, and the first year.
_SUNDAYS = (("母の日", 5, 2, 1949), ("父の日", 6, 3, 1950))

_ROOSTER_FAIRS = ("酉の市（一の酉）", "酉の市（二の酉）", "酉の市（三の酉）")


@lru_cache(maxsize=YEARS_KEPT)
def observances(year: int) -> Mapping[date, tuple[str, ...]]:
    """The days of a year with their observances, in order. Raises OutOfRange."""
    require_year(year)
    names: dict[date, tuple[str, ...]] = {}
    for day, name in sorted(_of(year), key=lambda entry: entry[0]):
        names[day] = (*names.get(day, ()), name)
    return MappingProxyType(names)


def observances_on(day: date, place: str) -> tuple[str, ...]:
    """The observances of a day, without an eclipse that is not seen from one of `load_places`."""
    names = observances(day.year).get(day, ())
    eclipse = sky.lunar_eclipses(day.year).get(day)
    if eclipse and sky.view(eclipse, *horizon.moon(day, place)) is sky.View.NONE:
        return tuple(name for name in names if name not in sky.ECLIPSES)
    return names


def _of(year: int) -> Iterator[tuple[date, str]]:
    for name, month, day, since in _FIXED:
        if year >= since:
            yield date(year, month, day), name
    for name, month, nth, since in _SUNDAYS:
        if year >= since:
            first = date(year, month, 1)
            yield first + (_SUNDAY - first.weekday() + 7 * (nth - 1)) * _DAY, name
    yield day_in(year, 1, 1), "旧正月"
    yield day_in(year, 7, 7), "伝統的七夕"
    yield day_in(year, 8, 15), "中秋の名月"
    yield day_in(year, 9, 13), "十三夜"
    yield _days_of("午", date(year, 2, 1), date(year, 2, 12))[0], "初午"
    yield from ((day, "土用の丑の日") for day in _days_of("丑", *doyo_of_summer(year)))
    roosters = _days_of("酉", date(year, 11, 1), date(year, 11, 30))
    yield from zip(roosters, _ROOSTER_FAIRS, strict=False)
    yield from sky.names(year)


def _days_of(branch: str, first: date, last: date) -> list[date]:
    """The days of a branch from the first to the last day."""
    days, day = [], first + days_until(branch, first) * _DAY
    while day <= last:
        days.append(day)
        day += 12 * _DAY
    return days
