"""Target tracking, a metric a minute."""

from collections.abc import Sequence

from tools.capacity.scaling import Policy, TargetTracking


def desired(metrics: Sequence[float], tasks: int = 2, *, start_minutes: int = 0) -> list[int]:
    """The desired number after each metric, with tasks that run so long after they are wanted."""
    tracking = TargetTracking(Policy(), least=2, most=10)
    found = [tasks] * (start_minutes + 1)
    for minute, metric in enumerate(metrics):
        running = found[-1 - start_minutes]
        found.append(tracking.decide(60 * minute, metric, found[-1], running))
    return found[start_minutes + 1 :]


def test_it_scales_out_after_three_minutes_above_the_target() -> None:
    assert desired([1, 1, 0.7, 1, 1, 1]) == [2, 2, 2, 2, 2, 3]


def test_it_adds_in_proportion_to_the_metric() -> None:
    assert desired([0.71] * 3, tasks=4)[-1] == 5
    assert desired([1] * 3, tasks=4)[-1] == 6


def test_it_never_has_more_than_the_most_or_fewer_than_the_least() -> None:
    assert desired([1] * 30)[-1] == 10
    assert desired([0.01] * 30, tasks=3)[-1] == 2


def test_tasks_that_do_not_run_yet_count_as_part_of_the_next_scale_out() -> None:
    """Otherwise each minute of waiting would add tasks for the same requests."""
    assert desired([1] * 8, start_minutes=4) == [2, 2, 3, 3, 3, 3, 3, 3]
    assert desired([1] * 9, start_minutes=4)[-1] == 5
    assert desired([0.71, 0.71, 0.71, 1], tasks=7, start_minutes=4) == [7, 7, 8, 10]


def test_it_scales_in_after_fifteen_minutes_below_ninety_percent_of_the_target() -> None:
    assert desired([0.3] * 15, tasks=6) == [6] * 14 + [3]
    assert desired([0.64] * 30, tasks=50)[-1] == 50


def test_it_scales_in_again_only_after_the_cooldown() -> None:
    assert desired([0.5] * 21, tasks=6)[14:] == [5, 5, 5, 5, 5, 4, 4]


def test_it_keeps_what_the_rest_could_not_do_without() -> None:
    assert desired([0.6] * 30, tasks=3)[-1] == 3
