"""Why favorites cannot be served is in the log, once, and `readiness` says the same."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import asyncpg
import pytest
from tests.favorites.stores import thing
from tests.favorites.switch import Switch
from tests.postgres import execute, fill, fresh_database, mounted
from tests.servers import serving

from kirosample.embedded_postgres import EmbeddedPostgres
from kirosample.favorites import Database, Store, Unavailable
from kirosample.favorites.trouble import Trouble

READING = {"type": "horoscope", "item": "2026-11-24.aries"}
OTHER_ENCODINGS = ("SQL_ASCII", "LATIN1")
LOGGER = "kirosample.favorites.trouble"
AGAIN = "favorites are served again"


class Log:
    """The messages that favorites cannot be served, or are again."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        self._caplog = caplog

    @property
    def lines(self) -> list[str]:
        return [r.getMessage() for r in self._caplog.records if r.name == LOGGER]

    async def until(self, words: str) -> None:
        async with asyncio.timeout(15):
            while not any(words in line for line in self.lines):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    return Log(caplog)


async def refused(store: Store) -> str:
    with pytest.raises(Unavailable) as caught:
        await store.like(thing(), uuid4())
    return str(caught.value)


async def reason(database: Database) -> str:
    found = await database.readiness()
    assert not found.ready
    return found.reason


@pytest.mark.external
def test_a_full_disk_is_not_ready_and_is_over_without_a_write(log: Log) -> None:
    async def work(address: str, full: Callable[[], object], emptied: Callable[[], None]) -> None:
        async with Database({"dsn": address}, migrating=True) as database:
            await asyncio.wait_for(database.opened(), 10)
            store = Store(database)
            await store.like(thing(), uuid4())
            assert (await database.readiness()).ready
            full()
            why = await until_refused(store)
            assert why.startswith("the disk of ")
            assert await reason(database) == why
            await refused(store)
            assert log.lines == [f"favorites cannot be served: {why}"]
            assert await store.most_liked(limit=1)
            await asyncio.sleep(2.5)  # nobody writes meanwhile
            assert await reason(database) == why
            emptied()
            await log.until(AGAIN)
            assert (await database.readiness()).ready
            assert (await store.like(thing(), uuid4()))[1]

    async def until_refused(store: Store) -> str:
        """There is room left in the pages that are there."""
        while True:
            likes = (store.like(thing(), uuid4()) for _ in range(1_000))
            for answer in await asyncio.gather(*likes, return_exceptions=True):
                if isinstance(answer, Unavailable):
                    return str(answer)
                assert not isinstance(answer, BaseException)

    with mounted("size=160m,mode=755") as disk, EmbeddedPostgres.start(disk) as server:
        asyncio.run(work(server.dsn, lambda: fill(disk), (disk / "filler").unlink))
    assert len(log.lines) == 2


def test_a_replica_after_a_failover_is_not_ready_and_is_left_for_the_new_primary(
    any_database: str, log: Log
) -> None:
    name = any_database.split("?")[0].rpartition("/")[2]

    async def work() -> None:
        admin = await asyncpg.connect(any_database)

        async def fail_over(read_only: str) -> None:
            await admin.execute(
                f"ALTER DATABASE {name} SET default_transaction_read_only = '{read_only}'"
            )

        async with Database({"dsn": any_database}, migrating=True) as database:
            await asyncio.wait_for(database.opened(), 10)
            store = Store(database)
            await store.like(thing(), uuid4())
            await store.most_liked(limit=1)
            await fail_over("on")
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await asyncio.sleep(0.1)
            assert (why := await refused(store)).endswith(" is read-only")
            assert await reason(database) == why
            assert await store.most_liked(limit=1)
            await fail_over("off")
            await log.until(AGAIN)
            assert (await database.readiness()).ready
            assert (await store.like(thing(), uuid4()))[1]
        await admin.close()

    asyncio.run(work())
    assert len(log.lines) == 2


def test_writes_that_wait_for_a_lock_are_told_and_are_over_when_it_is_released(
    database: str, log: Log
) -> None:
    async def work() -> None:
        blocker = await asyncpg.connect(database)
        async with Database({"dsn": database}, migrating=True) as opened:
            await asyncio.wait_for(opened.opened(), 10)
            store = Store(opened)
            favorite, _ = await store.like(thing(), uuid4())
            async with blocker.transaction():
                # One favorite's row: reading and asking for readiness do not wait for it.
                await blocker.execute("SELECT FROM favorites WHERE id = $1 FOR UPDATE", favorite.id)
                why = await refused(store)
                assert await reason(opened) == why
                assert await refused(store) == why
                assert log.lines == [f"favorites cannot be served: {why}"]
            await log.until(AGAIN)
            assert (await opened.readiness()).ready
        await blocker.close()

    asyncio.run(work())


def test_a_server_that_is_stopped_from_outside_is_told_with_what_was_refused(
    switch: Switch, log: Log
) -> None:
    with serving(switch.dsn) as server:
        server.ready()
        assert log.lines == []
        switch.off()
        for _ in range(3):
            assert server.client.post("/api/favorites", json=READING).status_code == 503
            assert server.client.get("/favorites").status_code == 503
        why = server.json("/readyz", status=503)["reason"]
        assert log.lines[-1] == f"favorites cannot be served: {why}"
        told = len(log.lines)
        assert len(set(log.lines)) == told
        switch.on()
        server.ready()
        asyncio.run(log.until(AGAIN))
        assert server.client.get("/favorites").status_code == 200
        assert log.lines[told:] == [log.lines[-1]]
        assert log.lines[-1].endswith("; 503s meanwhile: 6")


def test_a_reason_that_is_not_the_databases_is_told_and_leaves_it_ready(
    database: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(database) as server:
        server.ready()
        assert server.portal.favorites
        monkeypatch.setattr("kirosample.favorites.read_queue.LISTS_WAITING", 0)
        assert server.client.get("/favorites?limit=7").status_code == 503
        assert server.client.get("/readyz").status_code == 200
        asyncio.run(log.until(AGAIN))
    assert log.lines[0] == (
        "favorites cannot be served: too many different lists are waiting to be read already"
    )


@pytest.mark.parametrize(
    "error", [UnicodeError("label empty or too long"), ValueError("what\nnobody foresaw")]
)
def test_whatever_opening_raises_is_told_once_and_tried_again(
    database: str, log: Log, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("kirosample.favorites.database.OPENING_RETRY_SECONDS", 0.02)
    connect, tries = asyncpg.connect, 0

    async def fails(**arguments: object) -> object:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise error
        return await connect(**arguments)

    monkeypatch.setattr(asyncpg, "connect", fails)
    why = " ".join(str(error).split())

    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opening:
            await log.until(why)
            assert await reason(opening) == why
            await asyncio.wait_for(opening.opened(), 5)
            assert (await opening.readiness()).ready

    asyncio.run(work())
    assert [why in line for line in log.lines] == [True, False]


@pytest.mark.parametrize("encoding", OTHER_ENCODINGS)
def test_a_database_that_is_not_utf8_is_not_ready(
    any_database: str, log: Log, encoding: str
) -> None:
    async def work(address: str) -> None:
        async with Database({"dsn": address}, migrating=True) as database:
            await log.until(f"encoding is {encoding}")
            assert "ENCODING 'UTF8'" in await reason(database)

    options = f"ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    with fresh_database(any_database, options) as address:
        asyncio.run(work(address))
        with pytest.raises(asyncpg.UndefinedTableError):
            execute(address, "SELECT FROM schema_versions")


def test_reasons_that_never_repeat_do_not_fill_the_log(log: Log) -> None:
    trouble = Trouble()
    for outage in range(2):
        for n in range(100):
            trouble.report(f"reason {n}")
            trouble.refused += 1
        assert len(log.lines) == 11 * outage + 10
        trouble.end()
        assert log.lines[-1].endswith("503s meanwhile: 100")
    trouble.end()
    assert len(log.lines) == 22
