"""The pictures of shared links: of what has pages of its own.

Each path without an ending has a wide picture (`.png`), a square and a tall one (`/square.png`).
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from starlette.responses import Response

from ishizue.http.caching import page_cache
from ishizue.http.caching.page_cache import CachedPage
from ishizue.http.fair_queue import Overloaded, ShareFull
from ishizue.http.problems import Problem
from kirosample import almanac, horoscope, omikuji
from kirosample.web import birthdays
from kirosample.web.context import PortalRequest
from kirosample.web.drawing.cards import SHAPES, WIDE, Card
from kirosample.web.drawing.renderer import Busy, NotDrawn
from kirosample.web.i18n.languages import Messages
from kirosample.web.share import content

QUOTE = "/share/quote/{quote_id}"
SIGN = "/share/horoscope/{date}/{sign}"
RANKING = "/share/ranking/{date}"
DATE = "/share/date/{date}"
LOT = "/share/omikuji/{number}"
BIRTHDAY = "/share/birthday/{month_and_day}"
PAIR = "/share/pair/{date}/{one}/{other}"
LUCKY_DAY = "/share/lucky-day/{purpose}/{date}"
PURPOSE = "/share/days/{purpose}"

_QUOTE_MAX_AGE, _DAY_MAX_AGE = timedelta(days=30), timedelta(days=1)

_FAILED_SECONDS = 60
"""How long a picture that cannot be drawn is not tried again, at most."""


async def quote(request: PortalRequest) -> Response:
    """The picture of a quote."""
    try:
        shown = request.portal.catalogue.get(request.path_params["quote_id"])
    except KeyError:
        return _no_picture(request)
    return await _picture(request, (shown.id,), partial(content.quote_card, shown), _QUOTE_MAX_AGE)


async def sign(request: PortalRequest) -> Response:
    """The picture of a sign's day."""
    sign_id = request.path_params["sign"]
    if sign_id not in horoscope.SIGNS_BY_ID:
        return _no_picture(request)
    return await _picture_of_day(request, (sign_id,), partial(content.sign_card, sign_id))


async def ranking(request: PortalRequest) -> Response:
    """The picture of a day's ranking."""
    return await _picture_of_day(request, ("ranking",), content.ranking_card)


async def calendar_day(request: PortalRequest) -> Response:
    """The picture of a day of the calendar."""
    return await _picture_of_day(request, ("date",), content.date_card, request.has_picture_of_day)


async def pair(request: PortalRequest) -> Response:
    """The picture of two signs' day."""
    both = request.path_params["one"], request.path_params["other"]
    if not horoscope.SIGNS_BY_ID.keys() >= {*both}:
        return _no_picture(request)
    return await _picture_of_day(request, both, partial(content.pair_card, *both))


async def lucky(request: PortalRequest) -> Response:
    """The picture of what is done on lucky days, or of a day for it."""
    purpose = almanac.load_words().purposes.get(request.path_params["purpose"])
    if purpose is None:
        return _no_picture(request)
    if "date" not in request.path_params:
        card = partial(content.purpose_card, purpose, request.today)
        of = ("purpose", purpose.id, request.today)
        return await _picture(request, of, card, _DAY_MAX_AGE)
    exists = partial(request.has_picture_of_day, purpose=purpose)
    drawn = partial(content.lucky_card, purpose)
    return await _picture_of_day(request, ("lucky day", purpose.id), drawn, exists)


async def lot(request: PortalRequest) -> Response:
    """The picture of a lot of the おみくじ."""
    shown = omikuji.lots().get(request.path_params["number"])
    if shown is None:
        return _no_picture(request)
    card = partial(content.lot_card, shown)
    return await _picture(request, ("omikuji", shown.number), card, _QUOTE_MAX_AGE)


async def birthday(request: PortalRequest) -> Response:
    """The picture of a birthday."""
    try:
        of = birthdays.of_year(request.path_params["month_and_day"])
    except Problem:
        return _no_picture(request)
    day = birthdays.next_day(of, request.today)
    return await _picture(
        request, ("birthday", day), partial(content.birthday_card, day), _DAY_MAX_AGE
    )


async def _picture_of_day(
    request: PortalRequest,
    of: tuple[str, ...],
    card: Callable[[date, Messages], Card],
    exists: Callable[[date], bool] | None = None,
) -> Response:
    """The picture of the day in the path, if that day has pictures."""
    exists = exists or request.has_share_pictures
    day = request.day_in_path()
    if day is None or not exists(day):
        return _no_picture(request)
    return await _picture(request, (*of, day), partial(card, day), _DAY_MAX_AGE)


async def _picture(
    request: PortalRequest,
    of: tuple[object, ...],
    card: Callable[[Messages], Card],
    max_age: timedelta,
) -> Response:
    """The picture in the shape of the path: wide unless it names another."""
    shape = request.path_params.get("shape", WIDE)
    if "shape" in request.path_params and shape not in SHAPES:
        return _no_picture(request)
    portal = request.portal
    messages = request.messages
    cache = portal.service_state.page_cache
    key = ("share", messages.language, shape, *of)
    failed = (*key, "failed", cache.now() // _FAILED_SECONDS)

    def drawn() -> CachedPage | None:
        return cache.get(key) or cache.get(failed)

    async def draw() -> CachedPage:
        if page := drawn():  # by the piece before, of a caller that came while it began
            return page
        try:
            return cache.put(key, await portal.picture_renderer.draw(card(messages), shape))
        except NotDrawn:
            return cache.put(failed, b"")

    picture = drawn()
    if picture is None:
        try:
            picture = await request.take_turn(portal.drawing, key, draw)
        except (Busy, Overloaded) as error:
            status = 429 if isinstance(error, ShareFull) else 503
            return _plain(request, "ただいま混み合っています。", status, {"Retry-After": "5"})
    if not picture.body:
        return _plain(request, "こちらの不具合です", 500, {})
    seconds = int(max_age.total_seconds())
    headers = {"ETag": picture.etag, "Cache-Control": f"public, max-age={seconds}"}
    if page_cache.matches(request.headers.get("if-none-match", ""), picture.etag):
        return Response(status_code=304, headers=headers)
    return Response(picture.body, media_type="image/png", headers=headers)


def _no_picture(request: PortalRequest) -> Response:
    return _plain(request, "そのような画像はありません。", 404, {})


def _plain(request: PortalRequest, message: str, status: int, headers: dict[str, str]) -> Response:
    """An error as plain text: the client expects an image and cannot show a page."""
    text = request.messages.say(message)
    headers = {**headers, "Cache-Control": "no-store"}
    return Response(f"{text}\n", status, headers=headers, media_type="text/plain")
