"""The calendar page of a day."""

import datetime
from calendar import monthrange
from typing import Any

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac, horoscope
from kirosample.quotes import anniversaries
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.shanichi import SHANICHI, shanichi
from kirosample.web.i18n.special import sent_day
from kirosample.web.pages import day_pages
from kirosample.web.queries import PlaceQuery

MARKS = {"大安": "taian", "一粒万倍日": "manbai", "天赦日": "tensha"}
"""The CSS classes of lucky days."""

_NAMED_DAYS = ("天赦日", "一粒万倍日", "不成就日")
"""The 選日 that the month's table names: all of them would be every other day."""


@day_pages.ahead_of_time
async def date(request: PortalRequest) -> Response:
    query = requests.query(request, PlaceQuery)
    day, place = request.day(query.date), request.place(query.place)

    def context() -> dict[str, Any]:
        shown = almanac.day(day, place)
        note = shanichi(day, request.messages)
        return {
            "day": shown,
            "sent": sent_day(shown, request.messages),
            "has_share_pictures": request.has_picture_of_day(day),
            **around_the_day(shown),
            "rekichu": [almanac.REKICHU[name] for name in almanac.rekichu(day)],
            "eho": almanac.eho(day),
            "anniversaries": anniversaries(request.portal.catalogue, day),
            "is_setsubun": "節分" in shown.zassetsu,
            "eto_of_month": almanac.eto_of_month(day),
            "tide": almanac.TIDES[almanac.tide(shown.lunar)],
            "places": almanac.PLACES,
            "in_place": in_place,
            "moon_times": _moon_times(shown.moon),
            "shanichi": note,
            "zassetsu": tuple(dict.fromkeys((*shown.zassetsu, *([SHANICHI] if note else ())))),
            "moon_phase": horoscope.phase(day),
            "weeks": almanac.month(day),
            "month_before": _months_later(day, -1),
            "month_after": _months_later(day, 1),
            "is_this_month": (day.year, day.month) == (request.today.year, request.today.month),
            "named_days": _NAMED_DAYS,
            "marks": MARKS,
        }

    in_place = "" if place == almanac.TOKYO else f"place={place}"
    here = day_pages.path_of_day(request, "/date", day, in_place)
    return await day_pages.page(request, "date.html", here, day, context, place)


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
    """The words of the day's 選日, and the next 祝日 and 節気, the sooner first."""
    term, holiday = day.next_solar_term, almanac.next_holiday(day.date)
    coming: list[dict[str, Any]] = [
        {"kind": "solar term", "name": term.name, "date": term.at.date(), "at": term.at}
    ]
    if holiday:
        coming.append({"kind": "holiday", "name": holiday[1], "date": holiday[0], "at": None})
    coming.sort(key=lambda each: (each["date"], each["kind"]))
    return {
        "senjitsu": almanac.senjitsu_words(day.senjitsu),
        "coming": [{**each, "days": (each["date"] - day.date).days} for each in coming],
    }
