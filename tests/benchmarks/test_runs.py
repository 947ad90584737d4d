"""Only good runs count; void ones are repeated up to a limit."""

from collections.abc import Callable, Iterator

from benchmarks.runs import Plan, Run, side_by_side

PLAN = Plan(runs=3, repeats=2)


def run(rate: float = 100, client: float = 0.5, faults: tuple[str, ...] = ()) -> Run:
    return Run(rate, client, 1.0, 1.0, faults)


def test_the_sides_alternate_after_a_warm_up_each() -> None:
    order: list[str] = []

    def side(name: str) -> tuple[str, Callable[[int], Run]]:
        return name, lambda seconds: order.append(f"{name}{seconds}") or run()  # type: ignore[func-returns-value]

    sides = side_by_side(side("A"), side("B"), PLAN, 7)
    assert order == ["A1", "B1", *["A7", "B7"] * 3]
    assert [len(side.counted()) for side in sides] == [3, 3]


def test_a_void_run_is_repeated_until_one_counts() -> None:
    loads: Iterator[Run] = iter(
        [run(), run(), run(faults=("1 × error status",)), run(client=0.9), run(), run()]
    )
    ours, _ = side_by_side(("ours", lambda _: next(loads)), ("theirs", lambda _: run()), PLAN, 1)
    assert len(ours.counted()) == 3
    assert [one.why_void for one in ours.void()] == [
        "1 × error status",
        "its client took 90% of its core",
    ]


def test_void_runs_are_repeated_up_to_a_limit() -> None:
    ours, theirs = side_by_side(
        ("ours", lambda _: run(client=0.99)), ("theirs", lambda _: run()), PLAN, 1
    )
    assert len(ours.runs) == PLAN.runs + PLAN.repeats
    assert not ours.counted()
    assert len(ours.clean()) == len(ours.runs)
    assert len(theirs.runs) == PLAN.runs
