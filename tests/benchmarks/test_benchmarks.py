"""Alternating runs, what is compared and written, and the requests of cold pages and floods."""

import itertools
import json
import math

import pytest

from benchmarks.__main__ import costs, page
from benchmarks.loads import LOADS
from benchmarks.portal import COLD
from benchmarks.rows import Load, Row, Run, results


def row(unit: str, *runs: tuple[Run, ...], must: float = 2, what: str = "a row") -> Row:
    return Row(what, must, (), unit, runs=list(runs))


def test_the_sides_alternate_after_a_warm_up_each() -> None:
    order: list[str] = []

    def side(name: str, value: float) -> Load:
        def load(seconds: int) -> Run:
            order.append(f"{name}{seconds}")
            return Run(value)

        return load

    measured = Row("a list", 2, [side("A", 6), side("B", 2)])
    measured.measure(3, 7)
    assert order == ["A1", "B1", "A7", "B7", "B7", "A7", "A7", "B7"]
    assert measured.value == 3


@pytest.mark.parametrize(
    ("unit", "factors", "verdict"),
    [
        ("ratio", (1.00, 1.01, 1.02, 1.03), "as fast"),
        ("ratio", (0.90, 0.91, 0.90, 0.91), "slower"),
        ("ratio", (0.80, 0.99, 1.20, 0.95), "undecided"),
        ("s", (1.10, 1.11, 1.10, 1.11), "slower"),
    ],
)
def test_a_row_is_slower_if_its_whole_interval_is(
    unit: str, factors: tuple[float, ...], verdict: str
) -> None:
    paired = row(unit, *((Run(factor * 5), Run(5)) for factor in factors))
    assert f"| {verdict} |" in results([paired], paired=True)


def test_the_interval_is_that_of_students_distribution() -> None:
    pairs = row("ratio", *((Run(math.exp(x)), Run(1)) for x in (0.1, 0.2, 0.3, 0.4)))
    half = 3.182 * 0.1291 / 2
    expected = (math.exp(0.25 - half), math.exp(0.25), math.exp(0.25 + half))
    assert pairs.gain == pytest.approx(expected, rel=1e-3)


def test_the_page_keeps_what_people_wrote_and_costs_have_what_was_measured() -> None:
    rows = [row("ms", (Run(3, cpu_ms=0.5),), what="a"), row("s", (Run(2),), what="b")]
    machine = {"commit": "abc", "date": "today", "machine": "two cores"}
    new = page("# Title\n\nBefore.\n\n| old |\n\n## How\n\n- After.\n", rows, machine)
    assert new.startswith("# Title\n\nBefore.\n\n|  | ours |")
    assert new.endswith("| machine | two cores |\n\n## How\n\n- After.\n")
    assert json.loads(costs(rows, machine))["cpu_ms"] == {"a": 0.5}


def test_a_load_repeats_no_request_that_the_page_cache_could_serve() -> None:
    for load, _, _ in COLD:
        paths = [request.path for request in itertools.islice(LOADS[load](), 300)]
        assert len(set(paths)) == len(paths), load
