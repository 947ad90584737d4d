"""The lists of favorites."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, structs
from starlette.responses import RedirectResponse, Response

from ishizue.http import requests
from ishizue.http.page_responses import landed
from ishizue.http.wire import SharedPage, accepts_gzip
from ishizue.storage.single_flight import Flight
from kirosample import almanac
from kirosample.favorites import MAX_MOVED, Favorite, Store, is_readable
from kirosample.web import kinds, lists
from kirosample.web.context import Favorites, Portal, PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.i18n.languages import Language
from kirosample.web.queries import FavoritesQuery
from kirosample.web.templating.environment import Templates


class PageQuery(FavoritesQuery, frozen=True):
    """The list of all visitors, or the visitor's own, and how many just moved into it."""

    mine: Annotated[bool, Meta(description="true か false です。")] = False
    moved: Annotated[int, Meta(ge=1, le=MAX_MOVED)] | UnsetType = UNSET


_TOP: Final = 10
"""Favorites in the list of all visitors."""


async def favorites(request: PortalRequest) -> Response:
    page = landed(request.exchange)
    if page is None:
        query = requests.query(request, PageQuery)
        if not query.mine and query != PageQuery():  # an address of the longer list that there was
            path = languages.localized(request, "/favorites")
            return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
        page = await _page(request, query, request.language)
    return page.response(gzip=accepts_gzip(request))


async def _page(request: PortalRequest, query: PageQuery, language: Language) -> SharedPage:
    portal = request.portal
    if not query.mine:
        return await shared_page(portal, request.favorites, language)().future()
    visitor = request.favorites.visitors.of(request)
    own = partial(_own_page, portal, request.favorites.store, language, query, visitor)
    return await request.read_in_turn(own, "page", language, visitor, query, owner=visitor)


def shared_page(
    portal: Portal, favorites: Favorites, language: Language
) -> Callable[[], Flight[SharedPage]]:
    """What gives the next read of the list of all visitors."""
    read = partial(_everybodys_page, portal, favorites, language)
    single_flight = favorites.store.single_flight
    return lambda: single_flight.flight(("page", language), read)


async def _everybodys_page(portal: Portal, favorites: Favorites, language: Language) -> SharedPage:
    """The last page is kept: it is rendered again only if the rows or the day differ."""
    liked = await favorites.store.most_liked(limit=_TOP)
    today = _day(portal)
    made_of, page = favorites.last_pages.get(language, (None, None))
    if page is None or made_of != (today, liked):
        top = lists.FavoritesPage(tuple(filter(is_readable, liked)), None)
        page = _render(portal.templates, language, today, PageQuery(), top)
        favorites.last_pages[language] = (today, liked), page
    return page


async def _own_page(
    portal: Portal, store: Store, language: Language, query: PageQuery, visitor: UUID | None
) -> SharedPage:
    today = _day(portal)
    remembers = not (query.cursor or query.type)
    page, remembered = await asyncio.gather(
        lists.liked_by(store, visitor, query),
        lists.liked_on(store, visitor if remembers else None, lists.year_before(today)),
    )
    return _render(portal.templates, language, today, query, page, remembered)


def _day(portal: Portal) -> date:
    """Today; for a clock outside the calendar the nearest day, whose colors the list has."""
    return min(max(portal.today(), almanac.FIRST_DAY), almanac.LAST_DAY)


def _render(
    templates: Templates,
    language: Language,
    today: date,
    query: PageQuery,
    page: lists.FavoritesPage,
    remembered: tuple[Favorite, ...] = (),
) -> SharedPage:
    moved = query.moved
    query = structs.replace(query, moved=UNSET)  # said once
    html = templates.render(
        "favorites.html",
        language,
        here=lists.address("/favorites", query, query.cursor or None),
        moved=moved or 0,
        date=today,
        favorites=page.favorites,
        remembered=remembered,
        query=query,
        closed=kinds.closed(page.favorites, today),
        first_page=not query.cursor,
        next_url=lists.address("/favorites", query, page.next) if page.next else None,
        first_url=lists.address("/favorites", query, None),
    )
    return SharedPage(html.encode())
