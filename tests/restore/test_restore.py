"""A backup brings everything back; and the drill that shows it notices what would be missing."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from tests.drills.crowd import Crowd
from tests.postgres import execute, folder, fresh_database, system_programs, system_server
from tests.restore import backup
from tests.restore.__main__ import text
from tests.restore.contents import read
from tests.restore.drill import Drill, drill, serving

from kirosample.favorites import migrate

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


def test_a_dump_is_restored_into_a_database_in_use_without_a_restart() -> None:
    async def work() -> None:
        before, after = Crowd(), Crowd()
        with (
            folder() as path,
            system_server(programs()) as server,
            fresh_database(server) as dsn,
        ):
            file = path / "favorites.dump"
            async with serving(dsn, path) as running:
                await running.command("migrate")
                await running.start()
                port = running.port
                async with before.busy(*(before.liker(port) for _ in range(4))):
                    await asyncio.sleep(0.5)
                    await asyncio.to_thread(backup.dump, programs(), dsn, file)
                    await asyncio.to_thread(backup.restore, programs(), dsn, file, replacing=True)
                async with after.busy(*(after.liker(port) for _ in range(4))):
                    await asyncio.sleep(0.5)
                reckoning = await after.ledger.audit(dsn)
        assert reckoning.owed > 0
        assert (reckoning.lost, reckoning.twice, reckoning.untrue_counts) == (0, 0, 0)

    asyncio.run(work())


def test_a_row_that_is_not_as_it_was_fails_the_drill() -> None:
    result = restored("UPDATE favorites SET likes = likes + 1 WHERE id = 1")
    assert "2 of favorites differ" in result.failures, text(result)


def test_a_sequence_that_was_not_restored_is_noticed_by_visitors() -> None:
    result = restored("SELECT setval('favorites_id_seq', 1)")
    assert any("a new favorite is answered" in failure for failure in result.failures)


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
def test_two_databases_differ_by(database: str, damage: str, found: str) -> None:
    async def differences() -> list[str]:
        connection = await asyncpg.connect(database)
        try:
            await migrate(connection)
            await connection.execute(
                "INSERT INTO favorites (type, item, content, author, likes)"
                " VALUES ('quote', 'a', '', '', 1), ('quote', 'b', '', '', 1)"
            )
            before = await read(database)
            assert not before.differences(await read(database))
            await connection.execute(damage)
            return before.differences(await read(database))
        finally:
            await connection.close()

    assert any(found in difference for difference in asyncio.run(differences()))
