"""The almanac as a calendar that people subscribe to."""

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from kirosample import almanac
from kirosample.web import rendering, requests
from kirosample.web.portal import portal_of

_YEARS_BACK, _YEARS_AHEAD = 1, 2


class CalendarQuery(Struct):
    """What the calendar shows beside 祝日 and 二十四節気."""

    rokuyo: Annotated[bool, Meta(description="true か false です。")] = False


async def calendar(request: Request) -> Response:
    """The years around this one; subscribers ask again as time goes on."""
    portal = portal_of(request)
    rokuyo = requests.query(request, CalendarQuery).rokuyo
    year = portal.today().year
    first = max(almanac.FIRST_DAY.year, year - _YEARS_BACK)
    last = min(almanac.LAST_DAY.year, year + _YEARS_AHEAD)
    return await rendering.respond(
        request,
        ("calendar", first, last, rokuyo),
        lambda: almanac.calendar(first, last, rokuyo=rokuyo),
        "text/calendar",
    )
