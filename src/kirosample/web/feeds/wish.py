"""Lucky days as a calendar, to download or to subscribe to."""

from collections.abc import Iterator
from datetime import time
from typing import Final

from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.page_responses import cached_response
from kirosample import almanac
from kirosample.web import icalendar, wishes
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.day_words import joined, named, special_sum
from kirosample.web.i18n.languages import Messages
from kirosample.web.queries import WishQuery

CALENDAR: Final = "/days.ics"

_REFRESH: Final = "P1D"


async def calendar(request: PortalRequest) -> Response:
    """The days of twelve months, from today unless a day is given; subscribers reload it."""
    query = requests.query(request, WishQuery)
    wish = wishes.wish(request, query)
    alarm = request.alarm(query.alarm)
    messages = request.messages

    def write() -> str:
        return "".join(document(wish, messages, alarm))

    key = ("lucky days", messages.language, wish, alarm)
    lifetime = request.lifetime()
    return await cached_response(request, key, write, lifetime, icalendar.MEDIA_TYPE)


def document(wish: almanac.Wish, messages: Messages, alarm: time | None = None) -> Iterator[str]:
    """The calendar in parts."""
    days = tuple(sorted(wish.compared())) if wish.on else wish.days()
    title = messages.say("吉日（{purpose}）", purpose=messages.text(wish.purpose.name))
    together = set(almanac.days_together(days[0].date, days[-1].date)) if days else ()
    events = (
        icalendar.written(_event(wish, day, messages, is_special=day.date in together), alarm)
        for day in days
    )
    return icalendar.document(title, messages.language, _REFRESH, events)


def _event(
    wish: almanac.Wish, day: almanac.LuckyDay, messages: Messages, *, is_special: bool
) -> icalendar.Event:
    purpose = messages.text(wish.purpose.name)
    summary = joined(day.reasons, messages) or purpose
    caution = ""
    if is_special and (special := almanac.special_day(day.date)):
        others = named((name for name in day.reasons if name not in special.lucky), messages)
        summary = messages.say("・").join((special_sum(special, messages), *others))
    if day.against:
        caution = messages.say("注意：{against}", against=joined(day.against, messages))
        summary = messages.say("{reasons}（{caution}）", reasons=summary, caution=caution)
    if wish.purpose.id != almanac.FREE:
        summary = messages.say("{purpose}：{summary}", purpose=purpose, summary=summary)
    return icalendar.Event(f"lucky-{wish.purpose.id}", day.date, summary, purpose, caution)
