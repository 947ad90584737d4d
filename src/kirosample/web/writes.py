"""What every write passes before it is read: ours, not too many, and by whom. And the like."""

import logging
from collections.abc import Awaitable
from uuid import UUID

from starlette.requests import Request

from kirosample.favorites import Favorite, Store, Type
from kirosample.limits import LIKABLE_DAYS_BACK, REFUSED_ORIGINS
from kirosample.web import items, problems
from kirosample.web.portal import Portal, favorites_of, portal_of, today_of
from kirosample.web.rate_limit import take_all
from kirosample.web.requests import header, is_ours

log = logging.getLogger(__name__)

_ORIGIN_CHARACTERS = 100


def admit(request: Request) -> UUID:
    """The visitor who writes. Raises Problem (403, 429, 503).

    Only what passes every limit gets a cookie: else a refused new visitor would come back with a
    valid one, and no limit would count it.
    """
    favorites, portal = favorites_of(request), portal_of(request)
    if header(request.scope, b"sec-fetch-site") == "cross-site":
        raise problems.forbidden_origin()
    if not is_ours(request, portal.settings.public_url):
        _log_origin(portal, header(request.scope, b"origin") or "")
        raise problems.forbidden_origin()
    visitor = favorites.visitors.of(request)
    client = request.scope["client"]
    limits = favorites.limits if visitor else favorites.new_visitor_limits
    if wait := take_all(limits, client[0] if client else ""):
        raise problems.too_many_writes(wait) if visitor else problems.too_many_new_visitors(wait)
    return favorites.visitors.of_write(request, visitor)


def _log_origin(portal: Portal, sent: str) -> None:
    """Log a refused origin once, for the operator who has not set the public address yet."""
    origin = ascii(sent[:_ORIGIN_CHARACTERS])
    if origin in portal.refused_origins or len(portal.refused_origins) >= REFUSED_ORIGINS:
        return
    portal.refused_origins.add(origin)
    log.warning(
        "refused a write from origin %s: set KIROSAMPLE_PUBLIC_URL to the origin that visitors"
        " use (it is %s)",
        origin,
        portal.settings.public_url or "not set",
    )


def like(
    request: Request, visitor: UUID, type_: Type, key: str
) -> Awaitable[tuple[Favorite, bool]]:
    """Add the visitor's like, unless it is there; answers whether it is new. Raises Problem (422).

    A like that is there is found at any age.
    """
    store = favorites_of(request).store
    item = items.item(portal_of(request).catalogue, lambda: today_of(request), type_, key)
    return store.like(item, visitor) if item else _liked(store, visitor, type_, key)


async def _liked(store: Store, visitor: UUID, type_: Type, key: str) -> tuple[Favorite, bool]:
    """The visitor's like that is there. Raises Problem (422) where there is none."""
    found = await store.liked(visitor, type_, key)
    if not found:
        raise problems.too_old_or_new_to_like(LIKABLE_DAYS_BACK)
    return found, False
