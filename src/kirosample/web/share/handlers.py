"""The pictures of shared links: a quote, and a sign's day."""

from datetime import date, timedelta

from starlette.responses import Response

from kirosample import horoscope
from kirosample.http.caching import page_cache
from kirosample.web.context import PortalRequest
from kirosample.web.drawing.artist import Busy
from kirosample.web.drawing.cards import Card
from kirosample.web.i18n import languages
from kirosample.web.pictured import is_pictured
from kirosample.web.share import content

QUOTE = "/share/quote/{quote_id}.png"
SIGN = "/share/horoscope/{date}/{sign}.png"

_QUOTE_MAX_AGE, _DAY_MAX_AGE = timedelta(days=30), timedelta(days=1)


async def quote(request: PortalRequest) -> Response:
    """The picture of a quote."""
    portal, language = request.portal, languages.of(request)
    try:
        found = portal.catalogue.get(request.path_params["quote_id"])
    except KeyError:
        return _no_picture(request)
    card = content.quote_card(found, portal.templates.messages[language])
    return await _picture(request, ("share", language, found.id), card, _QUOTE_MAX_AGE)


async def sign(request: PortalRequest) -> Response:
    """The picture of a sign's day: yesterday, today or tomorrow."""
    portal, language = request.portal, languages.of(request)
    sign_id = request.path_params["sign"]
    day = _day(request)
    if day is None or sign_id not in horoscope.SIGNS_BY_ID:
        return _no_picture(request)
    card = content.sign_card(day, sign_id, portal.templates.messages[language])
    return await _picture(request, ("share", language, day, sign_id), card, _DAY_MAX_AGE)


def _day(request: PortalRequest) -> date | None:
    """The day in the path, if it has pictures."""
    given = request.path_params["date"]
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if str(day) == given and is_pictured(day, request.today) else None


async def _picture(
    request: PortalRequest, key: tuple[object, ...], card: Card, max_age: timedelta
) -> Response:
    portal = request.portal
    cache = portal.runtime.page_cache
    picture = cache.get(key)
    if picture is None:
        try:
            drawn = await portal.artist.draw(card)
        except Busy:
            return _plain(request, "いまは混みあっています。", 503, {"Retry-After": "5"})
        # Of the callers that shared the drawing, the first one stores it.
        picture = cache.get(key) or cache.put(key, drawn)
    seconds = int(max_age.total_seconds())
    headers = {"ETag": picture.etag, "Cache-Control": f"public, max-age={seconds}"}
    if page_cache.matches(request.headers.get("if-none-match", ""), picture.etag):
        return Response(status_code=304, headers=headers)
    return Response(picture.body, media_type="image/png", headers=headers)


def _no_picture(request: PortalRequest) -> Response:
    return _plain(request, "そのような画像はありません。", 404, {})


def _plain(request: PortalRequest, message: str, status: int, headers: dict[str, str]) -> Response:
    """An error as plain text: the client expects an image and cannot show a page."""
    text = request.portal.templates.messages[languages.of(request)].say(message)
    headers = {**headers, "Cache-Control": "no-store"}
    return Response(f"{text}\n", status, headers=headers, media_type="text/plain")
