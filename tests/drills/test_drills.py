"""The drills as `make drill` runs them, the long ones cut short."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from tests.drills import (
    bad_clients,
    crawlers,
    database,
    killed,
    locked,
    report,
    same_instant,
    steady,
    terminated,
    two_servers,
)
from tests.drills.outcome import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.serial]

DRILLS: dict[str, Callable[[], Awaitable[Outcome]]] = {
    killed.TITLE: partial(killed.drill, writes=1_000),
    terminated.TITLE: terminated.drill,
    database.STOPPED: database.stopped,
    database.AWAY: partial(database.away, seconds=5),
    locked.TITLE: locked.drill,
    two_servers.TITLE: two_servers.drill,
    bad_clients.TITLE: partial(bad_clients.drill, seconds=3),
    # Its bound is looser, as the limit's 50,000 clients are not yet there.
    steady.TITLE: partial(
        steady.drill, seconds=15, warm_up_writes=3_000, warm_up_pages=2_000, most_mb=10
    ),
    same_instant.TITLE: same_instant.drill,
    crawlers.TITLE: partial(crawlers.drill, seconds=3),
}


@pytest.mark.parametrize("fault", DRILLS)
def test_nothing_acknowledged_is_lost_and_nothing_counts_twice_through(fault: str) -> None:
    async def drill() -> Outcome:
        return await DRILLS[fault]()

    outcome = asyncio.run(drill())
    assert not outcome.failures, report.text(0, outcome)
