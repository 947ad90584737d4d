"""Many different lists do not delay the shared one and the own ones."""

import asyncio
from uuid import UUID

import pytest

from kirosample.web.visitors import COOKIE
from tests.web.crowds import Crowd, many_sockets
from tools.servers import Running

pytestmark = [pytest.mark.slow, pytest.mark.serial]

CROWD = 1_300
ROUNDS = 2
SHARED = ("/favorites", "/en/favorites", "/api/favorites", "/favorites?type=quote", "/readyz")


def test_many_distinct_cursors_do_not_block_shared_and_own_lists(server: Running) -> None:
    assert server.portal.favorites
    mine = f"Cookie: {COOKIE}={server.portal.favorites.visitors.sign(UUID(int=1))}\r\n"
    over, connected, refused = False, asyncio.Barrier(CROWD), asyncio.Event()

    async def invent(crowd: Crowd, number: int) -> set[int]:
        found = set()
        for turn in range(1_000):
            if over:
                break
            path = "/api/favorites" if number % 2 else "/favorites"
            first = connected if turn == 0 else None
            found.add(await crowd.ask(f"{path}?cursor={turn}.{number}", together=first))
            if 429 in found:
                refused.set()
        return found

    async def come() -> None:
        nonlocal over
        crowd = Crowd(server)
        inventing = [asyncio.ensure_future(invent(crowd, n)) for n in range(CROWD)]
        await asyncio.wait_for(refused.wait(), 100)  # so that a failure does not hang
        shared, own = [], []
        for _ in range(ROUNDS):
            shared += await asyncio.gather(*map(crowd.ask, SHARED))
            own += [
                await crowd.ask("/api/favorites/mine", mine),
                await crowd.ask("/favorites?mine=true", mine),
            ]
        over = True
        statuses = set().union(*await asyncio.gather(*inventing))
        assert set(shared) == {200}
        assert set(own) == {200}
        assert statuses == {200, 429}, "some are read, and the rest are told to come again"

    with many_sockets():
        asyncio.run(come())
