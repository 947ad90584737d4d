"""Every route of the portal, what serves it, and how its requests wait for each other.

The day's pages and `shared_reads` are also served by the fast path, before a request object exists
(docs/decisions/0005-page-cache-in-the-protocol.md).
"""

from dataclasses import replace
from functools import partial

import msgspec
from starlette.responses import Response

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.http.api import health, openapi
from ishizue.http.api.endpoints import Endpoint
from ishizue.http.api.health import Liveness, Readiness
from ishizue.http.assets import FOLDER
from ishizue.http.dispatch import CACHED, CHEAP, IN_TURN, READ, Route, Unguarded
from ishizue.http.page_responses import cached_response
from ishizue.http.protocol.fast_path import SharedReads
from ishizue.visitors import SECURITY_SCHEME
from kirosample import PRODUCT
from kirosample.web.api import handlers
from kirosample.web.api.schemas import (
    DayResponse,
    FavoriteResponse,
    FavoritesResponse,
    HoroscopesResponse,
    LuckyDaysResponse,
    OfferResponse,
    QuoteResponse,
    QuotesResponse,
    ReadingResponse,
    StatsResponse,
    TransferResponse,
)
from kirosample.web.context import Portal, PortalRequest
from kirosample.web.feeds import calendar, daily, security_txt, sign, sitemap, wish
from kirosample.web.i18n.languages import ENGLISH, PREFIXES
from kirosample.web.pages import (
    api,
    birthday,
    calendars,
    date,
    days,
    export,
    favorite_forms,
    favorites,
    home,
    horoscope,
    omikuji,
    pwa,
    quotes,
    transfer,
    year,
)
from kirosample.web.pages.day_pages import FOR_A_DAY
from kirosample.web.share import handlers as pictures
from kirosample.web.site import SITE

EN = PREFIXES[ENGLISH]

PAGES: tuple[Route[PortalRequest], ...] = (
    ("GET", "/", home.home, CACHED),
    ("GET", "/date", date.date, CACHED),
    ("GET", "/year", year.year, CACHED),
    ("GET", "/days", days.days, CACHED),
    ("GET", "/days/{purpose}/{date}", days.lucky_day, CACHED),
    ("GET", "/birthday", birthday.ask, IN_TURN),
    ("POST", "/birthday", Unguarded(birthday.show, "it writes nothing"), IN_TURN),
    ("GET", "/birthday/{month_and_day}", birthday.shared, CACHED),
    ("GET", "/calendar", calendars.calendar, CACHED),
    ("GET", "/horoscope", horoscope.ranking, CACHED),
    ("GET", "/horoscope/{sign}", horoscope.sign, CACHED),
    ("GET", "/horoscope/{one}/{other}", horoscope.two_signs, CACHED),
    ("GET", "/quote", quotes.quote_of_day, CACHED),
    ("GET", "/quote/random", quotes.random_quote, CHEAP),
    ("GET", "/quote/{quote_id}", quotes.quote, CACHED),
    ("GET", "/quotes", quotes.quotes, CACHED),
    ("GET", "/favorites", favorites.favorites, READ),
    ("POST", "/favorites", favorite_forms.like, IN_TURN),
    ("POST", "/favorites/{favorite_id}/withdraw", favorite_forms.withdraw, CHEAP),
    ("GET", "/favorites/transfer", transfer.receive, CACHED),
    ("POST", "/favorites/transfer", transfer.look_up, READ),
    ("POST", "/favorites/transfer/code", transfer.offer, READ),
    ("POST", "/favorites/transfer/redeem", transfer.redeem, READ),
    ("GET", "/omikuji", omikuji.page, CACHED),
    ("GET", "/omikuji/{number}", omikuji.lot, CACHED),
    ("POST", omikuji.MINE, Unguarded(omikuji.draw, "it needs no visitor and no database"), CHEAP),
    ("GET", omikuji.MINE + "/{number}", omikuji.mine, CACHED),
    ("GET", "/about", home.about, CACHED),
)

COUNTED = [path for method, path, *_ in PAGES if method == "GET"]
"""The pages whose readers are counted, in whichever language."""

_FIND, _LANG = (400, 404, 422), (400, 422)
_TURN = (*_LANG, 429, 503)  # too much waits: of this client, or of all
_TURN_ONE = (*_TURN, 404)
_WRITE = (400, 403, 408, 413, 415, 422, 429, 503)
_get = partial(Endpoint, "GET")
_VISITOR = ("visitor",)
_post = partial(
    Endpoint,
    "POST",
    problems=_WRITE,
    security=_VISITOR,
    response_headers={"Set-Cookie": "訪問者の Cookie(まだないとき)。"},
)

API = (
    _get("/api/date", handlers.date, CACHED, DayResponse, _TURN),
    _get("/api/days", handlers.lucky_days, CACHED, LuckyDaysResponse, _TURN),
    _get("/api/horoscopes", handlers.horoscopes, CACHED, HoroscopesResponse, _TURN),
    _get("/api/horoscopes/{sign}", handlers.horoscope_of_sign, CACHED, ReadingResponse, _TURN_ONE),
    _get("/api/quotes", handlers.quotes, CACHED, QuotesResponse, _TURN),
    _get("/api/quotes/today", handlers.quote_of_day, CACHED, QuoteResponse, _TURN),
    _get("/api/quotes/random", handlers.random_quote, CHEAP, QuoteResponse, _LANG),
    _get("/api/quotes/{quote_id}", handlers.quote, CHEAP, QuoteResponse, _FIND),
    _get("/api/favorites", handlers.favorites, READ, FavoritesResponse, _TURN),
    _post(
        "/api/favorites",
        handlers.like,
        IN_TURN,
        FavoriteResponse,
        statuses=(201, 200),
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
        READ,
        FavoritesResponse,
        _TURN,
        security=_VISITOR,
    ),
    _get("/api/favorites/stats", handlers.favorite_stats, READ, StatsResponse, (503,)),
    _post(
        "/api/favorites/transfers",
        handlers.offer_transfer,
        READ,
        OfferResponse,
        statuses=(201,),
        example={},
    ),
    _post(
        "/api/favorites/transfers/redeem",
        handlers.redeem_transfer,
        READ,
        TransferResponse,
        example={"code": "K7QD-3M9X-HT2P"},
    ),
    Endpoint(
        "DELETE",
        "/api/favorites/{favorite_id}",
        handlers.withdraw,
        CHEAP,
        statuses=(204,),
        problems=(403, 404, 429, 503),
        security=_VISITOR,
    ),
    _get(LIVENESS_PATH, health.livez, CHEAP, returns=Liveness, summary="プロセスが応答している"),
    _get(
        READINESS_PATH,
        health.readyz,
        READ,
        returns=Readiness,
        statuses=(200, 503),
        summary="すべての機能が使える",
    ),
)

OPENAPI = openapi.document(
    API,
    product=replace(PRODUCT, name=SITE.ja),
    description="今日の暦・星占い・名言と、みんなのお気に入り。",
    security_schemes={
        "visitor": {
            **SECURITY_SCHEME,
            "description": "匿名の訪問者。最初の書き込みの応答で届く。HTTPS では __Host-visitor。",
        }
    },
)


async def openapi_json(request: PortalRequest) -> Response:
    def write() -> str:
        return msgspec.json.encode(OPENAPI).decode()

    lifetime = request.lifetime()
    return await cached_response(request, "openapi", write, lifetime, "application/json")


async def api_page(request: PortalRequest) -> Response:
    return await api.page(request, OPENAPI)


async def static(request: PortalRequest) -> Response:
    return await request.portal.assets.serve(request)


async def favicon(request: PortalRequest) -> Response:
    icon = request.portal.assets["favicon.svg"]
    return Response(icon.body, media_type=icon.media_type, headers=FOR_A_DAY)


ENGLISH_PAGES: tuple[Route[PortalRequest], ...] = (
    ("GET", EN, home.english_home, CHEAP),
    *((method, EN + path, handler, cost) for method, path, handler, cost in PAGES),
    ("GET", f"{EN}/api", api_page, CACHED),
)
"""Every page in English. A POST redirects to an English page."""

PARTS: tuple[Route[PortalRequest], ...] = (
    ("GET", pwa.MANIFEST, pwa.manifest, CACHED),
    ("GET", "/offline", pwa.offline, CACHED),
    ("GET", daily.QUOTE, daily.quote, CACHED),
    ("GET", daily.RANKING, daily.ranking, CACHED),
    ("GET", sign.FEED, sign.feed, CACHED),
    ("GET", sign.CALENDAR, sign.calendar, CACHED),
    ("GET", calendar.CALENDAR, calendar.calendar, CACHED),
    ("GET", wish.CALENDAR, wish.calendar, CACHED),
    *(
        ("GET", path + ending, handler, IN_TURN)
        for path, handler in (
            (pictures.QUOTE, pictures.quote),
            (pictures.SIGN, pictures.sign),
            (pictures.RANKING, pictures.ranking),
            (pictures.DATE, pictures.calendar_day),
            (pictures.LOT, pictures.lot),
            (pictures.BIRTHDAY, pictures.birthday),
            (pictures.PAIR, pictures.pair),
            (pictures.LUCKY_DAY, pictures.lucky),
            (pictures.PURPOSE, pictures.lucky),
        )
        for ending in (".png", "/{shape}.png")
    ),
    ("GET", "/favorites/export.json", export.as_json, READ),
    ("GET", "/favorites/export.csv", export.as_csv, READ),
)
"""Parts of pages, which differ by language."""

FILES: tuple[Route[PortalRequest], ...] = (
    ("GET", "/api", api_page, CACHED),
    ("GET", "/openapi.json", openapi_json, CACHED),
    ("GET", "/favicon.ico", favicon, CHEAP),
    ("GET", f"{FOLDER}/{{name}}", static, CHEAP),
    ("GET", f"/{pwa.WORKER}", pwa.worker, CACHED),
    ("GET", "/sitemap.xml", sitemap.sitemap, CACHED),
    ("GET", "/robots.txt", sitemap.robots, CHEAP),
    ("GET", security_txt.PATH, security_txt.security_txt, CACHED),
)


ROUTES: tuple[Route[PortalRequest], ...] = (
    *PAGES,
    *ENGLISH_PAGES,
    *((endpoint.method, endpoint.path, endpoint, endpoint.cost) for endpoint in API),
    *PARTS,
    *((method, EN + path, handler, cost) for method, path, handler, cost in PARTS),
    *FILES,
)


def shared_reads(portal: Portal) -> SharedReads:
    """The lists that the fast path serves: one read for every caller that waits for it."""
    if portal.favorites is None:
        return {}
    return {
        f"{prefix}/favorites".encode(): favorites.shared_page(portal, portal.favorites, language)
        for language, prefix in PREFIXES.items()
    }
