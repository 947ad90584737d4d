"""A sign's mornings: a feed of the last days, and a calendar of the days around today."""

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import Final

from starlette.responses import Response

from ishizue.http import problems, requests
from ishizue.http.page_responses import cached_response
from kirosample import almanac, horoscope
from kirosample.web import icalendar
from kirosample.web.context import Portal, PortalRequest
from kirosample.web.feeds import atom, daily
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.formats import named_scores
from kirosample.web.i18n.languages import Messages
from kirosample.web.queries import AlarmQuery

FEED: Final = "/feeds/{sign}.xml"
CALENDAR: Final = "/calendar/{sign}.ics"

_DAYS_BACK, _DAYS_AHEAD = 1, 30
_REFRESH: Final = "P1D"


async def feed(request: PortalRequest) -> Response:
    """The readings of the last days, the newest first."""
    sign, title = _asked(request)

    def entry(_: Portal, messages: Messages, day: date) -> atom.Entry:
        return _entry(horoscope.reading(day, sign.id), messages)

    path = FEED.format(sign=sign.id)
    page = f"/horoscope/{sign.id}"
    return await daily.feed(request, path, title, page, entry)


async def calendar(request: PortalRequest) -> Response:
    """An event a day with the morning's headline; subscribers reload it."""
    sign, title = _asked(request)
    alarm = request.alarm(requests.query(request, AlarmQuery).alarm)
    messages = request.messages
    today = request.today
    key = ("calendar", messages.language, sign.id, today, alarm)
    around = (today + timedelta(n) for n in range(-_DAYS_BACK, _DAYS_AHEAD + 1))
    days = [day for day in around if almanac.FIRST_DAY <= day <= almanac.LAST_DAY]

    def write() -> Iterator[str]:
        readings = (horoscope.reading(day, sign.id) for day in days)
        events = (icalendar.written(_event(reading, messages), alarm) for reading in readings)
        return icalendar.document(title, messages.language, _REFRESH, events)

    return await cached_response(request, key, write, request.lifetime(), icalendar.MEDIA_TYPE)


def _asked(request: PortalRequest) -> tuple[horoscope.Sign, str]:
    """The sign in the path, and the title of its mornings. Raises Problem for an unknown sign."""
    sign = horoscope.SIGNS_BY_ID.get(request.path_params["sign"])
    if sign is None:
        raise problems.not_found("そのような星座はありません。")
    name = request.messages.text(sign.name)
    return sign, request.messages.say("{sign}の運勢", sign=name)


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
