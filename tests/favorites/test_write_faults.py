"""Whatever happens to the database: everybody is answered in time, and what was told is true."""

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
from tests.favorites.stores import assert_consistent, likes_in, opened, run, thing
from tests.favorites.switch import Switch
from tests.postgres import folder

from kirosample.embedded_postgres import EmbeddedPostgres
from kirosample.favorites import Database, Store, Unavailable
from kirosample.limits import WRITE_DEADLINE_SECONDS

IN_TIME = WRITE_DEADLINE_SECONDS + 0.5

BACKENDS = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'kirosample'"
)


@dataclass
class Load:
    """Visitors who like one thing, each once, until they are stopped."""

    acknowledged: set[UUID] = field(default_factory=set)
    refused: set[UUID] = field(default_factory=set)
    slowest: float = 0

    async def visit(self, store: Store) -> None:
        loop = asyncio.get_running_loop()
        while True:
            visitor, began = uuid4(), loop.time()
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
        acknowledged = len(load.acknowledged)
        await asyncio.sleep(0.3)
        assert len(load.acknowledged) > acknowledged, "all is well again"
    finally:
        # What is under way is waited for: a visitor who left would be neither told nor not.
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                task.cancel()
                await task


async def succeeds(store: Store, within: float) -> None:
    """Like, again and again, until it works."""
    async with asyncio.timeout(within):
        while True:
            try:
                assert (await store.like(thing(7), uuid4()))[1]
            except Unavailable:
                await asyncio.sleep(0.02)
            else:
                return


async def unavailable(answer: Awaitable[object]) -> float:
    """How long it took to be told so."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Unavailable):
        await answer
    return loop.time() - began


def visitors_in(address: str) -> set[object]:
    return {visitor for item, visitor in likes_in(address) if item == "item-0"}


def test_connections_that_are_lost_lose_nothing_that_was_acknowledged(any_database: str) -> None:
    load = Load()

    async def work(store: Store) -> None:
        nonlocal load
        killer = await asyncpg.connect(any_database)
        async with load_on(store) as load:
            for _ in range(5):
                await killer.execute(f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) b")
                await asyncio.sleep(0.1)
        await killer.close()

    run(any_database, work)
    assert load.refused, "the connection was lost while it wrote"
    assert load.acknowledged <= visitors_in(any_database)
    assert load.slowest < IN_TIME
    assert_consistent(any_database)


def test_a_lock_held_on_the_table_is_told_in_time_and_nothing_happens_afterwards(
    any_database: str,
) -> None:
    load = Load()

    async def work(store: Store) -> None:
        nonlocal load
        blocker = await asyncpg.connect(any_database)
        async with load_on(store) as load:  # noqa: SIM117  (which has a last look after the lock)
            async with blocker.transaction():
                await blocker.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(5)
        await blocker.close()

    run(any_database, work)
    assert load.refused
    assert load.slowest < IN_TIME
    found = visitors_in(any_database)
    assert load.acknowledged <= found
    assert not load.refused & found, "who was told that it did not happen was told the truth"
    assert_consistent(any_database)


def test_a_backend_that_no_longer_answers_is_left_for_another(database: str) -> None:
    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        watcher = await asyncpg.connect(database)
        (pid,) = [
            row["pid"]
            for row in await watcher.fetch(f"{BACKENDS} AND query LIKE '%favorite_likes%'")
        ]
        os.kill(pid, signal.SIGSTOP)
        try:
            assert await unavailable(store.like(thing(), uuid4())) < IN_TIME
            await succeeds(store, within=1)
        finally:
            os.kill(pid, signal.SIGCONT)
            await watcher.close()

    run(database, work)
    assert_consistent(database)


def test_a_server_that_stops_and_starts_is_found_again(switch: Switch) -> None:
    async def work(store: Store) -> None:
        for _ in range(2):
            await store.like(thing(), uuid4())
            await asyncio.to_thread(switch.off)
            assert await unavailable(store.like(thing(), uuid4())) < IN_TIME
            assert await unavailable(store.withdraw(1, uuid4())) < IN_TIME
            await asyncio.to_thread(switch.on)
            await succeeds(store, within=2)

    run(switch.dsn, work)
    assert_consistent(switch.dsn)


def test_a_local_server_that_is_killed_and_started_again_loses_nothing_acknowledged() -> None:
    load = Load()

    async def work(store: Store) -> None:
        nonlocal load
        async with load_on(store) as load:
            for _ in range(2):
                # Its backends finish what they are at: it is gone when somebody is refused.
                for answers in (load.refused, load.acknowledged):
                    before = len(answers)
                    if answers is load.refused:
                        os.kill(server.pid, signal.SIGKILL)
                    async with asyncio.timeout(20):
                        while len(answers) <= before:  # noqa: ASYNC110
                            await asyncio.sleep(0.02)

    with folder() as path, EmbeddedPostgres.start(path) as server:
        server.supervise()
        run(server.dsn, work)
        assert load.refused
        assert load.acknowledged <= visitors_in(server.dsn)
        assert load.slowest < IN_TIME
        assert_consistent(server.dsn)


def test_a_server_that_is_not_there_at_the_start_is_waited_for(switch: Switch) -> None:
    async def work() -> None:
        switch.off()
        async with Database({"dsn": switch.dsn}, migrating=True) as database:
            store = Store(database)
            assert await unavailable(store.like(thing(), uuid4())) < 0.1
            await asyncio.to_thread(switch.on)
            await succeeds(store, within=3)

    asyncio.run(work())


def test_connecting_that_fails_leaves_nobody_waiting(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(store: Store) -> None:
        connect = asyncpg.connect

        async def broken(*_: object, **__: object) -> None:
            await asyncio.sleep(0.1)
            raise RuntimeError("never seen before")

        monkeypatch.setattr(asyncpg, "connect", broken)
        asked = [asyncio.ensure_future(store.like(thing(), uuid4())) for _ in range(3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(answer) for answer in answers] == [RuntimeError] * 3
        monkeypatch.setattr(asyncpg, "connect", connect)
        assert (await store.like(thing(), uuid4()))[1]

    run(database, work)


def test_what_is_remembered_of_a_database_is_forgotten_with_its_connection(database: str) -> None:
    """As after a restore: the id is another thing's now."""

    async def work(store: Store) -> None:
        favorite, _ = await store.like(thing(1), uuid4())
        admin = await asyncpg.connect(database)
        await admin.execute("TRUNCATE favorites, favorite_likes RESTART IDENTITY")
        async with opened(database) as other:
            assert (await other.like(thing(2), uuid4()))[0].id == favorite.id
        await admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) b")
        await admin.close()
        await asyncio.sleep(0.1)
        again, new = await store.like(thing(1), uuid4())
        assert (again.id, again.item, again.likes, new) == (favorite.id + 1, "item-1", 1, True)

    run(database, work)
    assert_consistent(database)


def test_closing_leaves_nobody_waiting(any_database: str) -> None:
    async def work() -> None:
        blocker = await asyncpg.connect(any_database)
        async with opened(any_database) as store:
            await store.like(thing(), uuid4())
            await blocker.execute("BEGIN; LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
            running = asyncio.ensure_future(store.like(thing(), uuid4()))
            await asyncio.sleep(0.1)
            waiting = asyncio.ensure_future(store.like(thing(), uuid4()))
        for answer in (running, waiting, store.like(thing(), uuid4())):
            assert await unavailable(answer) < 0.2
        await blocker.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(work())
