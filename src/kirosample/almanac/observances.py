"""五節句, customary days and the events of `sky`.

`words/observances.toml` has the days that are the same in every year, and the sources. What is seen
in the sky follows the Moon: 伝統的七夕, as the National Astronomical Observatory calls the old
七夕, is 7月7日 of the old calendar, 中秋の名月 8月15日, 十三夜 9月13日, none of them in a leap
month. 初午 is the first day of the Horse in February, 酉の市 on the days of the Rooster in
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
from kirosample.almanac.words import load_words
from kirosample.almanac.zassetsu import doyo_of_summer

_DAY = timedelta(days=1)

_ROOSTER_FAIRS = ("酉の市（一の酉）", "酉の市（二の酉）", "酉の市（三の酉）")
COMPUTED = (
    "旧正月",
    "初午",
    "土用の丑の日",
    "伝統的七夕",
    "中秋の名月",
    "十三夜",
    *_ROOSTER_FAIRS,
    *sky.SHOWERS,
    *sky.ECLIPSES,
)
"""The names whose days the table does not have."""


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
    for name, observance in load_words().observances.items():
        yield from ((day, name) for day in observance.days(year))
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
    days = []
    day = first + days_until(branch, first) * _DAY
    while day <= last:
        days.append(day)
        day += 12 * _DAY
    return days
