"""Stores for tests, things to like, and what must always hold."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from tests.postgres import fetch

from kirosample.favorites import Database, Item, Store

_COUNTS = """
SELECT coalesce(f.id, l.favorite_id), f.likes, count(l.visitor)
FROM favorites f FULL JOIN favorite_likes l ON l.favorite_id = f.id
GROUP BY f.id, l.favorite_id, f.likes
"""


def thing(n: int = 0) -> Item:
    return Item("quote" if n % 2 else "horoscope", f"item-{n}", f"text {n}", "author")


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Store]:
    async with Database({"dsn": address}, migrating=True) as database:
        await asyncio.wait_for(database.opened(), 10)
        yield Store(database)


def run(address: str, work: Callable[[Store], Coroutine[Any, Any, None]]) -> None:
    async def inside() -> None:
        async with opened(address) as store:
            await asyncio.wait_for(work(store), 30)

    asyncio.run(inside())


def assert_consistent(address: str) -> None:
    for _, likes, rows in fetch(address, _COUNTS):
        assert likes == rows
        assert likes


def likes_in(address: str) -> set[tuple[object, ...]]:
    """Which visitor likes which item."""
    return set(
        fetch(
            address,
            "SELECT item, visitor FROM favorite_likes JOIN favorites ON id = favorite_id",
        )
    )
