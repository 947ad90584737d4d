"""Stores for tests, things to like, and what must always hold."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from tests.postgres import execute, fetch

from kirosample.favorites import Database, Item, Store

_COUNTS = """
SELECT coalesce(f.id, l.favorite_id), f.likes, count(l.visitor)
FROM favorites f FULL JOIN favorite_likes l ON l.favorite_id = f.id
GROUP BY f.id, l.favorite_id, f.likes
"""


_STATS = """
SELECT
    coalesce(sum(quotes), 0), coalesce(sum(quote_likes), 0),
    coalesce(sum(horoscopes), 0), coalesce(sum(horoscope_likes), 0)
FROM favorite_stats
"""
_COUNTED = """
SELECT
    count(*) FILTER (WHERE type = 'quote'),
    coalesce(sum(likes) FILTER (WHERE type = 'quote'), 0),
    count(*) FILTER (WHERE type = 'horoscope'),
    coalesce(sum(likes) FILTER (WHERE type = 'horoscope'), 0)
FROM favorites
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


def empty(address: str) -> None:
    """Remove all that the migrations made."""
    execute(address, "DROP SCHEMA public CASCADE")
    execute(address, "CREATE SCHEMA public")


def assert_consistent(address: str) -> None:
    """Every favorite's likes are the number of its rows, and the stats the sum of all."""
    for _, likes, rows in fetch(address, _COUNTS):
        assert likes == rows
        assert likes
    assert fetch(address, _STATS) == fetch(address, _COUNTED)


def likes_in(address: str) -> set[tuple[object, ...]]:
    """Which visitor likes which item."""
    return set(
        fetch(
            address,
            "SELECT item, visitor FROM favorite_likes JOIN favorites ON id = favorite_id",
        )
    )
