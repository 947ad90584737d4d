"""What `make fleet` shows, with shorter waits; and that its model of ECS tells good from bad."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable

import pytest
from tests.drills.wire import Link, request
from tests.fleet import faults, report
from tests.fleet.fleet import Result, fleet
from tests.fleet.service import QUICK, NeverInRotation, Pace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(not shutil.which("haproxy"), reason="no HAProxy on this machine"),
]

FAULTS: dict[str, Callable[[Pace], Awaitable[Result]]] = {
    "all tasks are replaced": faults.replaced,
    "a task is killed": faults.killed,
    "tasks are added and removed": faults.scaled,
    "the database is restarted": faults.database_restarted,
    "broken tasks are deployed": faults.broken,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_visitors_lose_nothing_while(fault: str) -> None:
    async def drill() -> Result:
        return await FAULTS[fault](QUICK)

    result = asyncio.run(drill())
    assert not result.failures, report.text(0, result)


def test_without_the_gate_a_task_that_is_never_ready_is_given_requests() -> None:
    async def drill() -> tuple[int, Result]:
        async with fleet(QUICK) as here:
            bad = here.without_migration()
            async with here.under_load():
                with pytest.raises(NeverInRotation):
                    await here.service.start(bad, gated=False)
            given = await here.service.given(here.service.ever[-1])
            return given, await here.result("no gate")

    given, result = asyncio.run(drill())
    assert given > 0
    assert any("requests were lost" in failure for failure in result.failures)


def test_visitors_are_answered_as_over_tls() -> None:
    async def ask() -> dict[str, str]:
        async with fleet(QUICK) as here:
            link = Link(here.balancer.port, here.balancer.tls)
            await link.open()
            answer = await link.ask(request("GET", "/"))
            await link.close()
            return answer.headers

    assert "strict-transport-security" in asyncio.run(ask())
