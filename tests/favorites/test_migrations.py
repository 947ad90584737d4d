"""The schema is brought up to date once, by whoever comes first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from tests.postgres import execute, fetch

from kirosample.favorites import Database, SchemaError, migrate
from kirosample.favorites.migrations import migrations, require_current


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


async def migrated(address: str) -> tuple[int, ...]:
    async with connected(address) as connection:
        return await migrate(connection)


def test_ten_tasks_starting_at_once_migrate_once(any_database: str) -> None:
    async def ten() -> list[tuple[int, ...]]:
        return await asyncio.gather(*(migrated(any_database) for _ in range(10)))

    every = tuple(range(1, len(migrations()) + 1))
    assert sorted(asyncio.run(ten())) == [()] * 9 + [every]
    assert fetch(any_database, "SELECT version FROM schema_versions ORDER BY 1") == [
        (version,) for version in every
    ]


def test_the_table_is_the_documents(any_database: str) -> None:
    asyncio.run(migrated(any_database))
    columns = fetch(
        any_database,
        "SELECT column_name, data_type, character_maximum_length FROM information_schema.columns"
        " WHERE table_name = 'favorites' ORDER BY ordinal_position",
    )
    assert columns == [
        ("id", "integer", None),
        ("type", "character varying", 20),
        ("item", "character varying", 64),
        ("content", "text", None),
        ("author", "character varying", 255),
        ("created_at", "timestamp with time zone", None),
        ("likes", "integer", None),
    ]
    default = (
        "SELECT column_default FROM information_schema.columns"
        " WHERE table_name = 'favorites' AND column_name = 'id'"
    )
    assert fetch(any_database, default) == [("nextval('favorites_id_seq'::regclass)",)]


def test_a_failed_migration_leaves_nothing_behind(
    any_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "CREATE TABLE half (id INTEGER); SELECT no_such_function()"
    monkeypatch.setattr("kirosample.favorites.migrations.migrations", lambda: (broken,))
    with pytest.raises(asyncpg.UndefinedFunctionError):
        asyncio.run(migrated(any_database))
    assert fetch(any_database, "SELECT to_regclass('half')") == [(None,)]
    assert fetch(any_database, "SELECT count(*) FROM schema_versions") == [(0,)]


def test_an_older_schema_is_refused_and_a_newer_one_serves(any_database: str) -> None:
    async def require() -> None:
        async with connected(any_database) as connection:
            await require_current(connection)

    with pytest.raises(SchemaError, match="kirosample migrate"):
        asyncio.run(require())
    asyncio.run(migrated(any_database))
    asyncio.run(require())
    execute(any_database, "INSERT INTO schema_versions VALUES (9999)")
    asyncio.run(require())
    assert asyncio.run(migrated(any_database)) == ()


def test_serving_never_migrates_and_becomes_ready_once_somebody_does(any_database: str) -> None:
    async def work() -> None:
        async with Database({"dsn": any_database}, migrating=False) as database:
            await asyncio.sleep(0.3)
            before = await database.readiness()
            assert not before.ready
            assert "kirosample migrate" in before.reason
            assert await migrated(any_database)
            await asyncio.wait_for(database.opened(), 5)
            assert (await database.readiness()).ready

    asyncio.run(work())
