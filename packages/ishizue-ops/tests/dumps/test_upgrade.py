"""A dump that is restored in a later PostgreSQL has every row, and a lost one is found."""

import asyncio

import pytest

from ishizue.testing.postgres import execute, folder
from ishizue_ops.dumps.drill import drill
from ishizue_ops.dumps.upgrade import bundled
from ishizue_ops.load.workload import workload

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_the_bookshelf")]


def test_a_lost_row_is_found_and_nothing_else() -> None:
    table = workload().rows
    loss = f"DELETE FROM {table} WHERE ctid = (SELECT min(ctid) FROM {table})"
    with folder() as path:
        found = bundled(path / "programs")
        old, new = found[min(found)], found[max(found)]
        assert min(found) < max(found)
        lose = lambda dsn: execute(dsn, loss)  # noqa: E731
        result = asyncio.run(drill(old, new, fill_seconds=1, tamper=lose))
    assert f"1 of {table} differ" in result.failures, result.text()
    assert len([one for one in result.failures if one.endswith(" differ")]) == 1, result.text()
    rows = {part: entries.total() for part, entries in result.before.parts.items()}
    assert rows[table] >= rows[workload().table] > 50
