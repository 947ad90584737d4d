"""Every address of the portal: the map of the product."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kirosample import almanac
from kirosample.web import (
    api,
    calendar_feed,
    day_pages,
    export,
    favorites_pages,
    feeds,
    health,
    installed,
    languages,
    openapi,
    reference,
    share_pictures,
    sitemap,
)
from kirosample.web.assets import FOLDER
from kirosample.web.dispatch import Rule
from kirosample.web.endpoints import Endpoint
from kirosample.web.portal import portal_of
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
    ReadingAnswer,
    StatsAnswer,
)

ENGLISH = languages.PREFIXES[languages.ENGLISH]

PAGES: tuple[Rule, ...] = (
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
_MAKE = 503  # where too much waits to be made
_LIST, _WRITE = (400, 422, 503), (400, 403, 408, 413, 415, 422, 429, 503)

API = (
    Endpoint("GET", "/api/date", api.date, DateQuery, almanac.Day, problems=_READ),
    Endpoint(
        "GET",
        "/api/horoscopes",
        api.horoscopes,
        DateQuery,
        HoroscopesAnswer,
        problems=(*_READ, _MAKE),
    ),
    Endpoint(
        "GET",
        "/api/horoscopes/{sign}",
        api.horoscope_of_sign,
        DateQuery,
        ReadingAnswer,
        problems=(*_FIND, _MAKE),
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


ENGLISH_PAGES: tuple[Rule, ...] = (
    ("GET", ENGLISH, day_pages.english_home),
    *((method, ENGLISH + path, handler) for method, path, handler in PAGES),
    ("GET", f"{ENGLISH}/api", api_page),
)
"""Every page in English; a POST leads back to an English page."""

SHARED: tuple[Rule, ...] = (
    ("GET", installed.MANIFEST, installed.manifest),
    ("GET", "/offline", installed.offline),
    ("GET", feeds.QUOTE, feeds.quote),
    ("GET", feeds.RANKING, feeds.ranking),
    ("GET", share_pictures.QUOTE, share_pictures.quote),
    ("GET", share_pictures.SIGN, share_pictures.sign),
)
"""What belongs to the pages and differs with their language."""

FILES: tuple[Rule, ...] = (
    ("GET", "/api", api_page),
    ("GET", "/openapi.json", openapi_json),
    ("GET", "/calendar.ics", calendar_feed.calendar),
    ("GET", "/favicon.ico", favicon),
    ("GET", f"{FOLDER}/{{name}}", static),
    ("GET", f"/{installed.WORKER}", installed.worker),
    ("GET", "/sitemap.xml", sitemap.sitemap),
    ("GET", "/robots.txt", sitemap.robots),
    ("GET", "/favorites/export.json", export.as_json),
    ("GET", "/favorites/export.csv", export.as_csv),
)


RULES: tuple[Rule, ...] = (
    *PAGES,
    *ENGLISH_PAGES,
    *((endpoint.method, endpoint.path, endpoint) for endpoint in API),
    *SHARED,
    *((method, ENGLISH + path, handler) for method, path, handler in SHARED),
    *FILES,
)
