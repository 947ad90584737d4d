"""The cookie keys are rotated as docs/operations.md says, and no visitor is lost on the way."""

from itertools import pairwise
from uuid import UUID

from kirosample.web.visitors import Visitors

OLD, NEW = b"the old key of the test", b"the new key of the test"
STEPS = ((OLD,), (OLD, NEW), (NEW, OLD))
VISITOR = UUID(int=1)


def side_by_side(one: tuple[bytes, ...], other: tuple[bytes, ...]) -> bool:
    """Whether tasks with these keys know each other's visitors, as in a deployment they must."""
    tasks = (Visitors(one), Visitors(other))
    return all(reads.verify(signs.sign(VISITOR)) == VISITOR for signs in tasks for reads in tasks)


def test_old_and_new_tasks_know_each_others_visitors_at_each_step() -> None:
    assert all(side_by_side(before, after) for before, after in pairwise(STEPS))


def test_putting_the_new_key_in_front_at_once_would_lose_visitors() -> None:
    assert not side_by_side(STEPS[0], STEPS[2])
