"""The model obeys closed cases; target tracking is as AWS documents it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tools.capacity.model import Day, Kind, Scenario, simulate, utilization
from tools.capacity.scaling import Policy, TargetTracking

PAGE, RENDERED = Kind(cpu=0.001), Kind(cpu=0.01, rendered=True)


def run(*phases: tuple[int, Sequence[float]], kinds: Sequence[Kind] = (PAGE,), **more: Any) -> Day:
    """Phases of so many seconds, each with the rates of the kinds; one task by default."""
    demand = np.concatenate([np.tile(rates, (seconds, 1)) for seconds, rates in phases])
    settings = {"min_tasks": 1, "max_tasks": 1, **more}
    return simulate(Scenario(kinds=kinds, demand=demand.astype(float), **settings))


def test_requests_are_late_while_two_seconds_of_work_wait() -> None:
    """Half more than a task can do for 100 s, then half: two seconds wait from 4 s to 196 s."""
    day = run((100, [1500]), (300, [500]), task_queue=1e9)
    assert day["late"].sum() == pytest.approx(96 * 1500 + 96 * 500, rel=0.005)
    assert not day["failed"].any()


def test_requests_fail_that_no_task_has_room_for() -> None:
    day = run((60, [2000]), task_queue=100)
    assert day["failed"].sum() == pytest.approx(60 * 1000 - 100)


@pytest.mark.parametrize(
    ("cost", "rate", "rendered"),
    # What others leave, or at least one between 256 others.
    [(0.001, 900, 10), (0.00002, 45_000, 1 / (0.01 + 256 * 0.00002))],
)
def test_uncached_pages_wait_apart_and_are_refused_beyond_their_queue(
    cost: float, rate: float, rendered: float
) -> None:
    day = run((60, [rate, 300]), kinds=(Kind(cpu=cost), RENDERED), render_queue=100)
    assert day["refused"].sum() == pytest.approx(60 * (300 - rendered) - 100, rel=0.01)


def test_a_request_takes_less_cpu_the_busier_its_task_is() -> None:
    use = utilization(0.4, 0.8, 2)
    assert use * 2 == pytest.approx(0.4 + 0.8 * (1 - use))


def test_each_step_of_scaling_out_follows_the_one_before_and_tasks_go_again() -> None:
    """A load of nine tasks meets two: each step adds what 100 % of CPU use says, ten at most."""
    day = run((900, [9000]), (2000, [10]), min_tasks=2, max_tasks=10, task_queue=100)
    seconds = [*np.flatnonzero(np.diff(day["tasks"])) + 1]
    assert day["tasks"][seconds].tolist() == [3, 5, 8, 10, 2]
    # Three points that are a minute old, a minute to start, and a minute of cooldown.
    assert np.diff([0, *seconds[:4]]).tolist() == [3 * 60 + 60 + 60, 120, 120, 120]
    assert seconds[4] == 900 + 15 * 60 + 60


@pytest.mark.parametrize(
    ("metrics", "tasks", "start_minutes", "wanted"),
    [
        ([1, 1, 0.7, 1, 1, 1], 2, 0, [2, 2, 2, 2, 2, 3]),
        # Tasks that start are part of the next step, unless a larger one is due.
        ([1] * 9, 2, 4, [2, 2, 3, 3, 3, 3, 3, 3, 5]),
        ([0.71, 0.71, 0.71, 1], 7, 4, [7, 7, 8, 10]),
        ([0.01] * 15, 6, 0, [6] * 14 + [2]),
        ([0.64] * 30, 50, 0, [50]),
        ([0.5] * 21, 6, 0, [5, 5, 5, 5, 5, 4, 4]),
    ],
)
def test_target_tracking(
    metrics: Sequence[float], tasks: int, start_minutes: int, wanted: Sequence[int]
) -> None:
    """The last of the desired numbers; tasks run so many minutes after they are wanted."""
    tracking = TargetTracking(Policy(), 2, 10)
    found = [tasks] * (start_minutes + 1)
    for minute, metric in enumerate(metrics):
        running = found[-1 - start_minutes]
        found.append(tracking.decide(60 * minute, metric, found[-1], running))
    assert found[-len(wanted) :] == wanted
