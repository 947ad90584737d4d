"""Handlers of the JSON API. Their docstrings are the summaries in `/openapi.json`."""

import datetime
import random
from collections.abc import Callable
from functools import lru_cache

import msgspec

from ishizue.http import problems
from ishizue.http.api.endpoints import NoQuery, Result
from ishizue.http.page_responses import cached_page
from kirosample import almanac, horoscope
from kirosample.quotes import Quote
from kirosample.web import likes, lists, transfers, wishes
from kirosample.web.api.schemas import (
    DayResponse,
    FavoriteResponse,
    FavoritesResponse,
    HoroscopesResponse,
    LuckyDaysResponse,
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
from kirosample.web.i18n.languages import Messages
from kirosample.web.queries import (
    DayInPlaceQuery,
    DayQuery,
    FavoritePath,
    FavoritesQuery,
    LanguageQuery,
    LuckyDaysApiQuery,
    QuotePath,
    QuotesApiQuery,
    RandomApiQuery,
    RankingApiQuery,
    SignPath,
    TransferCode,
)


async def date(request: PortalRequest, query: DayInPlaceQuery) -> msgspec.Raw:
    """日本の暦の一日（和暦・六曜・旧暦・節気と候・祝日・行事・選日・月・日と月の出入り）"""
    day = request.day(query.date)
    place = request.place(query.place)
    messages = request.portal.templates.messages[query.lang]
    return await _rendered(
        request,
        ("date", day, place, query.lang),
        lambda: DayResponse.of(almanac.day(day, place), messages),
    )


async def lucky_days(request: PortalRequest, query: LuckyDaysApiQuery) -> msgspec.Raw:
    """十二か月の吉日（目的ごとに、良いわけと、さわりになる日）"""
    wish = wishes.wish(request, query)
    messages = request.portal.templates.messages[query.lang]
    return await _rendered(
        request,
        ("lucky days", wish, query.lang),
        lambda: LuckyDaysResponse.of(wish, messages),
    )


async def horoscopes(request: PortalRequest, query: RankingApiQuery) -> msgspec.Raw:
    """十二星座の一日（総合か、恋愛・仕事・金運の順位の順）"""
    day = request.day(query.date)
    messages = request.portal.templates.messages[query.lang]

    def ranked() -> HoroscopesResponse:
        readings = {reading.sign: reading for reading in _readings(day, messages)}
        order = horoscope.ranks_by(day, query.by)
        return HoroscopesResponse(day, tuple(readings[sign] for sign in order))

    return await _rendered(request, ("horoscopes", day, query.by, query.lang), ranked)


async def horoscope_of_sign(request: PortalRequest, query: DayQuery, path: SignPath) -> msgspec.Raw:
    """一つの星座の一日"""
    day = request.day(query.date)
    sign = path.sign
    messages = request.portal.templates.messages[query.lang]
    if sign not in horoscope.SIGNS_BY_ID:
        raise problems.not_found("そのような星座はありません。")
    return await _rendered(
        request,
        ("horoscope", day, sign, query.lang),
        lambda: next(reading for reading in _readings(day, messages) if reading.sign == sign),
    )


async def quotes(request: PortalRequest, query: QuotesApiQuery) -> msgspec.Raw:
    """名言をさがす（語・作者・主題）"""

    def find() -> QuotesResponse:
        page = lists.quotes(request.portal.catalogue, query)
        return QuotesResponse(
            tuple(_in_language(request, query, quote) for quote in page.quotes), page.next
        )

    return await _rendered(request, ("quotes", *msgspec.structs.astuple(query)), find)


async def quote_of_day(request: PortalRequest, query: DayQuery) -> msgspec.Raw:
    """その日の名言"""
    day = request.day(query.date)

    def find() -> QuoteResponse:
        return _in_language(request, query, request.portal.catalogue.of_day(day))

    return await _rendered(request, ("quote of day", day, query.lang), find)


async def random_quote(request: PortalRequest, query: RandomApiQuery) -> QuoteResponse:
    """ほかの名言を一つ（`not` に挙げたものは、すべて見終わるまで出ません）"""
    catalogue = request.portal.catalogue
    return _in_language(request, query, catalogue.random(query.seen_ids, random.choice))


async def quote(request: PortalRequest, query: LanguageQuery, _: QuotePath) -> QuoteResponse:
    """一つの名言"""
    return _in_language(request, query, request.quote())


async def favorites(request: PortalRequest, query: FavoritesQuery) -> msgspec.Raw:
    """みんなのお気に入り（多くの人が入れた順）"""
    store = request.favorites.store
    key = ("favorites", *msgspec.structs.astuple(query))

    async def read() -> msgspec.Raw:
        return _json(await lists.most_liked(store, query))

    if lists.is_shared(query):
        return await store.single_flight.run(key, read)
    return await request.read_in_turn(read, key)


async def my_favorites(request: PortalRequest, query: FavoritesQuery) -> msgspec.Raw:
    """自分のお気に入り（新しく加えた順）"""
    favorites = request.favorites
    visitor = favorites.visitors.of(request)

    async def read() -> msgspec.Raw:
        return _json(await lists.liked_by(favorites.store, visitor, query))

    key = ("mine", visitor, *msgspec.structs.astuple(query))
    if visitor is None:  # an empty list, the same for everybody
        return await favorites.store.single_flight.run(key, read)
    return await request.read_in_turn(read, *key, owner=visitor)


async def favorite_stats(request: PortalRequest, _: NoQuery) -> StatsResponse:
    """種類ごとの件数と、入れた人の数"""
    store = request.favorites.store
    return StatsResponse(await store.single_flight.run("stats", store.stats))


async def like(request: PortalRequest, query: NewFavorite) -> Result:
    """お気に入りに加える（ひとりにつき一度だけ数えます）"""
    favorite, new = await likes.like(request, query.type, query.item)
    return Result(201 if new else 200, FavoriteResponse.of(favorite))


async def withdraw(request: PortalRequest, _: NoQuery, path: FavoritePath) -> Result:
    """自分のお気に入りから外す"""
    if not await request.favorites.store.withdraw(path.favorite_id, request.visitor):
        raise problems.not_found("それは、あなたのお気に入りに入っていません。")
    return Result(204)


async def offer_transfer(request: PortalRequest, _: NewTransfer) -> Result:
    """自分のお気に入りをほかの端末へ移すコードを作る（一度だけ使えます）"""
    return Result(201, OfferResponse.of(await transfers.offer(request)))


async def redeem_transfer(request: PortalRequest, query: TransferCode) -> TransferResponse:
    """コードのお気に入りを受け取る（コードを作った側からはなくなります）"""
    return TransferResponse.of(await transfers.redeem(request, query.code))


def _in_language(
    request: PortalRequest,
    query: LanguageQuery | DayQuery | QuotesApiQuery | RandomApiQuery,
    quote: Quote,
) -> QuoteResponse:
    return QuoteResponse.of(quote, request.portal.templates.messages[query.lang])


@lru_cache(maxsize=64)
def _readings(day: datetime.date, messages: Messages) -> tuple[ReadingResponse, ...]:
    """The readings of a day, cached because the sentences of their reasons take longest."""
    return tuple(ReadingResponse.of(reading, messages) for reading in horoscope.readings(day))


async def _rendered(
    request: PortalRequest, key: tuple[object, ...], make: Callable[[], object]
) -> msgspec.Raw:
    """JSON from the page cache, made if it is missing."""
    page = await cached_page(
        request, ("api", *key), lambda: msgspec.json.encode(make()).decode(), compressible=False
    )
    return msgspec.Raw(page.body)


def _json(page: lists.FavoritesPage) -> msgspec.Raw:
    """The payload, which concurrent requests share."""
    response = FavoritesResponse(tuple(map(FavoriteResponse.of, page.favorites)), page.next)
    return msgspec.Raw(msgspec.json.encode(response))
