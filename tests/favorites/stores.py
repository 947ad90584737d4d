"""Stores for tests, items to like, invariants, and how tests look at favorites through a server."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx

from ishizue.testing.postgres import execute, fetch
from kirosample.favorites import TYPES, Item, Store, open_database
from kirosample.favorites.store import STATS

READING = {"type": "horoscope", "item": "2026-11-24.aries"}

_COUNTS = """
SELECT coalesce(f.id, l.favorite_id), f.likes, count(l.visitor)
FROM favorites f FULL JOIN favorite_likes l ON l.favorite_id = f.id
GROUP BY f.id, l.favorite_id, f.likes
"""


def thing(n: int = 0) -> Item:
    """Something of each type in turn."""
    return Item(TYPES[(n + 1) % len(TYPES)], f"item-{n}", f"text {n}", "author")


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Store]:
    async with open_database({"dsn": address}, migrating=True) as database:
        await asyncio.wait_for(database.opened(), 10)
        yield Store(database)


@asynccontextmanager
async def consistent(address: str) -> AsyncIterator[Store]:
    """A store for half a minute, and a database with the right counts afterwards."""
    async with opened(address) as store, asyncio.timeout(30):
        yield store
    assert_consistent(address)


def run(address: str, work: Callable[[Store], Coroutine[Any, Any, None]]) -> None:
    """Work on a store whose database is emptied before, as between examples of Hypothesis."""
    execute(address, "DROP SCHEMA public CASCADE")
    execute(address, "CREATE SCHEMA public")

    async def inside() -> None:
        async with consistent(address) as store:
            await work(store)

    asyncio.run(inside())


def assert_consistent(address: str) -> None:
    """Each favorite's `likes` is the number of its rows, and the stats are their sums."""
    for _, likes, rows in fetch(address, _COUNTS):
        assert likes == rows
        assert likes
    counted = fetch(address, "SELECT type, count(*), sum(likes) FROM favorites GROUP BY type")
    assert {row for row in fetch(address, STATS) if any(row[1:])} == set(counted)


def likes_in(address: str) -> set[tuple[object, ...]]:
    """Which visitor likes which item."""
    query = "SELECT item, visitor FROM favorite_likes JOIN favorites ON id = favorite_id"
    return set(fetch(address, query))


def timed(client: httpx.Client, path: str) -> tuple[int, float]:
    """The status of a response, and the seconds that it took."""
    began = time.monotonic()
    return client.get(path).status_code, time.monotonic() - began
