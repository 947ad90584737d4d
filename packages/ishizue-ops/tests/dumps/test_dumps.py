"""A backup restores everything, and the drill fails if anything is missing."""

import asyncio
from pathlib import Path

import pytest

from ishizue.postgres.setup import account_for, programs_for
from ishizue.testing.postgres import execute
from ishizue_ops.dumps.drill import contents, differences, drill
from ishizue_ops.load.report import Outcome
from ishizue_ops.load.workload import workload

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_the_bookshelf")]

_THINGS = """
    CREATE TABLE things (
        id SERIAL PRIMARY KEY,
        name VARCHAR(20) NOT NULL CHECK (name <> ''),
        made_at TIMESTAMPTZ NOT NULL DEFAULT now()
    )"""


def restored(tampering: str = "") -> Outcome:
    tamper = (lambda dsn: execute(dsn, tampering)) if tampering else None
    return asyncio.run(drill(seconds=1, tamper=tamper))


def test_a_lost_database_is_restored_row_for_row_and_served_again() -> None:
    result = restored()
    assert not result.failures, result.text()
    assert result.audit.expected > 50


def test_a_lost_row_is_found_and_nothing_else() -> None:
    table = workload().rows
    result = restored(f"DELETE FROM {table} WHERE ctid = (SELECT min(ctid) FROM {table})")
    [differing] = [failure for failure in result.failures if " differ" in failure]
    assert differing.startswith("1 lines of the data differ"), result.text()


def test_each_difference_between_two_databases_is_found(database: str, tmp_path: Path) -> None:
    programs = programs_for(account_for(tmp_path / "data"), tmp_path / "runtime")
    execute(database, _THINGS)
    execute(database, "INSERT INTO things (name) VALUES ('a'), ('b')")
    before = contents(programs, database)
    assert not [*differences(before, contents(programs, database))]
    for damage, lines in (
        ("UPDATE things SET made_at = made_at + '1 us' WHERE id = 1", "2 lines of the data"),
        ("UPDATE things SET name = '(a)' WHERE id = 1", "2 lines of the data"),
        ("SELECT setval('things_id_seq', 1)", "2 lines of the data"),
        ("ALTER TABLE things ALTER made_at DROP DEFAULT", "2 lines of the schema"),
        ("ALTER TABLE things DROP CONSTRAINT things_name_check", "3 lines of the schema"),
    ):
        execute(database, damage)
        after = contents(programs, database)
        [difference] = differences(before, after)
        assert difference.startswith(lines), damage
        before = after
