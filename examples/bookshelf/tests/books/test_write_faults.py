"""With any fault of the database every write has its true result: a refused one was not done."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import pytest
from tests.books.stores import opened, titles_in

from ishizue.storage.errors import QueueFull, Unavailable
from ishizue.testing.outages import Switch
from kirosample.books import Store
from kirosample.books.writes import WRITE_QUEUE

BACKENDS = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'kirosample'"
)


@dataclass
class Load:
    """Clients that each add new books until they are stopped."""

    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    begun: int = 0

    async def write(self, store: Store) -> None:
        while True:
            self.begun += 1
            title = f"book {self.begun}"
            try:
                assert (await store.add(title))[1]
            except Unavailable:
                self.refused.add(title)
                await asyncio.sleep(0.01)
            else:
                self.acknowledged.add(title)


@asynccontextmanager
async def load_on(store: Store) -> AsyncIterator[Load]:
    """Load during the block, which the database must refuse at times, and serve in the end."""
    load = Load()
    tasks = [asyncio.create_task(load.write(store)) for _ in range(20)]
    try:
        await grows(load.acknowledged)
        yield load
        await grows(load.acknowledged)
    finally:
        # A cancelled write would have no known result: the last ones are awaited.
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
    assert load.refused, "the database was away while it wrote"


async def grows(results: Collection[str]) -> None:
    """Wait for one more result."""
    before = len(results)
    async with asyncio.timeout(20):
        while len(results) <= before:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def succeeds(store: Store, title: str) -> None:
    """Retry an addition until it is done."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(Unavailable):
                await store.add(title)
                return
            await asyncio.sleep(0.02)


async def test_lost_connections_lose_no_acknowledged_write(store: Store, any_database: str) -> None:
    killer = await asyncpg.connect(any_database)
    async with load_on(store) as load:
        while not load.refused:
            await killer.execute(f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) b")
            await asyncio.sleep(0.1)
    await killer.close()
    assert load.acknowledged <= titles_in(any_database)


async def test_a_refused_write_was_not_done_and_is_not_done_later(
    store: Store, any_database: str
) -> None:
    blocker = await asyncpg.connect(any_database)
    async with load_on(store) as load:
        async with blocker.transaction():
            await blocker.execute("LOCK TABLE books IN ACCESS EXCLUSIVE MODE")
            for _ in range(3):
                await grows(load.refused)
        await blocker.close()
    found = titles_in(any_database)
    assert load.acknowledged <= found
    assert not load.refused & found


async def test_a_frozen_backend_is_replaced_by_a_new_connection(
    local_store: Store, database: str
) -> None:
    await local_store.add("Emma")
    watcher = await asyncpg.connect(database)
    pid = await watcher.fetchval(f"{BACKENDS} AND query LIKE '%INSERT INTO books%'")
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await local_store.add("Dune")
        await succeeds(local_store, "Ulysses")
    finally:
        os.kill(pid, signal.SIGCONT)
        await watcher.close()


async def test_writes_recover_after_a_restart_of_the_server(switch: Switch) -> None:
    async with opened(switch.dsn) as store:
        await store.add("Emma")
        await asyncio.to_thread(switch.off)
        for refused in (store.add("Dune"), store.remove(1)):
            with pytest.raises(Unavailable):
                await refused
        await asyncio.to_thread(switch.on)
        await succeeds(store, "Ulysses")
        assert titles_in(switch.dsn) == {"Emma", "Ulysses"}


async def test_a_full_queue_refuses_at_once(local_store: Store, database: str) -> None:
    waiting = [local_store.add(f"book {number}") for number in range(WRITE_QUEUE)]
    assert local_store.waiting == WRITE_QUEUE
    with pytest.raises(QueueFull):
        local_store.add("too many")
    results = await asyncio.gather(*waiting, return_exceptions=True)
    done = {result[0].title for result in results if isinstance(result, tuple)}
    assert done
    assert titles_in(database) == done


def test_closing_refuses_every_waiting_write(database: str) -> None:
    async def work() -> None:
        blocker = await asyncpg.connect(database)
        async with opened(database) as store:
            await store.add("Emma")
            await blocker.execute("BEGIN; LOCK TABLE books IN ACCESS EXCLUSIVE MODE")
            running = asyncio.ensure_future(store.add("Dune"))
            await asyncio.sleep(0.1)
            waiting = asyncio.ensure_future(store.add("Ulysses"))
        for refused in (running, waiting, store.add("Persuasion")):
            with pytest.raises(Unavailable):
                await refused
        await blocker.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(work())
    found = titles_in(database)
    assert found - {"Dune"} == {"Emma"}, "only the running one may have been done"
