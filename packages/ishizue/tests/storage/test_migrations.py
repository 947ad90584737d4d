"""The schema is migrated once, however many tasks start."""

import asyncio
from pathlib import Path

import pytest
from tests.storage.notes import MIGRATIONS, notes

from ishizue.failure import Failure
from ishizue.storage.database import Database, Schema
from ishizue.storage.errors import SchemaError
from ishizue.storage.migrations import Migrations
from ishizue.testing.postgres import connected, fetch


async def migrated(address: str, migrations: Migrations = MIGRATIONS) -> tuple[int, ...]:
    async with connected(address) as connection:
        return await migrations.apply(connection)


async def test_ten_tasks_starting_at_once_migrate_once(any_database: str) -> None:
    every = tuple(range(1, len(MIGRATIONS.scripts) + 1))
    ten = await asyncio.gather(*(migrated(any_database) for _ in range(10)))
    assert sorted(ten) == [()] * 9 + [every]
    assert fetch(any_database, "SELECT version FROM schema_versions ORDER BY 1") == [
        (version,) for version in every
    ]


async def test_a_failed_migration_leaves_nothing_behind(any_database: str, tmp_path: Path) -> None:
    broken = "-- 名\nCREATE TABLE half (id INTEGER);\n\nno_such_function()"
    (tmp_path / "0001_half.sql").write_text(broken)
    with pytest.raises(SchemaError, match=r"^0001_half\.sql, line 4: .*no_such_function"):
        await migrated(any_database, Migrations(tmp_path, "migrate"))
    assert fetch(any_database, "SELECT to_regclass('half')") == [(None,)]
    assert fetch(any_database, "SELECT count(*) FROM schema_versions") == [(0,)]


async def test_an_older_schema_is_refused_and_a_newer_one_serves(any_database: str) -> None:
    async with connected(any_database) as connection:
        with pytest.raises(SchemaError, match="notes migrate"):
            await MIGRATIONS.require_current(connection)
        await MIGRATIONS.apply(connection)
        await MIGRATIONS.require_current(connection)
        await connection.execute("INSERT INTO schema_versions VALUES (9999)")
        await MIGRATIONS.require_current(connection)
        assert await MIGRATIONS.apply(connection) == ()


async def test_without_migrating_the_database_is_ready_once_another_migrates_it(
    any_database: str,
) -> None:
    async with notes(any_database, migrating=False) as database:
        await asyncio.sleep(0.3)
        assert "notes migrate" in str(await database.unready_reason())
        assert await migrated(any_database)
        await asyncio.wait_for(database.opened(), 5)
        assert await database.unready_reason() is None


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0002_late.sql").write_text("SELECT 1")
    schema = Schema("notes", Migrations(tmp_path, "migrate"), write_check="")
    with pytest.raises(Failure, match=r"0002_late\.sql should have the number 0001"):
        Database({"dsn": "postgresql:///x"}, schema, migrating=True)
