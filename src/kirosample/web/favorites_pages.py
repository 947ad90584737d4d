"""The pages of favorites: the lists, and the plain forms that like and withdraw."""

from uuid import UUID

from msgspec import Struct, structs
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kirosample import almanac
from kirosample.favorites import TYPES, Store
from kirosample.web import api, items, lists, requests
from kirosample.web.portal import Portal, favorites_of, portal_of
from kirosample.web.schemas import FavoritesQuery, NewFavorite
from kirosample.web.visitors import remember
from kirosample.web.writes import admit

_MINE = "/favorites?mine=true"


class PageQuery(FavoritesQuery):
    """Which list: everybody's, or one's own."""

    mine: bool = False


async def favorites(request: Request) -> Response:
    asked = requests.query(request, PageQuery)
    portal, favorites = portal_of(request), favorites_of(request)
    visitor = favorites.visitors.of(request) if asked.mine else None
    html = await favorites.store.shared.get(
        ("page", visitor, *structs.astuple(asked)),
        lambda: _render(portal, favorites.store, asked, visitor),
    )
    # One's own list is nobody else's, and both are never older than the request.
    return Response(html, media_type="text/html", headers={"Cache-Control": "private, no-store"})


async def _render(portal: Portal, store: Store, asked: PageQuery, visitor: UUID | None) -> bytes:
    """The page for all who ask for it at this moment."""
    if asked.mine:
        page = await lists.liked_by(store, visitor, asked)
        stats = await store.stats()
    else:
        page, stats = await lists.most_liked_and_stats(store, asked)
    html = portal.templates.render(
        "favorites.html",
        day=almanac.day(portal.today()),
        favorites=[(one, items.path(one.type, one.item)) for one in page.favorites],
        stats=stats,
        asked=asked,
        types=TYPES,
        first_page=not asked.cursor,
        next_url=lists.address("/favorites", asked, page.next) if page.next else None,
        first_url=lists.address("/favorites", asked, None),
        favorites_enabled=True,
    )
    return html.encode()


async def like(request: Request) -> Response:
    """A plain form's like."""
    visitor = admit(request)
    asked = await requests.form_body(request, NewFavorite)
    item = items.item(portal_of(request).catalogue, asked.type, asked.item)
    await favorites_of(request).store.like(item, visitor)
    return _see_mine(request)


async def withdraw(request: Request) -> Response:
    """A plain form's withdrawal. Pressed twice, the second time finds it done already."""
    visitor = admit(request)
    await requests.form_body(request, Struct)
    await favorites_of(request).store.withdraw(api.favorite_id(request), visitor)
    return _see_mine(request)


def _see_mine(request: Request) -> Response:
    response = RedirectResponse(_MINE, status_code=303, headers={"Cache-Control": "no-store"})
    remember(request, response)
    return response
