"""The ledger finds each kind of fault, so a drill that holds means something."""

from collections import Counter
from uuid import UUID, uuid4

import pytest

from ishizue_ops.load.ledger import Audit, Ledger

ITEM, OTHER = "a", "b"
USER = UUID(int=1)
WRITE, UNDO = False, True


def ledger(*requests: tuple[bool, int]) -> Ledger:
    """One user's requests for one item, each with its response's status; 0 without one."""
    made = Ledger()
    for undo, status in requests:
        made.add(ITEM, USER, undo=undo)
        made.settle(ITEM, USER, status, undo=undo)
    return made


def compare(rows: int, *requests: tuple[bool, int]) -> Audit:
    return ledger(*requests).compare(Counter({(ITEM, USER): rows} if rows else {}), 0)


@pytest.mark.parametrize(
    ("requests", "may_exist"),
    [
        ([(WRITE, 201)], {1}),
        ([(WRITE, 200)], {1}),
        ([(WRITE, 0)], {0, 1}),
        ([(WRITE, 503)], {0, 1}),
        ([(WRITE, 429)], {0}),
        ([(WRITE, 201), (UNDO, 429)], {1}),
        ([(WRITE, 429), (WRITE, 0)], {0, 1}),
        ([(WRITE, 0), (WRITE, 200)], {1}),
        ([(WRITE, 201), (WRITE, 200), (WRITE, 200)], {1}),
        ([(WRITE, 201), (UNDO, 204)], {0}),
        ([(WRITE, 201), (UNDO, 503)], {0, 1}),
        ([(WRITE, 201), (UNDO, 204), (WRITE, 201)], {1}),
        ([(WRITE, 201), (UNDO, 204), (WRITE, 0)], {0, 1}),
        ([(UNDO, 404)], {0}),
    ],
)
def test_the_rows_that_may_exist_follow_from_the_responses(
    requests: list[tuple[bool, int]], may_exist: set[int]
) -> None:
    assert {rows for rows in (0, 1) if not compare(rows, *requests).failures()} == may_exist


def test_lost_duplicated_and_unexpected_rows_are_counted_apart() -> None:
    assert compare(0, (WRITE, 201)).lost == 1
    assert compare(2, (WRITE, 201)).duplicated == 1
    assert compare(1, (WRITE, 201), (UNDO, 204)).unexpected == 1
    assert compare(1, (WRITE, 429)).unexpected == 1
    assert ledger().compare(Counter({(OTHER, uuid4()): 1}), 0).unexpected == 1


def test_responses_that_contradict_each_other_are_found() -> None:
    assert compare(1, (WRITE, 201), (WRITE, 201)).contradictions == 1
    assert compare(0, (UNDO, 204)).contradictions == 1
