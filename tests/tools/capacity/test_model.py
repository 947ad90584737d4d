"""The model obeys queueing theory, loses no request, and reacts in the right direction."""

from dataclasses import replace

import pytest

from tools.capacity.checks import LIKE, checks, kept, lost
from tools.capacity.model import Day, Kind, Scenario, simulate, utilization
from tools.capacity.queues import Database
from tools.capacity.scaling import Policy

PAGE = Kind(name="page", cpu=0.001)
COLD = Kind(name="cold", cpu=0.01, rendered=True)


def spike(now: float) -> tuple[float, float, float]:
    factor = 40 if 600 <= now < 1500 else 1
    return 100.0 * factor, 10.0 * factor, 3.0 * factor


SCENARIO = Scenario(
    kinds=(PAGE, LIKE, COLD),
    demand=spike,
    seconds=6000,
    max_tasks=6,
    database=Database(least=0.1, most=0.2, growth=0.01),
)


def run(**changes: object) -> Day:
    return simulate(replace(SCENARIO, **changes))  # type: ignore[arg-type]


def test_closed_cases() -> None:
    assert [check for check in checks() if not check.holds()] == []


@pytest.mark.parametrize("limits", [{}, {"task_queue": 500.0}, {"give_up_seconds": 3.0}])
def test_every_request_is_answered_refused_failed_or_waiting(limits: dict[str, float]) -> None:
    day = run(**limits)
    assert lost(day) > 0
    for tally in day.tallies.values():
        assert kept(tally) == pytest.approx(tally.arrived)
        assert min(vars(tally).values()) >= 0


def test_a_day_that_ends_in_a_queue_counts_it_as_waiting() -> None:
    day = run(seconds=700)
    assert day.tallies["page"].waiting > 0
    assert kept(day.tallies["page"]) == pytest.approx(day.tallies["page"].arrived)


def test_more_load_loses_no_fewer_requests() -> None:
    losses = [
        lost(run(demand=lambda now, factor=factor: tuple(factor * rate for rate in spike(now))))
        for factor in (0.1, 0.5, 1, 2)
    ]
    assert losses == sorted(losses)
    assert losses[0] < losses[-1]


@pytest.mark.parametrize(
    "better",
    [
        {"min_tasks": 4},
        {"task_speed": 2.0},
        {"start_seconds": 10.0},
        {"policy": Policy(period=20, delay=20)},
        {"database": Database(least=1, most=1)},
        {"scheduled": lambda now: 6 if now >= 500 else 2},
    ],
    ids=lambda better: next(iter(better)),
)
def test_what_should_help_helps(better: dict[str, object]) -> None:
    assert lost(run(**better)) < lost(run())


def test_auto_scaling_stays_within_its_bounds_and_returns() -> None:
    day = run()
    assert max(day.tasks) == SCENARIO.max_tasks
    assert day.tasks[-1] == SCENARIO.min_tasks


def test_new_tasks_do_not_take_over_the_queue_of_the_old_ones() -> None:
    day = run(start_seconds=1.0, late_seconds=1e9, give_up_seconds=1e9, task_queue=1e9)
    at = int(day.changes[0].second)
    assert day.waiting[at + 3] > 0.9 * day.waiting[at]


def test_the_tasks_in_service_are_those_wanted_once_they_have_started() -> None:
    day = run()
    for change in day.changes:
        ready = int(change.second + SCENARIO.start_seconds) + 1
        assert day.tasks[ready] == change.wanted
    assert any(change.wanted < change.before for change in day.changes)


@pytest.mark.parametrize(
    ("cost", "rate", "rendered"),
    [(0.001, 900.0, 100.0), (0.00002, 45_000.0, 1 / (0.01 + 256 * 0.00002))],
    ids=["what others leave", "at least one between 256 others"],
)
def test_pages_to_be_rendered_wait_apart_and_beyond_their_queue_are_refused(
    cost: float, rate: float, rendered: float
) -> None:
    render = Kind(name="cold", cpu=0.001 if rate < 1000 else 0.01, rendered=True)
    day = run(
        kinds=(Kind(name="page", cpu=cost), render),
        demand=lambda _: (rate, 300.0),
        seconds=60,
        min_tasks=1,
        policy=None,
        database=None,
    )
    tally = day.tallies["cold"]
    assert tally.answered == pytest.approx(60 * rendered, rel=0.02)
    assert tally.waiting == pytest.approx(SCENARIO.render_queue, rel=0.15)
    assert tally.refused == pytest.approx(tally.arrived - tally.answered - tally.waiting)


def test_a_request_takes_less_cpu_the_busier_its_task_is() -> None:
    """The use of the CPU is what it takes at that use, from an idle task's cost to a full one's."""
    kind = Kind(name="page", cpu=0.001, alone=3)
    scenario = Scenario(kinds=(kind,), demand=lambda _: (0,), idle=0.1, task_speed=1)
    for rate in (1.0, 200.0, 600.0):
        use = utilization(scenario, (2 * rate,), 2)
        assert use == pytest.approx(0.1 + rate * kind.cpu * (1 + 2 * (1 - use)))
    assert utilization(scenario, (900,), 1) == pytest.approx(1)
