"""One day with everything the calendar says of it, and days as tables of many show them."""

from calendar import SUNDAY, Calendar
from datetime import date
from functools import lru_cache

from kirosample.almanac.eras import era
from kirosample.almanac.holidays import holiday
from kirosample.almanac.lunar import lunar, rokuyo_of
from kirosample.almanac.model import Day, DaySummary, require_day
from kirosample.almanac.moon import age, moon
from kirosample.almanac.sexagenary import eto
from kirosample.almanac.sun import sun
from kirosample.almanac.terms import around, term_on
from kirosample.almanac.zassetsu import zassetsu

_WEEKDAYS = "月火水木金土日"


@lru_cache(maxsize=128)
def day(of: date) -> Day:
    """The day in the Japanese calendar. Raises OutOfRange outside FIRST_DAY to LAST_DAY."""
    require_day(of)
    old = lunar(of)
    solar_term, next_solar_term = around(of)
    return Day(
        date=of,
        weekday=f"{_WEEKDAYS[of.weekday()]}曜日",
        era=era(of),
        rokuyo=rokuyo_of(old),
        lunar=old,
        solar_term=solar_term,
        next_solar_term=next_solar_term,
        zassetsu=zassetsu(of.year).get(of, ()),
        holiday=holiday(of),
        eto=eto(of),
        moon=moon(of),
        sun=sun(of),
        day_of_year=of.timetuple().tm_yday,
        iso_week=of.isocalendar().week,
    )


def summary(of: date) -> DaySummary:
    """The day in short, in a hundredth of the time of `day`. Raises OutOfRange."""
    require_day(of)
    return DaySummary(
        date=of,
        rokuyo=rokuyo_of(lunar(of)),
        solar_term=term_on(of),
        zassetsu=zassetsu(of.year).get(of, ()),
        holiday=holiday(of),
        moon_age=age(of),
    )


def month(of: date) -> tuple[tuple[DaySummary | None, ...], ...]:
    """The weeks of the month around a day, from Sunday; None stands for days of other months.

    Raises OutOfRange.
    """
    require_day(of)
    weeks = Calendar(SUNDAY).monthdatescalendar(of.year, of.month)
    return tuple(
        tuple(summary(each) if each.month == of.month else None for each in week) for week in weeks
    )
