"""A backup restores everything, and the drill fails if anything is missing."""

import asyncio
from pathlib import Path

import pytest

from ishizue.testing.postgres import connected, execute, system_programs
from ishizue_ops.dumps.contents import read
from ishizue_ops.dumps.drill import Drill, drill
from ishizue_ops.load.workload import workload

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.usefixtures("in_the_bookshelf"),
]

_THINGS = """
    CREATE TABLE things (
        id SERIAL PRIMARY KEY,
        name VARCHAR(20) NOT NULL CHECK (name <> ''),
        size INTEGER NOT NULL DEFAULT 1 CHECK (size > 0),
        made_at TIMESTAMPTZ NOT NULL DEFAULT now()
    );
    CREATE INDEX things_by_time ON things (made_at);
    CREATE TRIGGER unchanged BEFORE UPDATE ON things
        FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    INSERT INTO things (name) VALUES ('a'), ('b')"""
"""A table with one of each part that is compared."""


def programs() -> Path:
    found = system_programs()
    if found is None:
        pytest.skip("no PostgreSQL 15 or later on this machine")
    return found


def restored(tampering: str = "") -> Drill:
    tamper = (lambda dsn: execute(dsn, tampering)) if tampering else None
    return asyncio.run(drill(programs(), fill_seconds=1, tamper=tamper))


def test_a_lost_database_is_restored_row_for_row_and_served_again() -> None:
    result = restored()
    assert not result.failures, result.text()
    rows = {part: entries.total() for part, entries in result.before.parts.items()}
    assert rows[workload().rows] >= rows[workload().table] > 50
    assert rows["schema_versions"] >= 1


def test_a_lost_row_is_found_and_nothing_else() -> None:
    table = workload().rows
    result = restored(f"DELETE FROM {table} WHERE ctid = (SELECT min(ctid) FROM {table})")
    differing = [one for one in result.failures if one.endswith(" differ")]
    assert differing == [f"1 of {table} differ"], result.text()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE things SET name = 'x' WHERE name = 'a'", "2 of things differ"),
        ("UPDATE things SET made_at = made_at + '1 us'", "4 of things differ"),
        ("DELETE FROM things WHERE name = 'a'", "1 of things differ"),
        ("SELECT setval('things_id_seq', 1)", "2 of sequences differ"),
        ("DROP INDEX things_by_time", "1 of indexes differ"),
        ("DROP TRIGGER unchanged ON things", "1 of triggers differ"),
        ("ALTER TABLE things DROP CONSTRAINT things_size_check", "1 of constraints differ"),
        (
            "ALTER TABLE things DROP CONSTRAINT things_size_check,"
            " ADD CONSTRAINT things_size_check CHECK (size > -1)",
            "2 of constraints differ",
        ),
        ("ALTER TABLE things ALTER made_at DROP DEFAULT", "2 of columns differ"),
        ("CREATE TABLE stray AS SELECT 1 AS id", "1 of stray differ"),
    ],
)
def test_a_difference_between_two_databases_is_found(
    database: str, damage: str, found: str
) -> None:
    async def differences() -> list[str]:
        async with connected(database) as connection:
            await connection.execute(_THINGS)
            before = await read(database)
            assert not before.differences(await read(database))
            await connection.execute(damage)
            return before.differences(await read(database))

    assert any(found in difference for difference in asyncio.run(differences()))
