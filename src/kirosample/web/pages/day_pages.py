"""Pages that are the same for every visitor: rendered once, then served from the page cache."""

import math
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from functools import wraps
from typing import Any, Final

from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.dispatch import Handler
from ishizue.http.page_responses import cached_page, page_response, serve_in_fast_path
from ishizue.http.wire import accepts_gzip
from kirosample import almanac, horoscope
from kirosample.web.context import PortalRequest
from kirosample.web.queries import AheadQuery, DateQuery

OPENED_AT_MIDNIGHT: Final = frozenset(
    (
        "/",
        "/date",
        "/horoscope",
        "/quote",
        *(f"/horoscope/{sign.id}" for sign in horoscope.SIGNS),
        *(f"/horoscope?by={area}" for area in horoscope.AREAS),
    )
)
"""The Japanese paths of the pages whose versions of today are rendered ahead of others.

Pages of other places, pairs of signs and tomorrow are too many: one client could keep
everybody else waiting with them.
"""

FOR_A_DAY: Final = {"Cache-Control": "public, max-age=86400"}
"""The header of what only a release changes, and where the old one does no harm."""


def ahead_of_time(handler: Handler[PortalRequest]) -> Handler[PortalRequest]:
    """Also serve `?today=` with tomorrow's date: the page as it will be then.

    Browsers save it before midnight, and the page cache has it when the day begins.
    """

    @wraps(handler)
    async def handle(request: PortalRequest) -> Response:
        day = requests.query(request, AheadQuery).today
        if day:
            request.look_ahead(day)
        return await handler(request)

    return handle


async def page(
    request: PortalRequest,
    template: str,
    here: str,
    of_day: date | None,
    context: Callable[[], dict[str, Any]],
    *depends_on: Hashable,
    at_most: float = math.inf,
    is_own: bool = False,
) -> Response:
    """The page of this template, rendered unless the cache has it.

    The cache key is language, template, day, today and `depends_on`. Whatever else the page shows
    must follow from its path and query. `here` is the Japanese path and query, the same for every
    request that shares the cache entry. Without `of_day` the page shows no day: it has today's
    colors and is still right tomorrow. Shared caches store it until midnight, and for `at_most`
    seconds, but never what `is_own` of a visitor.
    """
    language = request.language
    today = request.today
    day = of_day or today

    def render() -> str:
        usual = {
            "here": here,
            "date": day,
            "today": today,
            "is_today": of_day == today,
            "has_share_pictures": request.has_share_pictures(day),
            "previous": neighbor(day, -1),
            "next": neighbor(day, 1),
        }
        return request.portal.templates.render(template, language, **usual | context())

    key = (language, template, day, today, *depends_on)
    ahead = of_day == today and not request.looks_ahead and here in OPENED_AT_MIDNIGHT
    rendered = await cached_page(request, key, render, ahead=ahead)
    if is_own:
        response = rendered.representation(gzip=accepts_gzip(request)).response(known=False)
        response.headers["Cache-Control"] = "private, no-store"
        return response
    lifetime = request.lifetime(at_most)
    since = almanac.midnight(today).timestamp()
    serve_in_fast_path(request, rendered, lifetime, f"date={day}", since=since)
    return page_response(request, rendered, lifetime)


def requested_day(request: PortalRequest) -> date:
    """The day in the query, or today."""
    return request.day(requests.query(request, DateQuery).date)


def path_of_day(request: PortalRequest, path: str, day: date, query: str = "") -> str:
    """The path and query of a day's page: today's has no date. `query` is the rest of it."""
    given = "&".join(filter(None, ("" if day == request.today else f"date={day}", query)))
    return f"{path}?{given}" if given else path


def neighbor(day: date, days: int) -> date | None:
    """The day this many days later, or None beyond the calendar."""
    there = day + timedelta(days)
    return there if almanac.FIRST_DAY <= there <= almanac.LAST_DAY else None
