"""A backup restores everything, and the drill fails if anything is missing."""

import asyncio
from pathlib import Path

import pytest

from kirosample.favorites import MIGRATIONS
from tools.loadtest.load import Load
from tools.loadtest.sandbox import ServerProcess
from tools.postgres import (
    connected,
    execute,
    folder,
    fresh_database,
    system_programs,
    system_server,
)
from tools.restore.__main__ import text
from tools.restore.contents import read
from tools.restore.drill import Drill, drill, dump, restore

pytestmark = [pytest.mark.slow, pytest.mark.external]


def programs() -> Path:
    found = system_programs()
    if found is None:
        pytest.skip("no PostgreSQL 15 or later on this machine")
    return found


def restored(tampering: str | None = None) -> Drill:
    tamper = (lambda dsn: execute(dsn, tampering)) if tampering else None
    return asyncio.run(drill(programs(), fill_seconds=1, tamper=tamper))


def test_a_lost_database_is_restored_row_for_row_and_served_again() -> None:
    result = restored()
    assert not result.failures, text(result)
    rows = {part: entries.total() for part, entries in result.after.parts.items()}
    assert rows["favorites"] > 50
    assert rows["favorite_likes"] > rows["favorites"]
    assert rows["schema_versions"] >= 1


@pytest.mark.long
def test_a_dump_is_restored_into_a_database_in_use_without_a_restart() -> None:
    async def work() -> None:
        before, after = Load(), Load()
        with (
            folder() as path,
            system_server(programs()) as postgres,
            fresh_database(postgres) as dsn,
        ):
            file = path / "database.dump"
            server = ServerProcess(dsn, path / "server.log")
            try:
                await server.migrate()
                await server.start()
                async with before.running(*before.clients(server.port, writers=4, readers=0)):
                    await asyncio.sleep(0.5)
                    await asyncio.to_thread(dump, programs(), dsn, file)
                    await asyncio.to_thread(restore, programs(), dsn, file, replacing=True)
                async with after.running(*after.clients(server.port, writers=4, readers=0)):
                    await asyncio.sleep(0.5)
                audit = after.ledger.audit(dsn)
            finally:
                await server.close()
        assert audit.expected > 0
        assert (audit.lost, audit.duplicated, audit.inconsistent) == (0, 0, 0)

    asyncio.run(work())


def test_a_changed_row_fails_the_drill() -> None:
    result = restored(
        "UPDATE favorites SET likes = likes + 1 WHERE id = (SELECT max(id) FROM favorites)"
    )
    assert "2 of favorites differ" in result.failures, text(result)


@pytest.mark.long
def test_a_sequence_that_was_not_restored_fails_the_drill() -> None:
    result = restored("SELECT setval('favorites_id_seq', 1)")
    assert any("a new write gets" in failure for failure in result.failures)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE favorites SET author = 'x' WHERE item = 'a'", "2 of favorites differ"),
        ("UPDATE favorites SET created_at = created_at + '1 us'", "4 of favorites differ"),
        ("DELETE FROM favorites WHERE item = 'a'", "1 of favorites differ"),
        ("DELETE FROM schema_versions WHERE version = 1", "1 of schema_versions differ"),
        ("SELECT setval('favorites_id_seq', 1)", "2 of sequences differ"),
        ("DROP INDEX favorites_most_liked_quotes", "1 of indexes differ"),
        ("DROP TRIGGER count_made ON favorites", "1 of triggers differ"),
        ("ALTER TABLE favorites DROP CONSTRAINT favorites_likes_check", "constraints differ"),
        (
            "ALTER TABLE favorites DROP CONSTRAINT favorites_likes_check,"
            " ADD CONSTRAINT favorites_likes_check CHECK (likes > -1)",
            "2 of constraints differ",
        ),
        ("ALTER TABLE favorites ALTER created_at DROP DEFAULT", "2 of columns differ"),
        ("CREATE TABLE stray AS SELECT 1 AS id", "1 of stray differ"),
    ],
)
def test_a_difference_between_two_databases_is_found(
    database: str, damage: str, found: str
) -> None:
    async def differences() -> list[str]:
        async with connected(database) as connection:
            await MIGRATIONS.apply(connection)
            await connection.execute(
                "INSERT INTO favorites (type, item, content, author, likes)"
                " VALUES ('quote', 'a', '', '', 1), ('quote', 'b', '', '', 1)"
            )
            before = await read(database)
            assert not before.differences(await read(database))
            await connection.execute(damage)
            return before.differences(await read(database))

    assert any(found in difference for difference in asyncio.run(differences()))
