"""The drills of `make fleet` with shorter times, and that its model of ECS tells good from bad."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from tests.tools.fleet import scenarios
from tools.fleet import sandbox
from tools.fleet.drills import DRILLS, database, run, tasks, zones
from tools.fleet.fleet import COLUMNS, Result
from tools.fleet.isolated import Isolated, isolated
from tools.fleet.pace import QUICK
from tools.loadtest import report, workload

_SHORT = [
    number
    for number, drill in DRILLS.items()
    if drill.run
    in (tasks.replaced, tasks.killed, tasks.broken, zones.primary_lost, database.asynchronous)
]
_LONG = [number for number in DRILLS if number not in _SHORT]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(not shutil.which("haproxy"), reason="no HAProxy on this machine"),
    pytest.mark.skipif(bool(sandbox.missing()), reason=sandbox.missing()),
]


@pytest.fixture(scope="module")
def made() -> Iterator[Isolated]:
    with isolated({"DATABASE": "rds"}, QUICK) as here:
        yield here


@pytest.fixture(scope="module")
def short(made: Isolated) -> dict[int, Result]:
    return dict(asyncio.run(run(made, _SHORT, at_once=3)))


@pytest.fixture(scope="module")
def long(made: Isolated) -> dict[int, Result]:
    return dict(asyncio.run(run(made, _LONG, at_once=3)))


def _title(number: int) -> str:
    return DRILLS[number].title.replace(" ", "-")


@pytest.mark.parametrize("number", _SHORT, ids=_title)
def test_no_write_is_lost_when_the_fleet_is(short: dict[int, Result], number: int) -> None:
    assert not short[number].failures, report.text(number, short[number], COLUMNS)


@pytest.mark.long
@pytest.mark.parametrize("number", _LONG, ids=_title)
def test_no_write_is_lost_in_other_drills(long: dict[int, Result], number: int) -> None:
    assert not long[number].failures, report.text(number, long[number], COLUMNS)


def test_the_balancer_listens_as_the_template_says(made: Isolated) -> None:
    result = asyncio.run(made.run(scenarios.listeners, "listeners", Result))
    assert not result.failures
    page, security, redirect, _ = result.notes
    assert page == "200 "
    assert security
    assert redirect == f"301 https://example.com:443{workload.PAGE}"


@pytest.mark.long
def test_only_an_essential_gate_keeps_a_task_that_is_never_ready_from_clients(
    made: Isolated,
) -> None:
    """Under either reading of ECS. The agent's lets one that is not essential open."""
    result = asyncio.run(made.run(scenarios.gates, "gates", Result))
    documented, agents, not_essential, no_gate = result.notes
    assert documented == agents == "False False"
    assert not_essential == no_gate == "True True"


@pytest.mark.long
def test_a_slow_release_is_rolled_back(made: Isolated) -> None:
    result = asyncio.run(made.run(scenarios.slow_release, "a slow release", Result))
    assert not result.failures, report.text(0, result, COLUMNS)


@pytest.mark.long
def test_a_good_canary_takes_over_without_a_lost_request(made: Isolated) -> None:
    variables = {"DEPLOYMENT": "canary"}
    result = asyncio.run(made.run(scenarios.good_canary, "a good canary", Result, variables))
    assert not result.failures, report.text(0, result, COLUMNS)
