"""Lucky days as a calendar, to download or to subscribe to."""

from collections.abc import Iterator
from datetime import time
from typing import Final

from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.cached_pages import cached_response
from kirosample import almanac
from kirosample.web import icalendar, lucky
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.lucky import joined, named
from kirosample.web.i18n.messages import Messages
from kirosample.web.i18n.special import special_sum
from kirosample.web.queries import WishQuery

CALENDAR: Final = "/days.ics"

_REFRESH: Final = "P1D"


async def calendar(request: PortalRequest) -> Response:
    """The days of twelve months, from today unless a day is given; subscribers reload it."""
    query = requests.query(request, WishQuery)
    wish, alarm = lucky.wish(request, query), request.alarm(query.alarm)
    messages = request.messages

    def write() -> str:
        return "".join(document(wish, messages, alarm))

    key, lifetime = ("lucky days", messages.language, wish, alarm), request.lifetime()
    return await cached_response(request, key, write, lifetime, icalendar.MEDIA_TYPE)


def document(wish: almanac.Wish, messages: Messages, alarm: time | None = None) -> Iterator[str]:
    """The calendar in parts."""
    days = wish.compared() if wish.on else wish.days()
    title = messages.say("吉日（{purpose}）", purpose=messages.text(wish.purpose.name))
    events = (icalendar.written(_event(wish, day, messages), alarm) for day in days)
    return icalendar.document(title, messages.language, _REFRESH, events)


def _event(wish: almanac.Wish, day: almanac.LuckyDay, messages: Messages) -> icalendar.Event:
    purpose = messages.text(wish.purpose.name)
    special, caution = almanac.special_day(day.date), ""
    fall_together = special.lucky if special else ()
    names = [name for name in day.reasons if name not in fall_together]
    sums = [special_sum(special, messages)] if special else []
    summary = messages.say("・").join((*sums, *named(names, messages))) or purpose
    if day.against:
        caution = messages.say("注意：{against}", against=joined(day.against, messages))
        summary = messages.say("{reasons}（{caution}）", reasons=summary, caution=caution)
    if wish.purpose.id != almanac.FREE:
        summary = messages.say("{purpose}：{summary}", purpose=purpose, summary=summary)
    return icalendar.Event(f"lucky-{wish.purpose.id}", day.date, summary, purpose, caution)
