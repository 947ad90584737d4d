"""The model obeys queueing theory, loses no request, and reacts in the right direction."""

from dataclasses import replace

import pytest

from tools.capacity.checks import LIKE, checks, kept, lost
from tools.capacity.model import Database, Day, Kind, Scenario, simulate
from tools.capacity.scaling import Policy

PAGE = Kind(name="page", cpu=0.001)


def spike(now: float) -> tuple[float, float]:
    factor = 40 if 600 <= now < 1500 else 1
    return 100.0 * factor, 10.0 * factor


SCENARIO = Scenario(
    kinds=(PAGE, LIKE),
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


def test_pages_to_render_wait_behind_all_else_and_beyond_their_queue_are_refused() -> None:
    rendered = Kind(name="cold", cpu=0.001, rendered=True)
    day = simulate(
        Scenario(
            kinds=(PAGE, rendered),
            demand=lambda _: (900.0, 300.0),
            seconds=60,
            min_tasks=1,
            policy=None,
        )
    )
    assert lost(day) == pytest.approx(day.tallies["cold"].late + day.tallies["cold"].refused)
    # The task renders 100 a second of 300: its queue of 512 is full after 2.6 s.
    assert day.tallies["cold"].refused == pytest.approx(60 * 200 - 512, rel=0.01)
    assert day.tallies["cold"].waiting == pytest.approx(512, rel=0.01)
