"""The drill of a major upgrade finds a lost row, in both ways; `make upgrade-drill` loses none."""

import asyncio

import pytest

from ishizue.testing.postgres import execute, folder
from tools.loadtest import workload
from tools.restore.drill import drill
from tools.upgrade.__main__ import bundled

pytestmark = pytest.mark.slow

ROWS = workload.ROWS
LOSE = f"DELETE FROM {ROWS} WHERE ctid = (SELECT min(ctid) FROM {ROWS})"


def test_a_lost_row_is_found_in_both_ways_and_nothing_else() -> None:
    with folder() as path:
        found = bundled(path / "programs")
        old, new = found[min(found)], found[max(found)]
        assert min(found) < max(found)
        lose = lambda dsn: execute(dsn, LOSE)  # noqa: E731
        result = asyncio.run(drill(old, new, in_place=True, fill_seconds=1, tamper=lose))
    for way in ("restore", "pg_upgrade"):
        assert f"{way}: 1 of {ROWS} differ" in result.failures, result.text()
        compared = [f for f in result.failures if f.startswith(way) and f.endswith(" differ")]
        assert len(compared) == 1, result.text()
    rows = {part: entries.total() for part, entries in result.before.parts.items()}
    assert rows[ROWS] >= rows[workload.TABLE] > 50
