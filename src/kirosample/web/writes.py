"""What every write passes before it is read: ours, not too many, and by whom. And the like."""

from uuid import UUID

from starlette.requests import Request

from kirosample.favorites import Favorite, Type
from kirosample.limits import LIKABLE_DAYS_BACK
from kirosample.web import items, problems
from kirosample.web.portal import favorites_of, portal_of, today_of
from kirosample.web.requests import is_ours


def admit(request: Request) -> UUID:
    """The visitor who writes. Raises Problem (403, 429, 503)."""
    favorites = favorites_of(request)
    if not is_ours(request, portal_of(request).settings.public_url):
        raise problems.forbidden_origin()
    client = request.client.host if request.client else ""
    if wait := favorites.rate_limit.take(client):
        raise problems.too_many_writes(wait)
    return favorites.visitors.of_write(request)


async def like(request: Request, visitor: UUID, type_: Type, key: str) -> tuple[Favorite, bool]:
    """Add the visitor's like, unless it is there; answers whether it is new. Raises Problem (422).

    A like that is there is found at any age.
    """
    store = favorites_of(request).store
    item = items.item(portal_of(request).catalogue, today_of(request), type_, key)
    if item:
        return await store.like(item, visitor)
    if found := await store.liked(visitor, type_, key):
        return found, False
    raise problems.too_old_or_new_to_like(LIKABLE_DAYS_BACK)
