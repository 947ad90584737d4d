"""Every address of the portal: the map of the product."""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kirosample import almanac, horoscope
from kirosample.favorites import Unavailable
from kirosample.web import (
    api,
    calendar_feed,
    day_pages,
    favorites_pages,
    health,
    openapi,
    problems,
    reference,
)
from kirosample.web.assets import FOLDER
from kirosample.web.endpoints import Endpoint
from kirosample.web.portal import portal_of
from kirosample.web.problems import Problem
from kirosample.web.schemas import (
    DateQuery,
    FavoriteAnswer,
    FavoritesAnswer,
    FavoritesQuery,
    HoroscopesAnswer,
    Liveness,
    NewFavorite,
    QuoteAnswer,
    QuotesAnswer,
    QuotesQuery,
    RandomQuery,
    Readiness,
    StatsAnswer,
)

log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]

PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", day_pages.home),
    ("GET", "/date", day_pages.date_page),
    ("GET", "/horoscope", day_pages.horoscopes),
    ("GET", "/horoscope/{sign}", day_pages.sign),
    ("GET", "/quote", day_pages.quote_of_day),
    ("GET", "/quote/random", day_pages.another_quote),
    ("GET", "/quote/{quote_id}", day_pages.quote),
    ("GET", "/quotes", day_pages.quotes),
    ("GET", "/favorites", favorites_pages.favorites),
    ("POST", "/favorites", favorites_pages.like),
    ("POST", "/favorites/{favorite_id}/withdraw", favorites_pages.withdraw),
    ("GET", "/about", day_pages.about),
)

_READ, _FIND = (400,), (400, 404)
_LIST, _WRITE = (400, 422, 503), (400, 403, 408, 413, 415, 422, 429, 503)

API = (
    Endpoint("GET", "/api/date", api.date, DateQuery, almanac.Day, problems=_READ),
    Endpoint("GET", "/api/horoscopes", api.horoscopes, DateQuery, HoroscopesAnswer, problems=_READ),
    Endpoint(
        "GET",
        "/api/horoscopes/{sign}",
        api.horoscope_of_sign,
        DateQuery,
        horoscope.Reading,
        problems=_FIND,
    ),
    Endpoint("GET", "/api/quotes", api.quotes, QuotesQuery, QuotesAnswer, problems=_READ),
    Endpoint("GET", "/api/quotes/today", api.quote_of_day, DateQuery, QuoteAnswer, problems=_READ),
    Endpoint(
        "GET", "/api/quotes/random", api.random_quote, RandomQuery, QuoteAnswer, problems=_READ
    ),
    Endpoint("GET", "/api/quotes/{quote_id}", api.quote, answers=QuoteAnswer, problems=_FIND),
    Endpoint(
        "GET", "/api/favorites", api.favorites, FavoritesQuery, FavoritesAnswer, problems=_LIST
    ),
    Endpoint(
        "POST", "/api/favorites", api.like, NewFavorite, FavoriteAnswer, (201, 200), problems=_WRITE
    ),
    Endpoint(
        "GET",
        "/api/favorites/mine",
        api.my_favorites,
        FavoritesQuery,
        FavoritesAnswer,
        problems=_LIST,
    ),
    Endpoint(
        "GET", "/api/favorites/stats", api.favorite_stats, answers=StatsAnswer, problems=(503,)
    ),
    Endpoint(
        "DELETE",
        "/api/favorites/{favorite_id}",
        api.withdraw,
        statuses=(204,),
        problems=(403, 404, 429, 503),
    ),
    Endpoint("GET", "/livez", health.livez, answers=Liveness),
    Endpoint("GET", "/readyz", health.readyz, answers=Readiness, statuses=(200, 503)),
)

OPENAPI = openapi.document(API)


async def openapi_json(_request: Request) -> Response:
    return Response(msgspec.json.encode(OPENAPI), media_type="application/json")


async def api_page(request: Request) -> Response:
    return await reference.page(request, OPENAPI)


async def static(request: Request) -> Response:
    return await portal_of(request).assets.serve(request)


async def favicon(request: Request) -> Response:
    icon = portal_of(request).assets["favicon.svg"]
    return Response(icon.body, media_type=icon.media_type)


FILES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/api", api_page),
    ("GET", "/openapi.json", openapi_json),
    ("GET", "/calendar.ics", calendar_feed.calendar),
    ("GET", "/favicon.ico", favicon),
    ("GET", f"{FOLDER}/{{name}}", static),
)


def routes() -> list[Route]:
    """One route for each address, which takes every method, to tell a wrong one the right ones."""
    methods: dict[str, dict[str, Handler]] = defaultdict(dict)
    endpoints = tuple((endpoint.method, endpoint.path, endpoint) for endpoint in API)
    table: tuple[tuple[str, str, Handler], ...] = (*PAGES, *endpoints, *FILES)
    for method, path, handler in table:
        methods[path][method] = handler
        if method == "GET":
            methods[path]["HEAD"] = handler
    return [Route(path, _ByMethod(handlers)) for path, handlers in methods.items()]


class _ByMethod:
    """The handlers of one address; an ASGI application, so that every method reaches it."""

    def __init__(self, handlers: dict[str, Handler]) -> None:
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        handler = self._handlers.get(request.method)
        if handler is None:
            raise problems.wrong_method(self._handlers)
        try:
            response = await handler(request)
        except (Problem, Unavailable):
            raise
        except Exception:
            # Answered like any problem: Starlette's own way would also close the connection.
            log.exception("a defect in answering %s %s", request.method, scope["path"])
            raise problems.our_fault() from None
        await response(scope, receive, send)
