"""Favorites that move to another device by a code: what pages and API have in common."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from kirosample.favorites import CODE_MINUTES, Offer, Transfer
from kirosample.http.security.clients import SITE_CLIENTS, ipv6_site_key
from kirosample.http.security.rate_limit import RateLimit, take_all
from kirosample.storage.errors import Unavailable
from kirosample.web.context import PortalRequest
from kirosample.web.problems import nothing_to_transfer, too_many_wrong_codes, wrong_code

WRONG_CODES = 10
"""Wrong codes that a client may send at once, before its rate applies."""

_WRONG_CODES_PER_MINUTE = 2


def wrong_code_limits() -> tuple[RateLimit, ...]:
    """By client and by IPv6 site. None for all together: one client could lock out everybody."""
    return (
        RateLimit(_WRONG_CODES_PER_MINUTE, time.monotonic, burst=WRONG_CODES),
        RateLimit(
            _WRONG_CODES_PER_MINUTE * SITE_CLIENTS,
            time.monotonic,
            burst=WRONG_CODES * SITE_CLIENTS,
            key=ipv6_site_key,
        ),
    )


async def offer(request: PortalRequest) -> Offer:
    """A new code for the visitor's favorites. Raises Problem (422)."""
    transfers = request.favorites.store.transfers
    made = await request.read_in_turn(
        partial(transfers.offer, request.visitor), owner=request.visitor
    )
    if made is None:
        raise nothing_to_transfer()
    return made


async def look_up(request: PortalRequest, code: str) -> Transfer:
    """What the code would move; changes nothing. Raises Problem (422, 429)."""
    return await _counted(request, code, request.favorites.store.transfers.look_up)


async def redeem(request: PortalRequest, code: str) -> Transfer:
    """Move what the code carries to the visitor. Raises Problem (422, 429)."""
    return await _counted(request, code, request.favorites.store.transfers.redeem)


async def _counted(
    request: PortalRequest, code: str, use: Callable[[str, UUID], Awaitable[Transfer | None]]
) -> Transfer:
    """The result of `use`, whose code counts in the limits unless it is valid."""
    client = request.scope["client"]
    address, limits = client[0] if client else "", request.favorites.wrong_code_limits
    if wait := take_all(limits, address):
        raise too_many_wrong_codes(wait)
    try:
        transfer = await request.read_in_turn(
            partial(use, code, request.visitor), owner=request.visitor
        )
        if transfer is None:
            raise wrong_code(CODE_MINUTES)
    except Unavailable:
        _give_back(limits, address)
        raise
    _give_back(limits, address)
    return transfer


def _give_back(limits: tuple[RateLimit, ...], address: str) -> None:
    for limit in limits:
        limit.give_back(address)
