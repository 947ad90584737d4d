"""The faults of `make fleet` with shorter times, and that its model of ECS tells good from bad."""

import asyncio
import shutil
from dataclasses import replace

import pytest

from tools.fleet.agent import Reading
from tools.fleet.faults import FAULTS, Fault, broken, killed, replaced
from tools.fleet.fleet import COLUMNS, fleet
from tools.fleet.releases import rolled_back
from tools.fleet.service import QUICK, NeverInRotation
from tools.loadtest import report
from tools.loadtest.http import Connection, request

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(not shutil.which("haproxy"), reason="no HAProxy on this machine"),
]


# Of the two bad releases the slow one of `test_releases.py` is rolled back.
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, marks=() if fault in (replaced, killed, broken) else pytest.mark.long)
        for fault in FAULTS.values()
        if fault is not rolled_back
    ],
    ids=lambda fault: fault.__name__,
)
def test_no_request_is_lost_when_the_fleet_is(fault: Fault) -> None:
    result = asyncio.run(fault(QUICK))
    assert not result.failures, report.text(0, result, COLUMNS)


@pytest.mark.long
def test_only_an_essential_gate_keeps_a_task_that_is_never_ready_from_visitors() -> None:
    """Under either reading of ECS. The agent's lets one that is not essential open."""

    async def drill() -> list[tuple[bool, int]]:
        async with fleet(replace(QUICK, start_timeout=5)) as here:
            service, starts = here.service, []
            app, gate = service.definition
            async with here.under_load():
                for reading, definition in (
                    (Reading.DOCUMENTED, [app, gate]),
                    (Reading.AGENT, [app, gate]),
                    (Reading.AGENT, [app, {**gate, "Essential": False}]),
                    (Reading.AGENT, [app]),
                ):
                    service.reading, service.definition = reading, definition
                    starts.append(asyncio.create_task(service.start(here.without_migration())))
                    await asyncio.sleep(0)  # now it has its definition
                ended = await asyncio.gather(*starts, return_exceptions=True)
            assert all(isinstance(error, NeverInRotation) for error in ended), ended
            bad = service.ever[-4:]
            return [(task.registered, await service.requests(task)) for task in bad]

    documented, agents, not_essential, no_gate = asyncio.run(drill())
    assert documented == agents == (False, 0)
    for registered, requests in (not_essential, no_gate):
        assert registered
        assert requests > 0


def test_a_task_answers_as_behind_tls() -> None:
    async def get() -> dict[str, str]:
        async with fleet(QUICK) as here:
            connection = Connection(here.balancer.port, here.balancer.tls)
            await connection.open()
            response = await connection.exchange(request("GET", "/"))
            await connection.close()
            return response.headers

    assert "strict-transport-security" in asyncio.run(get())
