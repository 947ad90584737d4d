"""The drills of `make fleet` with shorter times, and that its model of ECS tells good from bad."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from tests.tools.fleet import scenarios
from tools.fleet import sandbox
from tools.fleet.drills import DRILLS, database, tasks, zones
from tools.fleet.fleet import COLUMNS
from tools.fleet.isolated import Isolated, isolated
from tools.fleet.pace import QUICK
from tools.loadtest import report

_SHORT = (
    *(tasks.replaced, tasks.killed, tasks.broken),
    *(zones.primary_lost, database.asynchronous),
)
"""The drills that are not long."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(not shutil.which("haproxy"), reason="no HAProxy on this machine"),
    pytest.mark.skipif(bool(sandbox.missing()), reason=sandbox.missing()),
]


@pytest.fixture(scope="module")
def made() -> Iterator[Isolated]:
    with isolated({}, QUICK) as here:
        yield here


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(
            number,
            marks=() if drill.run in _SHORT else pytest.mark.long,
            id=drill.title.replace(" ", "-"),
        )
        for number, drill in DRILLS.items()
    ],
)
def test_no_like_is_lost_when_the_fleet_is(made: Isolated, number: int) -> None:
    drill = DRILLS[number]
    result = asyncio.run(made.run(drill.run, drill.title, drill.variables))
    assert not result.failures, report.text(number, result, COLUMNS)


def test_the_balancer_listens_as_the_template_says(made: Isolated) -> None:
    result = asyncio.run(made.run(scenarios.listeners, "listeners"))
    assert not result.failures
    page, security, redirect, _ = result.notes
    assert page == "200 "
    assert security
    assert redirect == "301 https://example.com:443/date"


@pytest.mark.long
def test_only_an_essential_gate_keeps_a_task_that_is_never_ready_from_visitors(
    made: Isolated,
) -> None:
    """Under either reading of ECS. The agent's lets one that is not essential open."""
    result = asyncio.run(made.run(scenarios.gates, "gates"))
    documented, agents, not_essential, no_gate = result.notes
    assert documented == agents == "False False"
    assert not_essential == no_gate == "True True"


@pytest.mark.long
def test_a_slow_release_is_rolled_back(made: Isolated) -> None:
    result = asyncio.run(made.run(scenarios.slow_release, "a slow release"))
    assert not result.failures, report.text(0, result, COLUMNS)


@pytest.mark.long
def test_a_good_canary_takes_over_without_a_lost_request(made: Isolated) -> None:
    variables = {"DEPLOYMENT": "canary"}
    result = asyncio.run(made.run(scenarios.good_canary, "a good canary", variables))
    assert not result.failures, report.text(0, result, COLUMNS)
