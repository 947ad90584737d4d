"""The JSON API's handlers. `routes.py` says which address is whose."""

import datetime
import random
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Final

import msgspec
from starlette.requests import Request

from kirosample import almanac, horoscope
from kirosample.web import lists, problems, rendering, writes
from kirosample.web.endpoints import Answer
from kirosample.web.languages import JAPANESE
from kirosample.web.messages import Messages
from kirosample.web.portal import day_of, favorites_of, portal_of
from kirosample.web.schemas import (
    DateQuery,
    FavoriteAnswer,
    FavoritesAnswer,
    FavoritesQuery,
    HoroscopesAnswer,
    NewFavorite,
    NoQuery,
    QuoteAnswer,
    QuotesAnswer,
    QuotesQuery,
    RandomQuery,
    ReadingAnswer,
    StatsAnswer,
)

_MESSAGES: Final = Messages(JAPANESE)
"""The API has one language."""


async def date(request: Request, asked: DateQuery) -> almanac.Day:
    """日本の暦の一日（和暦・六曜・旧暦・節気・祝日・月齢・日の出入り）"""
    return almanac.day(day_of(request, asked.date))


async def horoscopes(request: Request, asked: DateQuery) -> msgspec.Raw:
    """十二星座の一日（順位の順）"""
    day = day_of(request, asked.date)
    return await _rendered(
        request, ("horoscopes", day), lambda: HoroscopesAnswer(day, _readings(day))
    )


async def horoscope_of_sign(request: Request, asked: DateQuery) -> msgspec.Raw:
    """ひとつの星座の一日"""
    day, sign = day_of(request, asked.date), request.path_params["sign"]
    if sign not in {one.id for one in horoscope.SIGNS}:
        raise problems.not_found("そのような星座はありません。")
    return await _rendered(
        request,
        ("horoscope", day, sign),
        lambda: next(reading for reading in _readings(day) if reading.sign == sign),
    )


async def quotes(request: Request, asked: QuotesQuery) -> QuotesAnswer:
    """名言をさがす（語・作者・テーマ）"""
    page = lists.quotes(portal_of(request).catalogue, asked)
    return QuotesAnswer(tuple(map(QuoteAnswer.of, page.quotes)), page.next)


async def quote_of_day(request: Request, asked: DateQuery) -> QuoteAnswer:
    """その日の名言"""
    portal = portal_of(request)
    return QuoteAnswer.of(portal.catalogue.of_day(day_of(request, asked.date)))


async def random_quote(request: Request, asked: RandomQuery) -> QuoteAnswer:
    """ほかの名言をひとつ（`not` に挙げたものは、すべて見終わるまで出ません）"""
    seen = [id_ for id_ in asked.seen.split(",") if id_]
    return QuoteAnswer.of(portal_of(request).catalogue.random(seen, random.choice))


async def quote(request: Request, _: NoQuery) -> QuoteAnswer:
    """ひとつの名言"""
    try:
        return QuoteAnswer.of(portal_of(request).catalogue.get(request.path_params["quote_id"]))
    except KeyError:
        raise problems.not_found("そのような名言はありません。") from None


async def favorites(request: Request, asked: FavoritesQuery) -> msgspec.Raw:
    """みんなのお気に入り（いいねの多い順）"""
    store = favorites_of(request).store
    return await store.shared.ask(
        ("favorites", *msgspec.structs.astuple(asked)),
        lambda: _json(lists.most_liked(store, asked)),
    )


async def my_favorites(request: Request, asked: FavoritesQuery) -> msgspec.Raw:
    """自分のお気に入り（新しく加えた順）"""
    favorites = favorites_of(request)
    store, visitor = favorites.store, favorites.visitors.of(request)
    return await store.shared.ask(
        ("mine", visitor, *msgspec.structs.astuple(asked)),
        lambda: _json(lists.liked_by(store, visitor, asked)),
    )


async def favorite_stats(request: Request, _: NoQuery) -> StatsAnswer:
    """種類ごとの件数といいねの数"""
    store = favorites_of(request).store
    return StatsAnswer(await store.shared.ask("stats", store.stats))


async def like(request: Request, asked: NewFavorite) -> Answer:
    """お気に入りに加える（ひとりにつき一度だけ数えます）"""
    visitor = request.scope["visitor"]
    favorite, new = await writes.like(request, visitor, asked.type, asked.item)
    return Answer(201 if new else 200, FavoriteAnswer.of(favorite))


async def withdraw(request: Request, _: NoQuery) -> Answer:
    """自分のいいねを取り消す"""
    id_ = favorite_id(request)
    if not await favorites_of(request).store.withdraw(id_, request.scope["visitor"]):
        raise problems.not_found("そのお気に入りに、あなたのいいねはありません。")
    return Answer(204)


def favorite_id(request: Request) -> int:
    """The id in the path. Raises Problem (404) for what can be the id of no favorite."""
    text: str = request.path_params["favorite_id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) < 2**31):
        raise problems.not_found("そのようなお気に入りはありません。")
    return int(text)


@lru_cache(maxsize=64)
def _readings(day: datetime.date) -> tuple[ReadingAnswer, ...]:
    """The readings of a day with their reasons in words, which take longer than all the rest."""
    return tuple(ReadingAnswer.of(reading, _MESSAGES) for reading in horoscope.readings(day))


async def _rendered(
    request: Request, key: tuple[object, ...], make: Callable[[], msgspec.Struct]
) -> msgspec.Raw:
    """The JSON of what takes long to make, from the page cache."""
    page = await rendering.page(
        request, ("api", *key), lambda: msgspec.json.encode(make()).decode(), compressible=False
    )
    return msgspec.Raw(page.body)


async def _json(reading: Awaitable[lists.FavoritesPage]) -> msgspec.Raw:
    """The answer in its final form, as all share it who ask for it at this moment."""
    page = await reading
    answer = FavoritesAnswer(tuple(map(FavoriteAnswer.of, page.favorites)), page.next)
    return msgspec.Raw(msgspec.json.encode(answer))
