"""The calendar page of a day."""

import datetime
from calendar import monthrange
from typing import Any

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac, horoscope
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.shanichi import SHANICHI, shanichi
from kirosample.web.pages import cached
from kirosample.web.queries import CALENDAR_OPTIONS, PlaceQuery

_DAYS_AROUND = 3

_GOOD_DAYS = ("天赦日", "一粒万倍日")
"""The 選日 that the month's table names: all of them would be every other day."""


@cached.ahead_of_time
async def date(request: PortalRequest) -> Response:
    query = requests.query(request, PlaceQuery)
    day, place = request.day(query.date), request.place(query.place)

    def context() -> dict[str, Any]:
        near = (cached.neighbor(day, n) for n in range(-_DAYS_AROUND, _DAYS_AROUND + 1))
        shown = almanac.day(day, place)
        note = shanichi(day, request.messages)
        return {
            "day": shown,
            **around_the_day(shown),
            "places": almanac.PLACES,
            "in_place": in_place,
            "moon_times": _moon_times(shown.moon),
            "shanichi": note,
            "zassetsu": tuple(dict.fromkeys((*shown.zassetsu, *([SHANICHI] if note else ())))),
            "calendar_options": CALENDAR_OPTIONS,
            "moon_phase": horoscope.phase(day),
            "around": [almanac.summary(one, place) for one in near if one],
            "weeks": almanac.month(day),
            "month_before": _months_later(day, -1),
            "month_after": _months_later(day, 1),
            "is_this_month": (day.year, day.month) == (request.today.year, request.today.month),
            "good_days": _GOOD_DAYS,
        }

    here = cached.path_of_day(request, "/date", day)
    in_place = "" if place == almanac.TOKYO else f"place={place}"
    if in_place:
        here += f"{'&' if '?' in here else '?'}{in_place}"
    return await cached.page(request, "date.html", here, day, context, place)


def _moon_times(moon: almanac.Moon) -> list[tuple[str, datetime.datetime | None]]:
    """The Moon's rise and set in the order in which they happen; one that is missing is last."""
    events = ("rise", moon.rise), ("set", moon.set)
    return sorted(events, key=lambda event: (event[1] is None, event[1]))


def _months_later(day: datetime.date, months: int) -> datetime.date | None:
    """The day of another month with this number, or its last; None beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not almanac.FIRST_DAY.year <= year <= almanac.LAST_DAY.year:
        return None
    return datetime.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def around_the_day(day: almanac.Day) -> dict[str, Any]:
    """The words of the day's 選日, and how soon the next 祝日 and the next 節気 are."""
    found = almanac.next_holiday(day.date)
    return {
        "senjitsu": almanac.senjitsu_words(day.senjitsu),
        "next_holiday": found
        and {"date": found[0], "name": found[1], "days": (found[0] - day.date).days},
        "next_term_in": (day.next_solar_term.at.date() - day.date).days,
    }
