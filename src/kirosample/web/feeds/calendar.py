"""The almanac as a calendar to subscribe to."""

from collections.abc import Iterator
from datetime import time
from functools import partial
from typing import Final

from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.page_responses import cached_response
from kirosample import almanac
from kirosample.web import icalendar
from kirosample.web.calendar_options import CALENDAR_OPTIONS, holidays, solar_terms
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.messages import Messages
from kirosample.web.queries import CALENDAR_QUERY, AlarmQuery

CALENDAR: Final = "/calendar.ics"

_YEARS_BACK, _YEARS_AHEAD = 1, 2
_REFRESH: Final = "P7D"


async def calendar(request: PortalRequest) -> Response:
    """The years around this one; subscribers reload it."""
    query = requests.query(request, CALENDAR_QUERY)
    alarm = request.alarm(query.alarm)
    messages = request.messages
    year = request.today.year
    years = range(
        max(almanac.FIRST_DAY.year, year - _YEARS_BACK),
        min(almanac.LAST_DAY.year, year + _YEARS_AHEAD) + 1,
    )
    key = ("calendar", messages.language, years.start, query)
    write = partial(document, years, query, messages, alarm)
    return await cached_response(request, key, write, request.lifetime(), icalendar.MEDIA_TYPE)


def document(
    years: range, query: AlarmQuery, messages: Messages, alarm: time | None = None
) -> Iterator[str]:
    """The calendar in parts: the events of a kind in a year are a few milliseconds' work."""
    chosen = [option for id_, option in CALENDAR_OPTIONS.items() if getattr(query, id_)]
    names = ("祝日", "二十四節気", *(option.name for option in chosen))
    title = messages.say("・").join(messages.say(name) for name in names)
    events = (
        "".join(icalendar.written(event, alarm) for event in kind(year, messages))
        for kind in (holidays, solar_terms, *(option.events for option in chosen))
        for year in years
    )
    return icalendar.document(title, messages.language, _REFRESH, events)
