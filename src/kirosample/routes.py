"""Every route of the portal, and what serves it.

The day's pages and `shared_reads` are also served by the fast path, before a request object exists
(docs/decisions/0005-page-cache-in-the-protocol.md).
"""

from functools import partial

import msgspec
from starlette.responses import Response

from kirosample.health import LIVENESS_PATH, READINESS_PATH
from kirosample.horoscope import SIGNS
from kirosample.http import rendering
from kirosample.http.api import health, openapi
from kirosample.http.api.endpoints import Endpoint
from kirosample.http.api.health import Liveness, Readiness
from kirosample.http.assets import FOLDER
from kirosample.http.caching.shared_reads import SharedRead
from kirosample.http.dispatch import Route
from kirosample.web import writes
from kirosample.web.api import handlers
from kirosample.web.api.schemas import (
    DayResponse,
    FavoriteResponse,
    FavoritesResponse,
    HoroscopesResponse,
    NewFavorite,
    NewTransfer,
    OfferResponse,
    QuoteResponse,
    QuotesResponse,
    ReadingResponse,
    StatsResponse,
    TransferResponse,
)
from kirosample.web.context import PortalRequest
from kirosample.web.feeds import calendar, daily, sign, sitemap
from kirosample.web.i18n.languages import ENGLISH, PREFIXES
from kirosample.web.pages import (
    api,
    cached,
    date,
    export,
    favorite_forms,
    favorites,
    home,
    horoscope,
    pwa,
    quotes,
    transfer,
    year,
)
from kirosample.web.portal import Portal
from kirosample.web.queries import (
    DayInPlaceQuery,
    DayQuery,
    FavoritesQuery,
    LanguageQuery,
    QuotesApiQuery,
    RandomApiQuery,
    TransferCode,
)
from kirosample.web.share import handlers as pictures

EN = PREFIXES[ENGLISH]

PAGES: tuple[Route[PortalRequest], ...] = (
    ("GET", "/", home.home),
    ("GET", "/date", date.date),
    ("GET", "/year", year.year),
    ("GET", "/horoscope", horoscope.ranking),
    ("GET", "/horoscope/{sign}", horoscope.sign),
    ("GET", "/quote", quotes.quote_of_day),
    ("GET", "/quote/random", quotes.random_quote),
    ("GET", "/quote/{quote_id}", quotes.quote),
    ("GET", "/quotes", quotes.quotes),
    ("GET", "/favorites", favorites.favorites),
    ("POST", "/favorites", favorite_forms.like),
    ("POST", "/favorites/{favorite_id}/withdraw", favorite_forms.withdraw),
    ("GET", "/favorites/transfer", transfer.receive),
    ("POST", "/favorites/transfer", transfer.look_up),
    ("POST", "/favorites/transfer/code", transfer.offer),
    ("POST", "/favorites/transfer/redeem", transfer.redeem),
    ("GET", "/about", home.about),
)

_FIND, _LANG = (400, 404, 422), (400, 422)
_COMPUTE, _COMPUTE_ONE = (*_LANG, 503), (*_LANG, 404, 503)  # too much waits to be rendered
_LIST, _WRITE = (400, 422, 503), (400, 403, 408, 413, 415, 422, 429, 503)
_get = partial(Endpoint, "GET")

API = (
    _get("/api/date", handlers.date, DayInPlaceQuery, DayResponse, problems=_LANG),
    _get("/api/horoscopes", handlers.horoscopes, DayQuery, HoroscopesResponse, problems=_COMPUTE),
    _get(
        "/api/horoscopes/{sign}",
        handlers.horoscope_of_sign,
        DayQuery,
        ReadingResponse,
        problems=_COMPUTE_ONE,
    ),
    _get("/api/quotes", handlers.quotes, QuotesApiQuery, QuotesResponse, problems=_LANG),
    _get("/api/quotes/today", handlers.quote_of_day, DayQuery, QuoteResponse, problems=_LANG),
    _get(
        "/api/quotes/random", handlers.random_quote, RandomApiQuery, QuoteResponse, problems=_LANG
    ),
    _get("/api/quotes/{quote_id}", handlers.quote, LanguageQuery, QuoteResponse, problems=_FIND),
    _get("/api/favorites", handlers.favorites, FavoritesQuery, FavoritesResponse, problems=_LIST),
    Endpoint(
        "POST",
        "/api/favorites",
        handlers.like,
        NewFavorite,
        FavoriteResponse,
        (201, 200),
        _WRITE,
        writes.admit,
        example={"type": "quote", "item": "hosai-senku-03"},
        links={
            "withdraw": {
                "operationId": "withdraw",
                "parameters": {"favorite_id": "$response.body#/id"},
            }
        },
    ),
    _get(
        "/api/favorites/mine",
        handlers.my_favorites,
        FavoritesQuery,
        FavoritesResponse,
        problems=_LIST,
    ),
    _get("/api/favorites/stats", handlers.favorite_stats, returns=StatsResponse, problems=(503,)),
    Endpoint(
        "POST",
        "/api/favorites/transfers",
        handlers.offer_transfer,
        NewTransfer,
        OfferResponse,
        (201,),
        _WRITE,
        writes.admit,
        example={},
    ),
    Endpoint(
        "POST",
        "/api/favorites/transfers/redeem",
        handlers.redeem_transfer,
        TransferCode,
        TransferResponse,
        problems=_WRITE,
        admit=writes.admit,
        example={"code": "K7QD-3M9X-HT2P"},
    ),
    Endpoint(
        "DELETE",
        "/api/favorites/{favorite_id}",
        handlers.withdraw,
        statuses=(204,),
        problems=(403, 404, 429, 503),
        admit=writes.admit,
    ),
    _get(LIVENESS_PATH, health.livez, returns=Liveness),
    _get(READINESS_PATH, health.readyz, returns=Readiness, statuses=(200, 503)),
)

OPENAPI = openapi.document(
    API,
    title="KiroSample",
    description="今日の暦・星占い・名言と、みんなのお気に入り。",
    path_parameters={
        "sign": {"type": "string", "enum": [sign.id for sign in SIGNS]},
        "quote_id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 100},
        "favorite_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    },
)


async def openapi_json(request: PortalRequest) -> Response:
    def write() -> str:
        return msgspec.json.encode(OPENAPI).decode()

    lifetime = request.lifetime()
    return await rendering.respond(request, "openapi", write, lifetime, "application/json")


async def api_page(request: PortalRequest) -> Response:
    return await api.page(request, OPENAPI)


async def static(request: PortalRequest) -> Response:
    return await request.portal.assets.serve(request)


async def favicon(request: PortalRequest) -> Response:
    icon = request.portal.assets["favicon.svg"]
    return Response(icon.body, media_type=icon.media_type, headers=cached.FOR_A_DAY)


ENGLISH_PAGES: tuple[Route[PortalRequest], ...] = (
    ("GET", EN, home.english_home),
    *((method, EN + path, handler) for method, path, handler in PAGES),
    ("GET", f"{EN}/api", api_page),
)
"""Every page in English. A POST redirects to an English page."""

PARTS: tuple[Route[PortalRequest], ...] = (
    ("GET", pwa.MANIFEST, pwa.manifest),
    ("GET", "/offline", pwa.offline),
    ("GET", daily.QUOTE, daily.quote),
    ("GET", daily.RANKING, daily.ranking),
    ("GET", sign.FEED, sign.feed),
    ("GET", sign.CALENDAR, sign.calendar),
    ("GET", calendar.CALENDAR, calendar.calendar),
    *(
        ("GET", path + ending, handler)
        for path, handler in (
            (pictures.QUOTE, pictures.quote),
            (pictures.SIGN, pictures.sign),
            (pictures.RANKING, pictures.ranking),
            (pictures.DATE, pictures.calendar_day),
        )
        for ending in (".png", "/{shape}.png")
    ),
    ("GET", "/favorites/export.json", export.as_json),
    ("GET", "/favorites/export.csv", export.as_csv),
)
"""Parts of pages, which differ by language."""

FILES: tuple[Route[PortalRequest], ...] = (
    ("GET", "/api", api_page),
    ("GET", "/openapi.json", openapi_json),
    ("GET", "/favicon.ico", favicon),
    ("GET", f"{FOLDER}/{{name}}", static),
    ("GET", f"/{pwa.WORKER}", pwa.worker),
    ("GET", "/sitemap.xml", sitemap.sitemap),
    ("GET", "/robots.txt", sitemap.robots),
)


ROUTES: tuple[Route[PortalRequest], ...] = (
    *PAGES,
    *ENGLISH_PAGES,
    *((endpoint.method, endpoint.path, endpoint) for endpoint in API),
    *PARTS,
    *((method, EN + path, handler) for method, path, handler in PARTS),
    *FILES,
)


def shared_reads(portal: Portal) -> dict[bytes, SharedRead]:
    """The lists that the fast path serves: one read for every caller that waits for it."""
    if portal.favorites is None:
        return {}
    store = portal.favorites.store
    return {
        f"{prefix}/favorites".encode(): SharedRead(
            partial(favorites.page_flight, portal, store, language)
        )
        for language, prefix in PREFIXES.items()
    }
