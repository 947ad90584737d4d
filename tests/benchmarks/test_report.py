"""The report's verdicts and ratios."""

import pytest

from benchmarks.report import Result, document
from benchmarks.runs import Run, Side
from benchmarks.targets import COLD, CRAWLERS, LIST, MEMORY, PLAIN, START, Target


def side(
    name: str, *rates: float, client: float = 0.5, server: float = 1.0, faults: tuple[str, ...] = ()
) -> Side:
    return Side(name, [Run(rate, client, server, 1.5, faults) for rate in rates])


@pytest.mark.parametrize(
    ("target", "value", "verdict", "holds"),
    [
        (LIST, 3.0, "goal reached", True),
        (LIST, 2.0, "must reached, goal missed", True),
        (LIST, 1.99, "must missed", False),
        (START, 0.4, "goal reached", True),
        (START, 0.7, "must reached, goal missed", True),
        (START, 0.71, "must missed", False),
        (MEMORY, 60.0, "goal reached", True),
        (MEMORY, 90.1, "must missed", False),
        (COLD["dates"], 2.5, "must reached", True),
        (COLD["dates"], 2.51, "must missed", False),
        (CRAWLERS[400][0], 99.0, "reported", True),
    ],
)
def test_a_ratio_should_be_high_and_seconds_and_megabytes_low(
    target: Target, value: float, verdict: str, holds: bool
) -> None:
    result = Result(target, value)
    assert (result.verdict(), result.holds()) == (verdict, holds)


def test_a_ratio_is_of_the_medians_of_the_runs_that_count() -> None:
    ours = side("ours", 10, 30, 20)
    ours.runs.append(Run(1000, 0.95, 1.0, 1.0))
    ours.runs.append(Run(1000, 0.5, 1.0, 1.0, ("3 × read",)))
    result = Result.of_sides(LIST, ours, side("theirs", 5, 4, 100), 3)
    assert result.value == 4.0
    assert result.verdict() == "goal reached"


def test_with_a_busy_client_a_row_is_flagged_and_compared_per_busy_server_core() -> None:
    ours = side("ours", 90, 90, 90, client=0.97, server=0.5)
    theirs = side("theirs", 100, 100, 100, client=0.99, server=1.0)
    result = Result.of_sides(PLAIN["/"], ours, theirs, 3)
    assert result.value == pytest.approx(1.8)
    assert result.verdict() == "goal reached (flagged)"
    assert "theirs: its client took 99% of its core" in document([result], {})


def test_with_wrong_responses_a_row_is_not_measured_and_fails() -> None:
    ours = side("ours", 500, 500, 500, faults=("7 × error status",))
    result = Result.of_sides(LIST, ours, side("theirs", 1, 1, 1), 3)
    assert result.value is None
    assert not result.holds()
    assert result.verdict() == "not measured (ours: 7 × error status)"
