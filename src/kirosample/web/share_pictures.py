"""The pictures that a shared quote and a sign's day are shown with."""

import re
from datetime import date, timedelta
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from kirosample import almanac, horoscope
from kirosample.quotes import Quote
from kirosample.share.artist import Busy
from kirosample.share.cards import Card, QuoteCard, SignCard
from kirosample.web import icons, japanese, page_cache
from kirosample.web.assets import Assets
from kirosample.web.portal import Portal, portal_of
from kirosample.web.templating import season

QUOTE = "/share/quote/{quote_id}.png"
SIGN = "/share/horoscope/{date}/{sign}.png"

_QUOTE_KEPT, _DAY_KEPT = timedelta(days=30), timedelta(days=1)


async def quote(request: Request) -> Response:
    portal = portal_of(request)
    try:
        found = portal.catalogue.get(request.path_params["quote_id"])
    except KeyError:
        return _no_picture()
    return await _picture(request, ("share", found.id), _quote_card(found), _QUOTE_KEPT)


async def sign(request: Request) -> Response:
    """A sign's day: of today and the days beside it, for a link is shared while the day lasts."""
    portal, sign_id = portal_of(request), request.path_params["sign"]
    day = _near_day(portal.today(), request.path_params["date"])
    if day is None or sign_id not in {known.id for known in horoscope.SIGNS}:
        return _no_picture()
    card = _sign_card(portal, day, sign_id)
    return await _picture(request, ("share", day, sign_id), card, _DAY_KEPT)


async def _picture(
    request: Request, key: tuple[object, ...], card: Card, kept: timedelta
) -> Response:
    portal = portal_of(request)
    picture = portal.cache.get(key)
    if picture is None:
        try:
            drawn = await portal.artist.draw(card)
        except Busy:
            return _plain("いまは混みあっています。", 503, {"Retry-After": "5"})
        # Of those who waited for it together, the first one keeps it.
        picture = portal.cache.get(key) or portal.cache.put(key, drawn)
    age = int(kept.total_seconds())
    headers = {"ETag": picture.etag, "Cache-Control": f"public, max-age={age}"}
    if page_cache.matches(request.headers.get("if-none-match", ""), picture.etag):
        return Response(status_code=304, headers=headers)
    return Response(picture.body, media_type="image/png", headers=headers)


def _quote_card(quote: Quote) -> QuoteCard:
    return QuoteCard(quote.text.split("　"), quote.author, quote.source)


def _sign_card(portal: Portal, day: date, sign_id: str) -> SignCard:
    reading = horoscope.reading(day, sign_id)
    return SignCard(
        name=reading.name,
        date=japanese.long_date(day),
        accent=_accents(portal.assets)[season(almanac.day(day))],
        icon=icons.path(sign_id),
        rank=reading.rank,
        scores=[
            ("総合", reading.overall),
            ("恋愛", reading.love),
            ("仕事", reading.work),
            ("金運", reading.money),
        ],
        text=reading.text,
        lucky=[
            ("ラッキーカラー", reading.lucky.color),
            ("アイテム", reading.lucky.item),
            ("ナンバー", str(reading.lucky.number)),
        ],
    )


def _near_day(today: date, text: str) -> date | None:
    """The day, written as we write it, where it is today or beside it."""
    days = (today + timedelta(n) for n in (-1, 0, 1))
    return next((day for day in days if day.isoformat() == text), None)


@lru_cache(maxsize=1)
def _accents(assets: Assets) -> dict[str, str]:
    """The accent of each season, from the one place that has them."""
    css = assets["style.css"].body.decode()
    return dict(re.findall(r"\.(term-\d\d) \{ --accent-light: (#[0-9a-f]{6});", css))


def _no_picture() -> Response:
    return _plain("そのような画像はありません。", 404, {})


def _plain(text: str, status: int, headers: dict[str, str]) -> Response:
    """What a program that wanted a picture is told: a page would be more than it can use."""
    headers = {**headers, "Cache-Control": "no-store"}
    return Response(f"{text}\n", status, headers=headers, media_type="text/plain")
