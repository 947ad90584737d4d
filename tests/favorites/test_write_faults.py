"""With any fault of the database, every write has its true result within the deadline."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
import pytest

from ishizue.limits import WRITE_DEADLINE_SECONDS
from ishizue.storage.errors import Unavailable
from kirosample.favorites import Store
from tests.favorites.stores import likes_in, opened, thing

IN_TIME = WRITE_DEADLINE_SECONDS + 0.5

BACKENDS = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'kirosample'"
)


@dataclass
class Load:
    """Visitors who like one item, each once, until `stop`."""

    acknowledged: set[UUID] = field(default_factory=set)
    refused: set[UUID] = field(default_factory=set)
    slowest: float = 0

    async def visit(self, store: Store) -> None:
        loop = asyncio.get_running_loop()
        while True:
            visitor = uuid4()
            began = loop.time()
            try:
                assert (await store.like(thing(), visitor))[1]
            except Unavailable:
                self.refused.add(visitor)
                await asyncio.sleep(0.01)
            else:
                self.acknowledged.add(visitor)
            self.slowest = max(self.slowest, loop.time() - began)


@asynccontextmanager
async def load_on(store: Store) -> AsyncIterator[Load]:
    load = Load()
    tasks = [asyncio.create_task(load.visit(store)) for _ in range(20)]
    try:
        await asyncio.sleep(0.2)
        yield load
        await grows(load.acknowledged, within=5)
    finally:
        # Wait for writes in flight: a cancelled one has no known result.
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                task.cancel()
                await task
    assert load.refused, "the database was away while it wrote"
    assert load.slowest < IN_TIME


async def grows(answers: set[UUID], within: float) -> None:
    """Wait for one more answer."""
    before = len(answers)
    async with asyncio.timeout(within):
        while len(answers) <= before:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def succeeds(store: Store, within: float) -> None:
    """Retry a like until it succeeds."""
    async with asyncio.timeout(within):
        while True:
            try:
                assert (await store.like(thing(7), uuid4()))[1]
            except Unavailable:
                await asyncio.sleep(0.02)
            else:
                return


async def unavailable(answer: Awaitable[object]) -> float:
    """The seconds until Unavailable is raised."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Unavailable):
        await answer
    return loop.time() - began


def visitors_in(address: str) -> set[object]:
    return {visitor for item, visitor in likes_in(address) if item == "item-0"}


async def test_lost_connections_lose_no_acknowledged_write(store: Store, any_database: str) -> None:
    killer = await asyncpg.connect(any_database)
    async with load_on(store) as load:
        for _ in range(5):
            await killer.execute(f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) b")
            await asyncio.sleep(0.1)
    await killer.close()
    assert load.acknowledged <= visitors_in(any_database)


async def test_a_write_that_failed_on_a_locked_table_does_not_happen_later(
    store: Store, any_database: str
) -> None:
    blocker = await asyncpg.connect(any_database)
    async with load_on(store) as load:
        async with blocker.transaction():
            await blocker.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(WRITE_DEADLINE_SECONDS + 1)
        await blocker.close()
    visitors = visitors_in(any_database)
    assert load.acknowledged <= visitors
    assert not load.refused & visitors, "a write that failed did not happen"


async def test_a_frozen_backend_is_replaced_by_a_new_connection(
    local_store: Store, database: str
) -> None:
    await local_store.like(thing(), uuid4())
    watcher = await asyncpg.connect(database)
    pid = await watcher.fetchval(f"{BACKENDS} AND query LIKE '%favorite_likes%'")
    os.kill(pid, signal.SIGSTOP)
    try:
        assert await unavailable(local_store.like(thing(), uuid4())) < IN_TIME
        await succeeds(local_store, within=1)
    finally:
        os.kill(pid, signal.SIGCONT)
        await watcher.close()


async def test_known_favorites_are_forgotten_with_the_connection(
    local_store: Store, database: str
) -> None:
    """As after a restore: the id belongs to another item."""
    favorite, _ = await local_store.like(thing(1), uuid4())
    admin = await asyncpg.connect(database)
    await admin.execute("TRUNCATE favorites, favorite_likes RESTART IDENTITY")
    async with opened(database) as other:
        assert (await other.like(thing(2), uuid4()))[0].id == favorite.id
    await admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) b")
    await admin.close()
    await asyncio.sleep(0.1)
    again, new = await local_store.like(thing(1), uuid4())
    assert (again.id, again.item, again.likes, new) == (favorite.id + 1, "item-1", 1, True)
