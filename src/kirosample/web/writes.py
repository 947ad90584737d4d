"""Writes: which are admitted, and the like."""

from collections.abc import Awaitable, Callable
from functools import partial

from kirosample.favorites import Favorite, Item, Type
from kirosample.web import items
from kirosample.web.context import PortalRequest
from kirosample.web.items import LIKABLE_DAYS_BACK
from kirosample.web.problems import too_old_or_new_to_like


def admit(request: PortalRequest) -> None:
    """Set the visitor of a write. Raises Problem (403, 429, 503).

    A new visitor gets a cookie only within every limit: a refused one would come back with a valid
    cookie, and no limit would count it.
    """
    favorites = request.favorites
    visitor = favorites.visitors.of(request)
    guard = favorites.write_guard if visitor else favorites.new_visitor_guard
    guard(request)
    request.is_new_visitor = visitor is None
    request.visitor = favorites.visitors.of_write(request, visitor)


def like(request: PortalRequest, type_: Type, key: str) -> Awaitable[tuple[Favorite, bool]]:
    """Add the visitor's like; also returns whether it is new. Raises Problem (422).

    An item too old to be liked is accepted from a visitor who likes it already.
    """
    store, visitor = request.favorites.store, request.visitor
    find = partial(items.item, request.portal.catalogue, lambda: request.today, type_, key)
    is_ready = type_ == "quote" or key.startswith(request.today.isoformat())
    if is_ready and (item := find()):
        return store.like(item, visitor)
    return _like_another_day(request, type_, key, find)


async def _like_another_day(
    request: PortalRequest, type_: Type, key: str, find: Callable[[], Item | None]
) -> tuple[Favorite, bool]:
    """Like a reading whose day may have to be composed first, or which is liked already."""
    store, visitor = request.favorites.store, request.visitor
    if item := await request.render_in_turn(("item", key), find):
        return await store.like(item, visitor)
    liked = partial(store.liked, visitor, type_, key)
    found = await request.read_in_turn(liked, owner=visitor)
    if not found:
        raise too_old_or_new_to_like(LIKABLE_DAYS_BACK)
    return found, False
