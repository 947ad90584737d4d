"""The ledger finds each kind of fault, so a drill that holds means something."""

from collections import Counter
from uuid import UUID

import pytest

from ishizue_ops.load.load import Audit, Ledger
from ishizue_ops.load.report import Outcome

PAIR = "a", UUID(int=1)
WRITE, UNDO = False, True


def failures(rows: int, *requests: tuple[bool, int]) -> list[str]:
    """What an audit finds after one user's requests for one item.

    Each has its response's status; 0 without one.
    """
    made = Ledger()
    for undo, status in requests:
        made.add(*PAIR, undo=undo)
        made.settle(*PAIR, status, undo=undo)
    return made.compare(Counter({PAIR: rows} if rows else {}), 0).failures


@pytest.mark.parametrize(
    ("requests", "may_exist"),
    [
        ([], {0}),
        ([(WRITE, 201)], {1}),
        ([(WRITE, 0)], {0, 1}),
        ([(WRITE, 429)], {0}),
        ([(WRITE, 201), (UNDO, 429)], {1}),
        ([(WRITE, 201), (WRITE, 200), (WRITE, 503)], {1}),
        ([(WRITE, 201), (UNDO, 204)], {0}),
        ([(WRITE, 201), (UNDO, 503)], {0, 1}),
        ([(WRITE, 0), (UNDO, 204)], {0}),
        ([(WRITE, 201), (UNDO, 204), (WRITE, 0)], {0, 1}),
        ([(UNDO, 404)], {0}),
        ([(WRITE, 201), (WRITE, 201)], set()),
        ([(UNDO, 204)], set()),
    ],
)
def test_the_rows_that_may_exist_follow_from_the_responses(
    requests: list[tuple[bool, int]], may_exist: set[int]
) -> None:
    assert {rows for rows in (0, 1, 2) if not failures(rows, *requests)} == may_exist


def test_writes_that_do_not_come_back_and_memory_that_grows_fail_a_drill() -> None:
    outcome = Outcome("a drill", Audit(0, 0, 0, 0, []))
    outcome.recovered("writes", [], 0.0, 1.0)
    outcome.below("memory", 80.0, 75)
    assert outcome.failures == ["writes: inf s, more than 1", "memory: 80.0 MB"]
