"""The comparison of simulation and runs, and the rig that the runs need."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tools.capacity.checks import lost
from tools.capacity.model import Change, Day, simulate
from tools.capacity.run import cgroups, demand
from tools.capacity.run.__main__ import main
from tools.capacity.run.calibrate import Costs
from tools.capacity.run.cgroups import NotPermitted, group
from tools.capacity.run.compare import compare
from tools.capacity.run.load import REQUESTS, Readers
from tools.capacity.run.measure import Run
from tools.capacity.run.rig import CORES, MINUTE_SECONDS, rig
from tools.capacity.scaling import Policy

COSTS = Costs({"hot": 0.0003, "cold": 0.004, "list": 0.001, "like": 0.001}, {}, 0.003, 2.5)


@pytest.fixture(scope="module")
def day() -> Day:
    return simulate(demand.scenario(COSTS, demand.scaled(Policy())))


def as_simulated(day: Day) -> Run:
    """The run that the simulation predicts."""
    a_period = round(MINUTE_SECONDS / day.step)
    tallies = day.tallies.items()
    return Run(
        tasks=list(day.tasks[a_period - 1 :: a_period]),
        changes=list(day.changes),
        arrived=Counter({kind: round(tally.arrived) for kind, tally in tallies}),
        lost=Counter({kind: round(tally.late + tally.refused) for kind, tally in tallies}),
    )


def wrong(day: Day, *runs: Run) -> list[str]:
    return [row.what for row in compare(day, runs) if not row.holds()]


def delayed(run: Run, periods: int) -> list[Change]:
    return [replace(one, second=one.second + periods * MINUTE_SECONDS) for one in run.changes]


def test_the_demand_makes_tasks_come_saturate_and_go(day: Day) -> None:
    assert max(day.tasks) == demand.MOST_TASKS
    assert day.tasks[0] == day.tasks[-1] == demand.TASKS
    assert len(day.changes) >= 3
    assert 0.2 < lost(day) / sum(tally.arrived for tally in day.tallies.values()) < 0.6


def test_a_run_as_simulated_holds(day: Day) -> None:
    assert not wrong(day, as_simulated(day))


def test_more_refused_requests_than_simulated_do_not_hold(day: Day) -> None:
    run = as_simulated(day)
    run.lost["cold"] = round(run.lost["cold"] * 1.25)
    assert wrong(day, run) == ["requests refused or late"]


def test_moments_may_be_two_periods_apart(day: Day) -> None:
    run = as_simulated(day)
    assert not wrong(day, replace(run, changes=delayed(run, 2)))
    assert len(wrong(day, replace(run, changes=delayed(run, 3)))) == len(day.changes)
    assert len(wrong(day, replace(run, changes=[]))) == len(day.changes)


def test_another_number_of_tasks_does_not_hold(day: Day) -> None:
    run = as_simulated(day)
    assert "tasks, mean" in wrong(day, replace(run, tasks=[count + 1 for count in run.tasks]))
    late = run.tasks[:1] * 8 + run.tasks[:-8]
    assert wrong(day, replace(run, tasks=late)) == ["tasks, mean difference over time"]


def test_one_bad_run_of_three_does_not_decide(day: Day) -> None:
    run = as_simulated(day)
    bad = replace(run, changes=[], tasks=[5.0] * len(run.tasks), lost=Counter())
    assert not wrong(day, run, bad, run)
    assert wrong(day, bad, bad, run)


def test_a_run_whose_saturated_tasks_did_not_get_their_cpu_does_not_count(day: Day) -> None:
    run = as_simulated(day)
    periods = len(run.tasks)
    quiet = replace(run, utilization=[0.5] * periods, waited=[0.1] * periods)
    assert not quiet.faults()
    busy = replace(quiet, waited=[0.3] * periods)
    spike = [second for second, _ in demand.PHASES[:3]]
    assert len(busy.faults()) == spike[2] / MINUTE_SECONDS
    assert busy.faults()[0].startswith(f"from second {spike[0] + spike[1]:.0f} on")
    assert not replace(busy, utilization=[1.0] * periods).faults()
    assert replace(quiet, sent_late=10_000).faults() == ["10000 requests were sent late"]


def test_without_cpu_quotas_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cgroups, "_ROOT", Path("/dev/null"))
    monkeypatch.setattr(shutil, "which", lambda _: "haproxy")
    assert main(1) == 2
    assert "CPU quotas cannot be set here" in capsys.readouterr().err


@pytest.fixture
def permitted() -> Iterator[None]:
    try:
        with group("test", CORES):
            pass
    except NotPermitted as error:
        pytest.skip(str(error))
    yield
    assert not list(Path("/sys/fs/cgroup").glob("*/kirosample-*"))


@pytest.mark.long
@pytest.mark.serial
@pytest.mark.external
@pytest.mark.skipif(not shutil.which("haproxy"), reason="no HAProxy on this machine")
@pytest.mark.usefixtures("permitted")
def test_tasks_start_serve_within_their_quota_and_stop() -> None:
    async def work() -> None:
        async with rig(1, 2) as service:
            readers = Readers(service.balancer.port)
            await readers.come(lambda _: dict.fromkeys(REQUESTS, 10.0), 3)
            assert readers.arrived.keys() == REQUESTS.keys()
            assert readers.statuses.keys() == {200, 201}, readers.statuses
            [task] = service.tasks
            task.use()
            flood = asyncio.create_task(readers.come(lambda _: {"cold": 200.0}, 6))
            await asyncio.sleep(4)
            use = task.use()
            assert use.cpu == pytest.approx(CORES * use.seconds, rel=0.1)
            service.scale(2)
            await flood
            assert readers.lost["cold"] > 100
            assert service.serving == 2
            service.scale(1)
            readers.close()
        assert service.serving == 1
        assert not any(task.server.alive() for task in service.spare)

    asyncio.run(work())
