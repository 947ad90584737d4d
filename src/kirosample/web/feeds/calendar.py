"""The almanac as a calendar to subscribe to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from functools import partial
from typing import Final

from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.page_responses import cached_response
from kirosample import almanac
from kirosample.web import icalendar
from kirosample.web.calendar_options import CALENDAR_OPTIONS, Events, holidays, solar_terms
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.languages import Messages
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
    kinds = (holidays, solar_terms, *(option.events for option in chosen))
    parts = (part for year in years for part in _parts(kinds, year, messages, alarm))
    return icalendar.document(title, messages.language, _REFRESH, parts)


def _parts(
    kinds: Sequence[Events], year: int, messages: Messages, alarm: time | None
) -> Iterator[str]:
    """The events of a year. Those of one day and title are one, with the texts of all."""
    events: dict[tuple[date, str], icalendar.Event] = {}
    for kind in kinds:
        for event in kind(year, messages):
            known = events.setdefault((event.day, event.summary), event)
            if known is not event:
                texts = (*known.description.splitlines(), *event.description.splitlines())
                both = replace(known, description="\n".join(dict.fromkeys(texts)))
                events[event.day, event.summary] = both
        yield ""  # the caller pauses between parts
    yield "".join(icalendar.written(event, alarm) for event in events.values())
