"""The pictures that a shared quote and a sign's day are shown with."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from kirosample import horoscope
from kirosample.share.artist import Busy
from kirosample.share.cards import Card
from kirosample.web import languages, page_cache, share_cards
from kirosample.web.portal import portal_of

QUOTE = "/share/quote/{quote_id}.png"
SIGN = "/share/horoscope/{date}/{sign}.png"

_QUOTE_KEPT, _DAY_KEPT = timedelta(days=30), timedelta(days=1)


async def quote(request: Request) -> Response:
    """A quote, in the language of the page that is shared."""
    portal, language = portal_of(request), languages.of(request)
    try:
        found = portal.catalogue.get(request.path_params["quote_id"])
    except KeyError:
        return _no_picture(request)
    card = share_cards.quote_card(found, portal.templates.messages[language])
    return await _picture(request, ("share", language, found.id), card, _QUOTE_KEPT)


async def sign(request: Request) -> Response:
    """A sign's day: of today and the days beside it, for a link is shared while the day lasts."""
    portal, language = portal_of(request), languages.of(request)
    sign_id = request.path_params["sign"]
    day = _near_day(portal.today(), request.path_params["date"])
    if day is None or sign_id not in {known.id for known in horoscope.SIGNS}:
        return _no_picture(request)
    messages = portal.templates.messages[language]
    card = share_cards.sign_card(day, sign_id, messages, portal.assets)
    return await _picture(request, ("share", language, day, sign_id), card, _DAY_KEPT)


async def _picture(
    request: Request, key: tuple[object, ...], card: Card, kept: timedelta
) -> Response:
    portal = portal_of(request)
    picture = portal.cache.get(key)
    if picture is None:
        try:
            drawn = await portal.artist.draw(card)
        except Busy:
            return _plain(request, "いまは混みあっています。", 503, {"Retry-After": "5"})
        # Of those who waited for it together, the first one keeps it.
        picture = portal.cache.get(key) or portal.cache.put(key, drawn)
    age = int(kept.total_seconds())
    headers = {"ETag": picture.etag, "Cache-Control": f"public, max-age={age}"}
    if page_cache.matches(request.headers.get("if-none-match", ""), picture.etag):
        return Response(status_code=304, headers=headers)
    return Response(picture.body, media_type="image/png", headers=headers)


def _near_day(today: date, text: str) -> date | None:
    """The day, written as we write it, where it is today or beside it."""
    days = (today + timedelta(n) for n in (-1, 0, 1))
    return next((day for day in days if day.isoformat() == text), None)


def _no_picture(request: Request) -> Response:
    return _plain(request, "そのような画像はありません。", 404, {})


def _plain(request: Request, message: str, status: int, headers: dict[str, str]) -> Response:
    """What a program that wanted a picture is told: a page would be more than it can use."""
    text = portal_of(request).templates.messages[languages.of(request)].say(message)
    headers = {**headers, "Cache-Control": "no-store"}
    return Response(f"{text}\n", status, headers=headers, media_type="text/plain")
