"""The ledger finds each kind of fault, so a drill that holds means something."""

from collections import Counter
from uuid import UUID

import pytest

from ishizue_ops.load.load import Ledger

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
