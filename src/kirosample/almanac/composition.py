"""A day with all its facts, and the summaries that tables of days show."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from kirosample.almanac.astronomy.ephemeris import TOKYO, load_places, sun_times
from kirosample.almanac.holidays import holiday, holidays, observances_on
from kirosample.almanac.lucky import names_of, names_of_month
from kirosample.almanac.model import Day, DaySummary, Era, require_day
from kirosample.almanac.moon import age, lunar, moon
from kirosample.almanac.sexagenary import SENJITSU, eto
from kirosample.almanac.terms import NAMES, around, kou, term_days, zassetsu
from kirosample.almanac.words import load_words

WEEKDAYS = "月火水木金土日"

ERAS = {
    "令和": date(2019, 5, 1),
    "平成": date(1989, 1, 8),
    "昭和": date(1926, 12, 25),
    "大正": date(1912, 7, 30),
    "明治": date(1868, 1, 25),
}
"""The first days of the eras, the latest first. The day of change belongs to the new era."""


def era(day: date) -> Era:
    """The era of a day from 1868 on. Future days are in the present era."""
    return next(
        Era(name, day.year - since.year + 1) for name, since in ERAS.items() if day >= since
    )


_WEEK = 7


@lru_cache(maxsize=128)
def day(of: date, place: str = TOKYO) -> Day:
    """The day in the Japanese calendar, as the Sun and the Moon rise in one of `load_places`.

    Raises OutOfRange outside FIRST_DAY to LAST_DAY, KeyError for an unknown place.
    """
    require_day(of)
    old = lunar(of)
    names = names_of(of)
    solar_term, next_solar_term = around(of)
    return Day(
        date=of,
        weekday=f"{WEEKDAYS[of.weekday()]}曜日",
        era=era(of),
        rokuyo=names[0],
        lunar=old,
        solar_term=solar_term,
        next_solar_term=next_solar_term,
        zassetsu=zassetsu(of.year).get(of, ()),
        holiday=holiday(of),
        eto=eto(of),
        moon=moon(of, old, place),
        sun=sun_times(of, place),
        day_of_year=of.timetuple().tm_yday,
        iso_week=of.isocalendar().week,
        month_name=load_words().months[of.month - 1].name.ja,
        kou=kou(of),
        senjitsu=_senjitsu(names),
        observances=observances_on(of, place),
        place=load_places()[place],
    )


def summary(of: date) -> DaySummary:
    """The day in short, a hundred times faster than `day`. Raises as it does."""
    require_day(of)
    return next(_summaries(of.year, [(of, names_of(of))]))


def month(of: date) -> tuple[tuple[DaySummary | None, ...], ...]:
    """The weeks of a day's month, from Sunday, with None for days of other months.

    Raises OutOfRange.
    """
    require_day(of)
    first = of.replace(day=1)
    days: list[DaySummary | None] = [None] * (first.isoweekday() % _WEEK)
    days += _summaries(of.year, names_of_month(first))
    days += [None] * (-len(days) % _WEEK)
    return tuple(tuple(days[n : n + _WEEK]) for n in range(0, len(days), _WEEK))


def _summaries(year: int, days: Iterable[tuple[date, Sequence[str]]]) -> Iterator[DaySummary]:
    """Summaries of days of one year, which come with their names."""
    terms = dict(zip(term_days(year), NAMES, strict=True))
    seasonal = zassetsu(year)
    off = holidays(year)
    for day, names in days:
        yield DaySummary(
            day,
            names[0],
            terms.get(day),
            seasonal.get(day, ()),
            _senjitsu(names),
            off.get(day),
            age(day),
        )


def _senjitsu(names: Iterable[str]) -> tuple[str, ...]:
    return tuple([name for name in names if name in SENJITSU])
