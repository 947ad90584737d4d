"""The calendar page of a day."""

import datetime
from calendar import monthrange
from typing import Any

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac, horoscope
from kirosample.quotes import anniversaries
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.day_words import (
    SHANICHI,
    caution,
    sent_day,
    shanichi,
    special_meanings,
    special_sum,
)
from kirosample.web.i18n.languages import Messages
from kirosample.web.pages import day_pages
from kirosample.web.queries import PlaceQuery

MARKS = {
    "大安": "taian",
    "友引": "tomobiki",
    "先勝": "sensho",
    "先負": "senbu",
    "赤口": "shakko",
    "仏滅": "butsumetsu",
    "一粒万倍日": "manbai",
    "天赦日": "tensha",
    "寅の日": "tora",
    "巳の日": "mi",
}
"""The CSS classes of days that a reader may mark in a month, and their ids in `mark=`."""

_NAMED_DAYS = ("天赦日", "一粒万倍日", "不成就日")
"""The 選日 that the month's table names: all of them would be every other day."""


_PARTS = {
    "元日": "new year",
    "節分": "setsubun",
    "伝統的七夕": "stars",
    "中秋の名月": "moon",
    "十三夜": "moon",
    "冬至": "solstice",
}
"""What special.html shows beside names, meanings and what comes later."""

_VIEWED = 5
"""The days from a moon viewing to the full Moon are fewer; once, in 1942, it was the day before."""


@day_pages.ahead_of_time
async def date(request: PortalRequest) -> Response:
    query = requests.query(request, PlaceQuery)
    day = request.day(query.date)
    place = request.place(query.place)

    def context() -> dict[str, Any]:
        shown = almanac.day(day, place)
        words = almanac.load_words()
        note = shanichi(day, request.messages)
        names = almanac.names_of(day)
        around = around_the_day(shown)
        special = _special(shown, request.messages)
        births = anniversaries(request.portal.catalogue, day)
        return {
            "day": shown,
            "sent": sent_day(shown, request.messages),
            "has_share_pictures": request.has_picture_of_day(day),
            **around,
            "rekichu": [word for name, word in words.rekichu.items() if name in names],
            "eho": almanac.eho(day),
            "births": [each for each in births if each.is_birth],
            "deaths": [each for each in births if not each.is_birth],
            **special,
            "senjitsu": [
                word for word in around["senjitsu"] if word.name.ja not in special["special_names"]
            ],
            "eto_of_month": almanac.eto_of_month(day),
            "tide": words.tides[almanac.tide(shown.lunar)],
            "places": almanac.load_places(),
            "in_place": in_place,
            "moon_times": _moon_times(shown.moon),
            "shanichi": note,
            "zassetsu": tuple(dict.fromkeys((*shown.zassetsu, *([SHANICHI] if note else ())))),
            "moon_phase": horoscope.phase(day),
            "weeks": almanac.month(day),
            "special_observances": {
                each: [name for name in names if name in words.special["observance"]]
                for each, names in almanac.observances(day.year).items()
            },
            "month_before": _months_later(day, -1),
            "month_after": _months_later(day, 1),
            "is_this_month": (day.year, day.month) == (request.today.year, request.today.month),
            "named_days": _NAMED_DAYS,
            "marks": MARKS,
        }

    in_place = "" if place == almanac.TOKYO else f"place={place}"
    here = day_pages.path_of_day(request, "/date", day, in_place)
    return await day_pages.page(request, "date.html", here, day, context, place)


def _special(day: almanac.Day, messages: Messages) -> dict[str, Any]:
    """What special.html shows."""
    special = almanac.special_day(day.date)
    if not special:
        return {"special": None, "special_names": [], "special_parts": []}
    following = almanac.next_lucky_together(day.date) if special.lucky else None
    next_one = following and almanac.special_day(following)
    full = day.moon.next_full
    names = [name for _, name in special.occasions]
    return {
        "special": special,
        "special_sum": special_sum(special, messages),
        "special_names": [*names, *special.lucky],
        "special_parts": [_PARTS[name] for name in names if name in _PARTS],
        "meanings": special_meanings(special, messages),
        "caution": caution(special, messages),
        "later": almanac.later_occasions(special),
        "eho_degrees": almanac.load_words().eho[almanac.eho(day.date)].degrees,
        "daylight": (day.sun.set - day.sun.rise).seconds // 60,
        "full_moon": full if (full.date() - day.date).days < _VIEWED else None,
        "next_together": next_one and (next_one.date, special_sum(next_one, messages)),
    }


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
    term = day.next_solar_term
    holiday = almanac.next_holiday(day.date)
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
