"""The reading connections: reused, bounded, and replaced while a statement still runs on one."""

import asyncio

import asyncpg
import pytest
from tests.storage.notes import notes

from ishizue.limits import POOL_CONNECTIONS
from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable

SESSION = "SELECT pg_backend_pid()"


async def session(database: Database) -> int:
    async with database.connection(5) as connection:
        return int(await connection.fetchval(SESSION))


async def test_the_pool_is_bounded_and_reads_wait_for_a_connection(opened: Database) -> None:
    most = 0

    async def slowly() -> int:
        nonlocal most
        async with opened.connection(5) as connection:
            most = max(most, opened.in_use)
            return int(await connection.fetchval(f"{SESSION} FROM pg_sleep(0.02)"))

    sessions = await asyncio.gather(*(slowly() for _ in range(20)))
    assert most == len(set(sessions)) == POOL_CONNECTIONS
    async with opened.connection(5), opened.connection(5):
        with pytest.raises(Unavailable):
            async with opened.connection(0.05):
                pass


async def test_a_connection_whose_read_timed_out_is_replaced(opened: Database) -> None:
    before = await session(opened)
    with pytest.raises(Unavailable):
        async with opened.connection(0.05) as connection:
            await connection.execute("SELECT pg_sleep(5)")
    assert connection.is_closed()
    assert opened.in_use == 0
    assert before not in {await session(opened) for _ in range(3)}


async def test_a_failed_statement_keeps_its_connection_and_a_lost_one_is_replaced(
    opened: Database,
) -> None:
    before = await session(opened)
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with opened.connection(5) as connection:
            await connection.execute("SELECT 1 / 0")
    assert await session(opened) == before
    with pytest.raises(Unavailable):
        async with opened.connection(5) as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await session(opened) != before


async def test_closing_closes_all_connections_and_is_the_reason_afterwards(database: str) -> None:
    async with notes(database) as opened:
        await opened.opened()
        async with opened.connection(5) as connection:
            pass
        in_use = opened.connection(5)
        other = await in_use.__aenter__()
        writer, _ = await opened.writer()
    assert connection.is_closed()
    assert other.is_closed()
    assert writer.is_closed()
    await in_use.__aexit__(None, None, None)
    with pytest.raises(Unavailable, match="the service is stopping"):
        await session(opened)
    with pytest.raises(Unavailable, match="the service is stopping"):
        await opened.writer()
    assert "the service is stopping" in str(await opened.unready_reason())
