"""Many readers may share an address, and one visitor is no outage."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest

from kirosample import quotes
from kirosample.web.visitors import COOKIE
from tests.web.crowds import Crowd, many_sockets
from tools.servers import Running

pytestmark = pytest.mark.serial  # a read has two seconds

READERS = 200
PICTURES = tuple(f"/share/quote/{quote.id}.png" for quote in quotes.load().quotes[:12])
TARGETS: dict[str, Callable[[int], str]] = {
    "own lists": lambda _: "/api/favorites/mine",
    "cold pages": lambda number: f"/date?date={1900 + number}-03-03",
    "pictures": lambda number: PICTURES[number % len(PICTURES)],
}

LISTS = 16
"""That one visitor reads at once, each of another length so that none is shared."""


def cookie(server: Running, visitor: int) -> str:
    assert server.portal.favorites
    return f"Cookie: {COOKIE}={server.portal.favorites.visitors.sign(UUID(int=visitor))}\r\n"


@pytest.mark.parametrize("kind", TARGETS)
def test_two_hundred_readers_behind_one_address_are_all_served_at_once(
    server: Running, kind: str
) -> None:
    async def come() -> list[int]:
        crowd, target = Crowd(server), TARGETS[kind]
        return await asyncio.gather(
            *(crowd.ask(target(number), cookie(server, number)) for number in range(READERS))
        )

    with many_sockets():
        assert set(asyncio.run(come())) == {200}


def test_one_visitor_who_reads_many_lists_at_once_is_no_outage(server: Running) -> None:
    favorites = server.portal.favorites
    assert favorites
    away = favorites.gauges()["DatabaseAway"]
    seen = set[float]()

    async def read(crowd: Crowd, length: int) -> set[int]:
        found = set()
        for _ in range(20):
            path = f"/api/favorites/mine?limit={length}"
            found.add(await crowd.ask(path, cookie(server, 1)))
            seen.add(away())
        return found

    async def come() -> set[int]:
        crowd = Crowd(server)
        found = await asyncio.gather(*(read(crowd, length) for length in range(1, LISTS + 1)))
        return set().union(*found)

    statuses = asyncio.run(come())
    assert 200 in statuses
    assert statuses <= {200, 429}
    assert not any(seen)
