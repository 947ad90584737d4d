"""A sign's mornings: a feed of the last days, and a calendar of the days around today."""

from datetime import date, timedelta
from functools import partial
from html import escape
from typing import Final

from starlette.responses import Response

from kirosample import almanac, horoscope
from kirosample.http import problems, rendering
from kirosample.web.context import PortalRequest
from kirosample.web.feeds import atom, icalendar
from kirosample.web.i18n import FORMATS, languages
from kirosample.web.i18n.formats import named_scores
from kirosample.web.i18n.messages import Messages

FEED: Final = "/feeds/{sign}.xml"
CALENDAR: Final = "/calendar/{sign}.ics"

_DAYS_OF_FEED: Final = 10
_DAYS_BACK, _DAYS_AHEAD = 1, 30
_REFRESH: Final = "P1D"


async def feed(request: PortalRequest) -> Response:
    """The readings of the last days, the newest first."""
    sign, messages, today = _asked(request)
    portal, name = request.portal, messages.text(sign.name)

    def write() -> str:
        path = FEED.format(sign=sign.id)
        page = f"/horoscope/{sign.id}"
        made = atom.Feed(portal.service_state.url, path, page, messages.language)
        days = _days(today, -_DAYS_OF_FEED + 1, 0)[::-1]
        entries = (_entry(horoscope.reading(day, sign.id), messages) for day in days)
        title = f"KiroSample {messages.say('{sign}の運勢', sign=name)}"
        return made.document(title, today, entries)

    key = ("feed", messages.language, sign.id, today)
    return await rendering.respond(request, key, write, request.lifetime(), atom.MEDIA_TYPE)


async def calendar(request: PortalRequest) -> Response:
    """An event a day with the morning's headline; subscribers reload it."""
    sign, messages, today = _asked(request)
    key = ("calendar", messages.language, sign.id, today)
    days = _days(today, -_DAYS_BACK, _DAYS_AHEAD)
    if not request.service_state.page_cache.get(key):
        for day in days:  # others are served in between
            await rendering.in_turn(request, ("readings", day), partial(horoscope.readings, day))

    def write() -> str:
        title = messages.say("{sign}の運勢", sign=messages.text(sign.name))
        readings = (horoscope.reading(day, sign.id) for day in days)
        events = (icalendar.written(_event(reading, messages)) for reading in readings)
        return icalendar.document(title, messages.language, _REFRESH, events)

    return await rendering.respond(request, key, write, request.lifetime(), icalendar.MEDIA_TYPE)


def _asked(request: PortalRequest) -> tuple[horoscope.Sign, Messages, date]:
    """The sign, the language and today. Raises Problem for an unknown sign."""
    sign = horoscope.SIGNS_BY_ID.get(request.path_params["sign"])
    if sign is None:
        raise problems.not_found("そのような星座はありません。")
    portal = request.portal
    return sign, portal.templates.messages[languages.of(request)], request.today


def _days(today: date, first: int, last: int) -> list[date]:
    """From the first to the last day, counted from today, within the calendar."""
    days = (today + timedelta(n) for n in range(first, last + 1))
    return [day for day in days if almanac.FIRST_DAY <= day <= almanac.LAST_DAY]


def _entry(reading: horoscope.Reading, messages: Messages) -> atom.Entry:
    when = FORMATS[messages.language].short_date(reading.date)
    scores = messages.say("、").join(
        f"{name} {points}" for name, points in named_scores(reading, messages)
    )
    paragraphs = (_standing(reading, messages), messages.text(reading.text), scores)
    return atom.Entry(
        reading.date,
        messages.say("{date}：{headline}", date=when, headline=messages.text(reading.headline)),
        f"/horoscope/{reading.sign}?date={reading.date}",
        "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
    )


def _event(reading: horoscope.Reading, messages: Messages) -> icalendar.Event:
    name = messages.text(reading.name)
    return icalendar.Event(
        reading.sign,
        reading.date,
        messages.say("{sign}：{headline}", sign=name, headline=messages.text(reading.headline)),
        messages.say("星占い"),
        f"{_standing(reading, messages)}\n{messages.text(reading.text)}",
    )


def _standing(reading: horoscope.Reading, messages: Messages) -> str:
    """3位 ★★★★☆"""
    stars = "★" * reading.overall + "☆" * (5 - reading.overall)
    return f"{reading.rank}{FORMATS[messages.language].ordinal(reading.rank)} {stars}"
