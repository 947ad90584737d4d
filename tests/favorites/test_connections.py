"""The few connections for reading: shared, kept, and never one whose statement still runs."""

import asyncio

import asyncpg
import pytest

from kirosample.favorites import Database, Unavailable
from kirosample.limits import POOL_CONNECTIONS

SESSION = "SELECT pg_backend_pid()"


async def session(database: Database) -> int:
    async with database.connection(5) as connection:
        return int(await connection.fetchval(SESSION))


def test_one_who_comes_after_another_uses_the_same(database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opened:
            await opened.opened()
            assert len({await session(opened) for _ in range(5)}) == 1
            assert opened.in_use == 0

    asyncio.run(work())


def test_there_are_only_so_many_and_who_finds_none_waits(database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opened:
            await opened.opened()
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

    asyncio.run(work())


def test_one_whose_time_is_up_is_closed_and_another_takes_its_place(database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opened:
            await opened.opened()
            before = await session(opened)
            with pytest.raises(Unavailable):
                async with opened.connection(0.05) as connection:
                    await connection.execute("SELECT pg_sleep(5)")
            assert connection.is_closed()
            assert opened.in_use == 0
            assert before not in {await session(opened) for _ in range(3)}

    asyncio.run(work())


def test_one_whose_statement_failed_is_kept_and_one_the_server_ended_is_not(database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opened:
            await opened.opened()
            before = await session(opened)
            with pytest.raises(asyncpg.DivisionByZeroError):
                async with opened.connection(5) as connection:
                    await connection.execute("SELECT 1 / 0")
            assert await session(opened) == before
            with pytest.raises(Unavailable):
                async with opened.connection(5) as connection:
                    await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            assert await session(opened) != before

    asyncio.run(work())


def test_none_is_left_open_at_the_end(database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opened:
            await opened.opened()
            async with opened.connection(5) as connection:
                pass
            in_use = opened.connection(5)
            other = await in_use.__aenter__()
            writer, _ = await opened.writer()
        assert connection.is_closed()
        assert other.is_closed()
        assert writer.is_closed()
        with pytest.raises(Unavailable):
            async with opened.connection(5):
                pass
        await in_use.__aexit__(None, None, None)

    asyncio.run(work())


def test_at_the_end_the_service_is_the_reason_and_not_the_database(database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": database}, migrating=True) as opened:
            await opened.opened()
        with pytest.raises(Unavailable, match="the service is stopping"):
            await session(opened)
        with pytest.raises(Unavailable, match="the service is stopping"):
            await opened.writer()
        assert "the service is stopping" in (await opened.readiness()).reason

    asyncio.run(work())
