"""The drills as `make drill` runs them, the long ones shortened."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from ishizue_ops.drills import bad_clients, database, same_items, signals, steady
from ishizue_ops.drills.__main__ import DRILLS
from ishizue_ops.load import report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.serial,
    pytest.mark.usefixtures("in_the_bookshelf"),
]

SHORTENED: dict[int, Callable[[], report.Started]] = {
    1: partial(signals.killed, writes=1_000),
    3: partial(database.stopped, times=1),
    4: partial(database.away, seconds=5),
    5: partial(database.table_locked, seconds=3),
    6: partial(same_items.two_servers, seconds=3),
    7: partial(bad_clients.bad_clients, seconds=3),
    # Its bound is looser, because the rate limit does not know 50,000 clients yet.
    8: partial(steady.drill, seconds=8, warm_up_writes=3_000, warm_up_pages=2_000, most_mb=10),
    9: partial(same_items.same_instant, rounds=10),
    10: partial(bad_clients.crawlers, seconds=3),
}


@pytest.mark.parametrize(
    "number",
    # What 4 shows, 3 shows too.
    [pytest.param(number, marks=pytest.mark.long if number == 4 else ()) for number in DRILLS],
)
def test_no_acknowledged_write_is_lost_or_duplicated_in_drill(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "PATIENCE", 4)  # `make drill` measures
    outcome = asyncio.run((DRILLS | SHORTENED)[number]())
    assert not outcome.failures, outcome.text()
