"""What the report says was reached."""

import pytest
from benchmarks.report import Result, document, table
from benchmarks.runs import Run, Side
from benchmarks.targets import COLD, LIST, MEMORY, PLAIN, START, Target


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
        (COLD["horoscopes"], 99.0, "reported", True),
    ],
)
def test_a_ratio_should_be_large_and_seconds_and_megabytes_small(
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


def test_where_the_client_was_too_busy_a_row_is_flagged_and_compared_by_the_servers_core() -> None:
    ours = side("ours", 90, 90, 90, client=0.97, server=0.5)
    theirs = side("theirs", 100, 100, 100, client=0.99, server=1.0)
    result = Result.of_sides(PLAIN["/"], ours, theirs, 3)
    assert result.value == pytest.approx(1.8)
    assert result.verdict() == "goal reached (flagged)"
    assert "theirs: its client took 99% of its core" in document([result], {})


def test_where_answers_were_wrong_nothing_is_shown_and_the_must_does_not_hold() -> None:
    ours = side("ours", 500, 500, 500, faults=("7 × error status",))
    result = Result.of_sides(LIST, ours, side("theirs", 1, 1, 1), 3)
    assert result.value is None
    assert not result.holds()
    assert result.verdict() == "not shown (ours: 7 × error status)"


def test_the_table_has_the_ratio_what_it_must_reach_and_the_verdict() -> None:
    results = [Result(LIST, 2.345), Result(MEMORY, 61.6), Result(COLD["horoscopes"], 7.5)]
    assert table(results).splitlines()[2:] == [
        "| `/favorites`, 50 rows as HTML | pgbench, select of the same rows "
        "| **2.35** | 2.00 | 3.00 | must reached, goal missed |",
        "| memory of a task under load, summed PSS at its peak |  "
        "| **62 MB** | 90 MB | 60 MB | must reached, goal missed |",
        "| CPU of a request, ever new `/horoscope/leo?date=` |  | **7.50 ms** | – | – | reported |",
    ]


def test_the_document_has_the_ratios_before_the_machine() -> None:
    result = Result.of_sides(LIST, side("ours", 3000, 4000), side("pgbench", 1000, 1000), 2)
    text = document([result], {"fsync": "on"})
    assert (
        text.index("**3.50**") < text.index("3,500 (3,000 to 4,000)") < text.index("| fsync | on")
    )
