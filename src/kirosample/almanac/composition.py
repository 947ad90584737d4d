"""One day with everything the calendar says of it."""

from calendar import SUNDAY, Calendar
from datetime import date
from functools import lru_cache

from kirosample.almanac.eras import era
from kirosample.almanac.holidays import holiday
from kirosample.almanac.lunar import lunar, rokuyo_of
from kirosample.almanac.model import Day, require_day
from kirosample.almanac.moon import moon
from kirosample.almanac.sexagenary import eto
from kirosample.almanac.sun import sun
from kirosample.almanac.terms import around
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


def month(of: date) -> tuple[tuple[Day | None, ...], ...]:
    """The weeks of the month around a day, from Sunday; None stands for days of other months.

    Raises OutOfRange.
    """
    require_day(of)
    weeks = Calendar(SUNDAY).monthdatescalendar(of.year, of.month)
    return tuple(
        tuple(day(each) if each.month == of.month else None for each in week) for week in weeks
    )
