"""Favorites that move to another device by a code: what pages and API have in common."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ishizue.http.problems import too_many_writes
from ishizue.http.security.clients import SITE_CLIENTS, ipv6_site_key
from ishizue.http.write_guard import RateLimit, take_all
from kirosample.favorites import Offer, Transfer
from kirosample.web.context import PortalRequest
from kirosample.web.problems import (
    cookie_needed,
    nothing_to_transfer,
    too_many_wrong_codes,
    wrong_code,
)

WRONG_CODES = 10
"""Wrong codes that a client may send at once, before its rate applies."""

_WRONG_CODES_PER_MINUTE = 2

TRANSFERS = 10
"""Codes and moves that a visitor may make at once, and in an hour."""


def wrong_code_limits() -> tuple[RateLimit, ...]:
    """The limits by client and by IPv6 site; one for all would let a client lock out everybody."""
    return (
        RateLimit(_WRONG_CODES_PER_MINUTE, time.monotonic, burst=WRONG_CODES),
        RateLimit(
            _WRONG_CODES_PER_MINUTE * SITE_CLIENTS,
            time.monotonic,
            burst=WRONG_CODES * SITE_CLIENTS,
            key=ipv6_site_key,
        ),
    )


def transfer_limit() -> RateLimit:
    """Codes and moves by visitor. Others at the same address cannot use it up."""
    return RateLimit(TRANSFERS / 60, time.monotonic, burst=TRANSFERS, key=str)


async def offer(request: PortalRequest) -> Offer:
    """A new code for the visitor's favorites. Raises Problem (422, 429)."""
    with _counted(request):
        make = partial(request.favorites.store.transfers.offer, request.visitor)
        made = await request.read_in_turn(make, owner=request.visitor)
        if made is None:
            raise nothing_to_transfer()
        return made


async def look_up(request: PortalRequest, code: str) -> Transfer:
    """What the code would move; changes nothing. Raises Problem (422, 429).

    It needs no cookie: its response sets the one that `redeem` needs.
    """
    find = partial(request.favorites.store.transfers.look_up, code, request.visitor)
    return _require_right(request, await request.read_in_turn(find, owner=request.visitor))


async def redeem(request: PortalRequest, code: str) -> Transfer:
    """Move what the code carries to the visitor. Raises Problem (403, 422, 429).

    A write without a cookie makes a visitor, except here: if the client does not keep the cookie,
    the favorites would be lost. So the cookie has to come with the request.
    """
    if request.is_new_visitor:
        raise cookie_needed()
    favorites = request.favorites
    asked = asyncio.get_running_loop().time()
    with _counted(request):
        move = partial(favorites.store.transfers.redeem, code, request.visitor, asked)
        moved = _require_right(request, await request.read_in_turn(move, owner=request.visitor))
    limit = favorites.transfer_limit
    receiver = str(request.visitor)
    if moved.giver:
        # New visitors are free, so the limit moves with the likes.
        limit.pass_on(str(moved.giver), receiver)
    else:
        limit.give_back(receiver)
    return moved


@contextmanager
def _counted(request: PortalRequest) -> Iterator[None]:
    """Count a code or a move of the visitor, unless it fails. Raises Problem (429)."""
    limit = request.favorites.transfer_limit
    visitor = str(request.visitor)
    if wait := limit.take(visitor):
        raise too_many_writes(wait)
    try:
        yield
    except Exception:
        limit.give_back(visitor)
        raise


def _require_right(request: PortalRequest, transfer: Transfer | None) -> Transfer:
    """The transfer of a code, or the problem of a wrong one, which counts by client.

    Only wrong codes are counted: with 60 bits, a right one is not guessed.
    """
    if transfer is None:
        client = request.scope["client"]
        if wait := take_all(request.favorites.wrong_code_limits, client[0] if client else ""):
            raise too_many_wrong_codes(wait)
        raise wrong_code()
    return transfer
