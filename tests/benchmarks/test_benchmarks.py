"""Alternating runs, what is compared and written, and the requests of cold pages and floods."""

import itertools
import json
import math

import pytest

from benchmarks.__main__ import costs, page
from benchmarks.floods import BESIDE, COLD
from benchmarks.loads import LOADS, flood
from benchmarks.programs import wrk_run
from benchmarks.rows import Failed, Row, Run, Target, results

RATIO = Target("a list", "pgbench", 2, 3)
SECONDS = Target("a start", "", 0.7, 0.4, "s")


def row(target: Target, *runs: tuple[Run, ...]) -> Row:
    return Row(target, (), list(runs))


def test_the_sides_alternate_after_a_warm_up_each() -> None:
    order: list[str] = []

    def side(name: str, value: float) -> Run:
        order.append(name)
        return Run(value)

    measured = Row(RATIO, [lambda s: side(f"A{s}", 6), lambda s: side(f"B{s}", 2)])
    measured.measure(3, 7)
    assert order == ["A1", "B1", "A7", "B7", "B7", "A7", "A7", "B7"]
    assert measured.value == 3


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (RATIO, 3.0, "goal"),
        (RATIO, 2.0, "must"),
        (RATIO, 1.99, "missed"),
        (SECONDS, 0.4, "goal"),
        (SECONDS, 0.71, "missed"),
        (Target("a page", "", 3.6, None, "ms"), 2.5, "must"),
    ],
)
def test_a_ratio_should_be_high_and_other_figures_low(
    target: Target, value: float, verdict: str
) -> None:
    assert row(target, (Run(value),)).verdict == verdict


def test_a_row_with_a_fault_is_not_measured() -> None:
    def failing(_: int) -> Run:
        raise Failed("no server")

    measured = Row(RATIO, [lambda _: Run(9), failing])
    measured.measure(1, 1)
    assert measured.verdict == measured.paired_verdict
    assert measured.verdict == "not measured (the other: no server)"


@pytest.mark.parametrize(
    ("target", "factors", "verdict"),
    [
        (RATIO, (1.00, 1.01, 1.02, 1.03), "as fast"),
        (RATIO, (0.90, 0.91, 0.90, 0.91), "slower"),
        (RATIO, (0.80, 0.99, 1.20, 0.95), "undecided"),
        (SECONDS, (0.90, 0.91, 0.90, 0.91), "as fast"),  # fewer seconds
        (SECONDS, (1.10, 1.11, 1.10, 1.11), "slower"),
    ],
)
def test_a_row_is_slower_if_its_whole_interval_is(
    target: Target, factors: tuple[float, ...], verdict: str
) -> None:
    paired = row(target, *((Run(factor * 5), Run(5)) for factor in factors))
    assert paired.paired_verdict == verdict
    assert verdict in results([paired], paired=True)


def test_the_interval_is_that_of_students_distribution() -> None:
    interval = row(RATIO, *((Run(math.exp(x)), Run(1)) for x in (0.1, 0.2, 0.3, 0.4))).gain
    half = 3.182 * 0.1291 / 2
    assert interval
    assert (interval.low, interval.mean, interval.high) == pytest.approx(
        (math.exp(0.25 - half), math.exp(0.25), math.exp(0.25 + half)), rel=1e-3
    )


def test_the_page_has_the_worst_attack_and_keeps_what_people_wrote() -> None:
    attacks = [row(Target(f"{BESIDE} {what}", "", 1, None, "s"), (Run(2),)) for what in "ab"]
    attacks[0].runs = [(Run(3, cpu_ms=0.5),)]
    machine = {"commit": "abc", "date": "today", "machine": "two cores"}
    new = page("# Title\n\nBefore.\n\n| old |\n\n## How\n\n- After.\n", attacks, machine)
    assert new.startswith("# Title\n\nBefore.\n\n|  | ours |")
    assert new.endswith("| machine | two cores |\n\n## How\n\n- After.\n")
    assert (f"{BESIDE} a" in new, f"{BESIDE} b" in new) == (True, False)
    assert json.loads(costs(attacks, machine))["cpu_ms"] == {f"{BESIDE} a": 0.5}


def test_the_counts_of_wrk_are_parsed() -> None:
    counts = {"responses": 1000, "us": 2_000_000, "bytes": 100_000, "p99_us": 1500}
    counts |= {"error status": 5, "no response": 0, "200": 995}
    run = wrk_run("\n".join(f"counted {n} {name}" for name, n in counts.items()), 2)
    assert (run.value, run.cpu_ms, run.faults) == (500, 2, ("5 × error status",))
    with pytest.raises(Failed, match="unable to connect"):
        wrk_run("unable to connect to 127.0.0.1:1")


@pytest.mark.parametrize("load", COLD)
def test_a_load_repeats_no_request_that_the_page_cache_could_serve(load: str) -> None:
    paths = [request.path for request in itertools.islice(LOADS[load](), 300)]
    assert len(set(paths)) == len(paths)


def test_half_of_a_flood_and_all_of_a_crowd_share_a_client_or_a_site() -> None:
    def addresses(site: str) -> list[bytes]:
        requests = itertools.islice(flood("a cold page", 3000, 100, site), 100)
        return [r.partition(b"X-Forwarded-For: ")[2].partition(b"\r\n")[0] for r in requests]

    assert addresses("").count(b"10.0.0.0") == 50
    assert len({address.rpartition(b".")[0] for address in addresses("/24")}) == 1
    assert len({address[:11] for address in addresses("/48")}) == 1
    assert len(set(addresses("/48"))) == 100
