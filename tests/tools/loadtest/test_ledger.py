"""The ledger finds each kind of fault, so a drill that holds means something."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import pytest

from kirosample.favorites import MIGRATIONS
from tools.loadtest.ledger import Audit, Ledger
from tools.postgres import connected, execute, fresh_database

ITEM, OTHER = "a", "b"
VISITOR = UUID(int=1)
WRITE, UNDO = False, True


def ledger(*requests: tuple[bool, int]) -> Ledger:
    """One visitor's requests for one item, each with its response's status; 0 without one."""
    made = Ledger()
    for undo, status in requests:
        made.add(ITEM, VISITOR, undo=undo)
        made.settle(ITEM, VISITOR, status, undo=undo)
    return made


def compare(rows: int, *requests: tuple[bool, int]) -> Audit:
    return ledger(*requests).compare(Counter({(ITEM, VISITOR): rows} if rows else {}), 0)


@pytest.mark.parametrize(
    ("requests", "may_exist"),
    [
        ([(WRITE, 201)], {1}),
        ([(WRITE, 200)], {1}),
        ([(WRITE, 0)], {0, 1}),
        ([(WRITE, 503)], {0, 1}),
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
    assert ledger().compare(Counter({(OTHER, uuid4()): 1}), 0).unexpected == 1


def test_responses_that_contradict_each_other_are_found() -> None:
    assert compare(1, (WRITE, 201), (WRITE, 201)).contradictions == 1
    assert compare(0, (UNDO, 204)).contradictions == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE favorites SET likes = 2",
        "DELETE FROM favorite_likes",
        "INSERT INTO favorite_likes (favorite_id, visitor) SELECT id, gen_random_uuid()"
        " FROM favorites",
    ],
)
def test_a_count_that_is_not_the_number_of_likes_is_inconsistent(
    embedded_postgres: str, damage: str
) -> None:
    with fresh_database(embedded_postgres) as dsn:
        asyncio.run(_write(dsn))
        sound = ledger((WRITE, 201)).audit(dsn)
        assert not sound.failures()
        assert (sound.found, sound.expected) == (1, 1)
        execute(dsn, damage)
        assert ledger((WRITE, 201)).audit(dsn).inconsistent == 1


async def _write(dsn: str) -> None:
    async with connected(dsn) as connection:
        await MIGRATIONS.apply(connection)
    execute(
        dsn,
        "INSERT INTO favorites (type, item, content, author, likes)"
        " VALUES ('quote', 'a', '', '', 1)",
    )
    execute(
        dsn,
        f"INSERT INTO favorite_likes (favorite_id, visitor) SELECT id, '{VISITOR}' FROM favorites",
    )
