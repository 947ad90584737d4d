"""A like: resolve the item and store it."""

from functools import partial

from kirosample.favorites import Favorite, Type
from kirosample.web.context import PortalRequest
from kirosample.web.kinds import KINDS, LIKABLE_DAYS_BACK, item
from kirosample.web.problems import too_old_or_new_to_like


async def like(request: PortalRequest, type_: Type, key: str) -> tuple[Favorite, bool]:
    """Add the visitor's like; also returns whether it is new. Raises Problem (422).

    An item too old to be liked is accepted from a visitor who likes it already.
    """
    store = request.favorites.store
    visitor = request.visitor
    find = partial(item, request.portal.catalogue, lambda: request.today, type_, key)
    if KINDS[type_].of_a_day and not key.startswith(request.today.isoformat()):
        # The things of another day may have to be made first, which takes a turn.
        liked = await request.render_in_turn(("item", key), find)
    else:
        liked = find()
    if liked:
        return await store.like(liked, visitor)
    already = await request.read_in_turn(partial(store.liked, visitor, type_, key), owner=visitor)
    if already is None:
        raise too_old_or_new_to_like(LIKABLE_DAYS_BACK)
    return already, False
