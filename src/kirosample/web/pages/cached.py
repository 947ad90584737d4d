"""Pages that are the same for every visitor: rendered once, then served from the page cache."""

import math
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from functools import wraps
from typing import Any, Final

from starlette.responses import Response

from kirosample import almanac
from kirosample.http import rendering, requests
from kirosample.http.caching.compression import accepts_gzip
from kirosample.http.dispatch import Handler
from kirosample.web import items
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.queries import AheadQuery, DateQuery
from kirosample.web.share_pictures import has_share_pictures

FOR_A_DAY: Final = {"Cache-Control": "public, max-age=86400"}
"""For what only a release changes, and where the old one does no harm."""


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


async def respond(
    request: PortalRequest,
    template: str,
    here: str,
    of_day: date | None,
    context: Callable[[], dict[str, Any]],
    *depends_on: Hashable,
    is_fresh: Callable[[], bool] | None = None,
    at_most: float = math.inf,
) -> Response:
    """The page of this template, rendered unless the cache has it.

    The cache key is language, template, day, today and `depends_on`. Whatever else the page shows
    must follow from its path and query, or be unchanged while `is_fresh` returns True. `here` is
    the Japanese path and query, the same for every request that shares the cache entry. Without
    `of_day` the page shows no day: it has today's colors and is still right tomorrow. Shared caches
    store it until midnight, and for `at_most` seconds.
    """
    portal, language = request.portal, languages.of(request)
    today = request.today
    day = of_day or today

    def render() -> str:
        return portal.templates.render(
            template,
            language,
            **{
                "here": here,
                "date": day,
                "today": today,
                "is_today": of_day == today,
                "has_share_pictures": has_share_pictures(day, today),
                "likable": items.is_likable(day, today),
                "previous": neighbor(day, -1),
                "next": neighbor(day, 1),
                "favorites_enabled": portal.favorites is not None,
                **context(),
            },
        )

    key = (language, template, day, today, *depends_on)
    page = await rendering.page(request, key, render, ahead=of_day == today)
    lifetime = request.lifetime(at_most)
    target = rendering.canonical_target(request, f"date={day}")
    if target:
        since, gzip = almanac.midnight(today).timestamp(), accepts_gzip(request)
        portal.service_state.page_cache.make_ready(
            target, page, since, lifetime, is_fresh, gzip=gzip
        )
    return rendering.page_response(request, page, lifetime)


def requested_day(request: PortalRequest) -> date:
    """The day in the query, or today."""
    return request.day(requests.query(request, DateQuery).date)


def path_of_day(request: PortalRequest, path: str, day: date) -> str:
    """The path and query of a day's page: today's has no query."""
    return path if day == request.today else f"{path}?date={day}"


def neighbor(day: date, days: int) -> date | None:
    """The day this many days later, or None beyond the calendar."""
    there = day + timedelta(days)
    return there if almanac.FIRST_DAY <= there <= almanac.LAST_DAY else None
