"""Alternating runs, and what is compared."""

import json
import math

import pytest

from benchmarks import report, wrk
from benchmarks.processes import Failed
from benchmarks.runs import Interval, Row, Run
from benchmarks.targets import COLD, LIST, PLAIN, START, Target, beside


def row(target: Target, *runs: tuple[Run, ...]) -> Row:
    return Row(target, (), 0, list(runs))


def test_the_sides_alternate_after_a_warm_up_each() -> None:
    order: list[str] = []

    def side(name: str, value: float) -> Run:
        order.append(name)
        return Run(value)

    measured = Row(LIST, [lambda s: side(f"A{s}", 6), lambda s: side(f"B{s}", 2)], 3)
    measured.measure(7)
    assert order == ["A1", "B1", "A7", "B7", "B7", "A7", "A7", "B7"]
    assert measured.value == 3


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (LIST, 3.0, "goal"),
        (LIST, 2.0, "must"),
        (LIST, 1.99, "missed"),
        (START, 0.4, "goal"),
        (START, 0.71, "missed"),
        (COLD["dates"], 2.5, "must"),
    ],
)
def test_a_ratio_should_be_high_and_other_figures_low(
    target: Target, value: float, verdict: str
) -> None:
    assert report.verdict(row(target, (Run(value),))) == verdict


def test_a_row_with_a_fault_is_not_measured() -> None:
    def failing(_: int) -> Run:
        raise Failed("no server")

    measured = Row(LIST, [lambda _: Run(9), failing], 1)
    measured.measure(1)
    assert measured.value is None
    assert report.verdict(measured) == "not measured (the other: no server)"
    assert report.paired_verdict(measured.gain) == "not measured"


def test_the_interval_is_that_of_students_distribution() -> None:
    interval = Interval.of([(math.exp(x), 1.0) for x in (0.1, 0.2, 0.3, 0.4)])
    half = 3.182 * 0.1291 / 2
    assert interval.mean == pytest.approx(math.exp(0.25))
    assert (interval.low, interval.high) == pytest.approx(
        (math.exp(0.25 - half), math.exp(0.25 + half)), rel=1e-3
    )


@pytest.mark.parametrize(
    ("target", "factors", "verdict"),
    [
        (LIST, (1.00, 1.01, 1.02, 1.03), "as fast"),
        (LIST, (0.90, 0.91, 0.90, 0.91), "slower"),
        (LIST, (0.80, 0.99, 1.20, 0.95), "undecided"),
        (START, (0.90, 0.91, 0.90, 0.91), "as fast"),  # fewer seconds
        (START, (1.10, 1.11, 1.10, 1.11), "slower"),
    ],
)
def test_a_row_is_slower_if_its_whole_interval_is(
    target: Target, factors: tuple[float, ...], verdict: str
) -> None:
    paired = row(target, *((Run(factor * 5), Run(5)) for factor in factors))
    assert report.paired_verdict(paired.gain) == verdict
    assert verdict in report.comparison([paired])


def test_the_page_keeps_what_people_wrote_around_the_tables() -> None:
    old = "# Title\n\nBefore.\n\n| old |\n| --- |\n\nold words\n\n## How\n\n- After.\n"
    new = report.page(old, "| a |\n| --- |\n", "| b |\n| --- |\n")
    assert new == "# Title\n\nBefore.\n\n| a |\n| --- |\n\n| b |\n| --- |\n\n## How\n\n- After.\n"


def test_of_the_attacks_the_page_has_the_worst() -> None:
    attacks = [row(beside(what), (Run(seconds),)) for what, seconds in (("a", 2), ("b", 1))]
    first = row(START, (Run(3),))
    assert report.with_worst_attack([*attacks, first]) == [first, attacks[0]]


def test_costs_are_those_of_our_requests_by_row() -> None:
    rows = [row(PLAIN["/"], (Run(9, cpu_ms=0.5), Run(9, cpu_ms=0.1))), row(START, (Run(1),))]
    costs = json.loads(
        report.costs(rows, {"commit": "abc", "date": "today", "machine": "two cores"})
    )
    assert costs == {"source": "abc, today, two cores", "cpu_ms": {"`/`": 0.5}}


def test_the_counts_of_wrk_are_parsed() -> None:
    counts = {"responses": 1000, "us": 2_000_000, "bytes": 100_000, "p99_us": 1500}
    counts |= {"error status": 5, "no response": 0, "503 without Retry-After": 5, "200": 995}
    run = wrk.run_of("\n".join(f"counted {n} {name}" for name, n in counts.items()), 2)
    assert (run.value, run.cpu_ms, run.faults) == (500, 2, ("5 × error status",))
    assert run.statuses == {"503 without Retry-After": 5, "200": 995}
    # Responses may be cut off at the end, one of each connection.
    assert not wrk.wrong_length(run, 94)
    assert wrk.wrong_length(run, 93) == ("100 bytes a response, not 93",)
    with pytest.raises(Failed, match="unable to connect"):
        wrk.run_of("unable to connect to 127.0.0.1:1")
