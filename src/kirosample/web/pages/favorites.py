"""The lists of favorites."""

import asyncio
from datetime import date
from functools import lru_cache, partial
from typing import Annotated
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from kirosample import almanac
from kirosample.favorites import TYPES, Favorite, Stat, Store
from kirosample.http import requests
from kirosample.http.caching.compression import accepts_gzip
from kirosample.http.caching.shared_reads import SharedPage, landed
from kirosample.storage.single_flight import Flight
from kirosample.web import items, lists
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.i18n.languages import Language
from kirosample.web.portal import Portal
from kirosample.web.queries import FavoritesQuery
from kirosample.web.templating.environment import Templates

_PAGES_KEPT = 8


class PageQuery(FavoritesQuery, frozen=True):
    """The list of all visitors, or the visitor's own."""

    mine: Annotated[bool, Meta(description="true か false です。")] = False


EVERYBODYS = PageQuery()
"""The list that most visitors request."""


async def favorites(request: PortalRequest) -> Response:
    page = landed(request.exchange)
    if page is None:
        page = await _page(request, requests.query(request, PageQuery), languages.of(request))
    return page.response(gzip=accepts_gzip(request))


async def _page(request: PortalRequest, query: PageQuery, language: Language) -> SharedPage:
    portal, store = request.portal, request.favorites.store
    if query.mine:
        visitor = request.favorites.visitors.of(request)
        own = partial(_own_page, portal, store, language, query, visitor)
        return await request.read_in_turn(own, "page", language, visitor, query, owner=visitor)
    if lists.is_shared(query):
        return await page_flight(portal, store, language, query).future()
    read = partial(_everybodys_page, portal, store, language, query)
    return await request.read_in_turn(read, "page", language, query)


def page_flight(
    portal: Portal, store: Store, language: Language, query: PageQuery = EVERYBODYS
) -> Flight[SharedPage]:
    """The next read of a list that most visitors request."""
    read = partial(_everybodys_page, portal, store, language, query)
    return store.single_flight.flight(("page", language, query), read)


async def _everybodys_page(
    portal: Portal, store: Store, language: Language, query: PageQuery
) -> SharedPage:
    payload, today = await lists.overview(store, query), _day(portal)
    last = _last(portal.templates, language, query) if lists.is_shared(query) else _Last()
    if last.made_of != (today, payload):
        found = lists.parse_overview(payload, query.limit)
        await items.prepare(found[0].favorites)
        last.page = _render(portal.templates, language, today, query, *found)
        last.made_of = today, payload
    return last.page


async def _own_page(
    portal: Portal, store: Store, language: Language, query: PageQuery, visitor: UUID | None
) -> SharedPage:
    today = _day(portal)
    remembers = not (query.cursor or query.type)
    found, remembered = await asyncio.gather(
        lists.overview_of(store, visitor, query),
        lists.liked_on(store, visitor if remembers else None, lists.year_before(today)),
    )
    await items.prepare((*found[0].favorites, *remembered))
    return _render(portal.templates, language, today, query, *found, remembered)


def _day(portal: Portal) -> date:
    """Today; for a clock outside the calendar the nearest day, whose colors the list has."""
    return min(max(portal.today(), almanac.FIRST_DAY), almanac.LAST_DAY)


class _Last:
    """Everybody's list as last read: the page is rendered again only if that differs."""

    def __init__(self) -> None:
        self.made_of: tuple[date, bytes] | None = None
        self.page = SharedPage(b"")


@lru_cache(maxsize=_PAGES_KEPT)
def _last(_templates: Templates, _language: Language, _asked: PageQuery) -> _Last:
    return _Last()


def _render(
    templates: Templates,
    language: Language,
    today: date,
    query: PageQuery,
    page: lists.FavoritesPage,
    stats: tuple[Stat, ...],
    remembered: tuple[Favorite, ...] = (),
) -> SharedPage:
    html = templates.render(
        "favorites.html",
        language,
        here=lists.address("/favorites", query, query.cursor or None),
        date=today,
        favorites=page.favorites,
        stats=stats,
        remembered=remembered,
        query=query,
        types=TYPES,
        closed=items.closed(page.favorites, today),
        first_page=not query.cursor,
        next_url=lists.address("/favorites", query, page.next) if page.next else None,
        first_url=lists.address("/favorites", query, None),
        favorites_enabled=True,
    )
    return SharedPage(html.encode())
