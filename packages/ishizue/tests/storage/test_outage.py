"""An outage is logged once for each reason, and `unready_reason` gives the same reason."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from tests.storage.notes import notes, read, refused, write

from ishizue.postgres.server import EmbeddedPostgres
from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable
from ishizue.storage.migrations import ADVISORY_LOCK
from ishizue.storage.outage import Outage
from ishizue.testing.outages import Log, Switch
from ishizue.testing.postgres import connected, execute, folder, fresh_database

NOTICED, AGAIN = "cannot serve notes", "serving notes again"
LONG = "INSERT INTO notes VALUES (repeat('note', 300))"
UPDATE = "UPDATE notes SET text = 'changed'"


@contextmanager
def small_disk() -> Iterator[Path]:
    """A new file system, mounted by root or with sudo; otherwise the test is skipped."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if as_root and not shutil.which("sudo"):
        pytest.skip("no file system can be mounted here: neither root nor sudo")
    options = f"size=160m,mode=755,uid={os.geteuid()},gid={os.getegid()}"
    mount = [*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs"]
    with folder() as path:
        made = subprocess.run([*mount, path], capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
        try:
            yield path
        finally:
            subprocess.run([*as_root, "umount", path], check=True)


@pytest.mark.external
async def test_a_full_disk_is_an_outage_that_ends_without_a_write(log: Log) -> None:
    with small_disk() as disk, EmbeddedPostgres.start(disk) as server:
        async with notes(server.dsn) as database:
            await asyncio.wait_for(database.opened(), 10)
            await write(database)
            assert await database.unready_reason() is None
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(bytes(4096))
            with suppress(Unavailable):
                for _ in range(10_000):  # the pages of the table still have room
                    await write(database, LONG)
            why = await refused(database, LONG)
            assert why.startswith("the disk of ")
            assert await database.unready_reason() == why
            assert log.lines == [f"cannot serve notes: {why}"]
            assert await read(database)
            await asyncio.sleep(2.5)  # without a write
            assert await database.unready_reason() == why
            filler.unlink()
            await log.until(AGAIN)
            assert await database.unready_reason() is None
            await write(database)
    assert len(log.lines) == 2


async def test_a_read_only_replica_is_not_ready_and_is_left_for_the_new_primary(
    any_database: str, log: Log
) -> None:
    name = any_database.split("?")[0].rpartition("/")[2]
    admin = await asyncpg.connect(any_database)

    async def fail_over(read_only: str) -> None:
        await admin.execute(
            f"ALTER DATABASE {name} SET default_transaction_read_only = '{read_only}'"
        )

    async with notes(any_database) as database:
        await asyncio.wait_for(database.opened(), 10)
        await write(database)
        await read(database)
        await fail_over("on")
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await asyncio.sleep(0.1)
        assert (why := await refused(database)).endswith(" is read-only")
        assert await database.unready_reason() == why
        assert await read(database)
        await fail_over("off")
        await log.until(AGAIN)
        assert await database.unready_reason() is None
        await write(database)
    await admin.close()
    assert len(log.lines) == 2


async def test_writes_that_wait_for_a_lock_are_an_outage_until_it_is_released(
    database: str, opened: Database, log: Log
) -> None:
    blocker = await asyncpg.connect(database)
    await write(opened)
    async with blocker.transaction():
        # One row: neither reads nor the check of readiness wait for it.
        await blocker.execute("SELECT FROM notes FOR UPDATE")
        why = await refused(opened, UPDATE)
        assert await opened.unready_reason() == why
        # On a busy machine the server's timeout may be told after our own.
        later = await refused(opened, UPDATE)
        assert log.lines == [f"cannot serve notes: {each}" for each in dict.fromkeys((why, later))]
    await blocker.close()
    await log.until(AGAIN)
    assert await opened.unready_reason() is None


@pytest.mark.parametrize(
    "error", [UnicodeError("label empty or too long"), ValueError("an unknown\nerror")]
)
async def test_any_error_while_opening_is_logged_once_and_retried(
    database: str, log: Log, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("ishizue.storage.database.OPENING_RETRY_SECONDS", 0.02)
    connect = asyncpg.connect
    tries = 0

    async def fails(**arguments: object) -> object:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise error
        return await connect(**arguments)

    monkeypatch.setattr(asyncpg, "connect", fails)
    why = " ".join(str(error).split())
    async with notes(database) as opening:
        await log.until(why)
        assert await opening.unready_reason() == why
        await asyncio.wait_for(opening.opened(), 5)
        assert await opening.unready_reason() is None
    assert [why in line for line in log.lines] == [True, False]


async def test_opening_is_retried_while_another_holds_the_lock_for_migrating(
    database: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ishizue.storage.database.MIGRATION_SECONDS", 0.5)
    async with connected(database) as other:
        await other.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        async with notes(database) as opening:
            await log.until(NOTICED)
            await other.execute("SELECT pg_advisory_unlock($1)", ADVISORY_LOCK)
            await asyncio.wait_for(opening.opened(), 10)
            assert await opening.unready_reason() is None


async def test_an_outage_without_requests_is_logged_and_measured(
    switch: Switch, log: Log, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that stopped, and a host that froze, which closes no connection."""
    monkeypatch.setattr("ishizue.storage.database.QUIET_CHECK_SECONDS", 0.2)
    async with notes(switch.dsn) as database:
        await asyncio.wait_for(database.opened(), 10)
        await asyncio.sleep(0.5)
        unavailable = [database.unavailable]
        assert log.lines == []
        with switch.silent():
            await log.until(NOTICED)
            unavailable.append(database.unavailable)
        await log.until(AGAIN)
        unavailable.append(database.unavailable)
        caplog.clear()
        await asyncio.to_thread(switch.off)
        await log.until(NOTICED)
        unavailable.append(database.unavailable)
    assert unavailable == [False, True, False, True]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
async def test_a_database_that_is_not_utf8_is_not_ready(
    any_database: str, log: Log, encoding: str
) -> None:
    options = f"ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    with fresh_database(any_database, options) as address:
        async with notes(address) as database:
            await log.until(f"encoding is {encoding}")
            assert "ENCODING 'UTF8'" in str(await database.unready_reason())
        with pytest.raises(asyncpg.UndefinedTableError):
            execute(address, "SELECT FROM schema_versions")


def test_reasons_that_never_repeat_do_not_fill_the_log(log: Log) -> None:
    outage = Outage("notes")
    for n in range(2):
        for m in range(100):
            outage.report(f"reason {m}")
            outage.refused += 1
        assert len(log.lines) == 11 * n + 10
        outage.end()
        assert log.lines[-1].endswith("with 503: 100")
    outage.end()
    assert len(log.lines) == 22
