"""The ledger finds what is wrong: a drill that holds would say so if it did not."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.drills.ledger import Ledger, Reckoning
from tests.postgres import execute, fresh_database

from kirosample.favorites import migrate

THING, OTHER = "quote:a", "quote:b"
VISITOR = UUID(int=1)
LIKE, WITHDRAWAL = False, True


def ledger(*writes: tuple[bool, int]) -> Ledger:
    """Of one visitor and one thing. Each write with its answer's status; 0: no answer."""
    made = Ledger()
    for withdrawal, status in writes:
        made.send(THING, VISITOR, withdrawal=withdrawal)
        made.settle(THING, VISITOR, status, withdrawal=withdrawal)
    return made


def reckon(found: int, *writes: tuple[bool, int]) -> Reckoning:
    return ledger(*writes).reckon(Counter({(THING, VISITOR): found} if found else {}), 0)


@pytest.mark.parametrize(
    ("writes", "may_be_found"),
    [
        ([(LIKE, 201)], {1}),
        ([(LIKE, 200)], {1}),
        ([(LIKE, 0)], {0, 1}),
        ([(LIKE, 503)], {0, 1}),
        ([(LIKE, 0), (LIKE, 200)], {1}),
        ([(LIKE, 201), (LIKE, 200), (LIKE, 200)], {1}),
        ([(LIKE, 201), (WITHDRAWAL, 204)], {0}),
        ([(LIKE, 201), (WITHDRAWAL, 503)], {0, 1}),
        ([(LIKE, 201), (WITHDRAWAL, 204), (LIKE, 201)], {1}),
        ([(LIKE, 201), (WITHDRAWAL, 204), (LIKE, 0)], {0, 1}),
        ([(WITHDRAWAL, 404)], {0}),
    ],
)
def test_what_may_be_found_follows_from_the_answers(
    writes: list[tuple[bool, int]], may_be_found: set[int]
) -> None:
    assert {n for n in (0, 1) if not reckon(n, *writes).differences()} == may_be_found


def test_a_loss_a_double_and_a_stranger_are_told_apart() -> None:
    assert reckon(0, (LIKE, 201)).lost == 1
    assert reckon(2, (LIKE, 201)).twice == 1
    assert reckon(1, (LIKE, 201), (WITHDRAWAL, 204)).unasked == 1
    assert ledger().reckon(Counter({(OTHER, uuid4()): 1}), 0).unasked == 1


def test_answers_that_contradict_each_other_are_found() -> None:
    assert reckon(1, (LIKE, 201), (LIKE, 201)).contradictions == 1
    assert reckon(0, (WITHDRAWAL, 204)).contradictions == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE favorites SET likes = 2",
        "DELETE FROM favorite_likes",
        "INSERT INTO favorite_likes (favorite_id, visitor) SELECT id, gen_random_uuid()"
        " FROM favorites",
    ],
)
def test_a_count_that_is_not_the_number_of_likes_is_found(
    embedded_postgres: str, damage: str
) -> None:
    with fresh_database(embedded_postgres) as dsn:
        asyncio.run(_like(dsn))
        sound = asyncio.run(ledger((LIKE, 201)).audit(dsn))
        assert not sound.differences()
        assert (sound.found, sound.owed) == (1, 1)
        execute(dsn, damage)
        assert asyncio.run(ledger((LIKE, 201)).audit(dsn)).untrue_counts == 1


async def _like(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await migrate(connection)
        await connection.execute(
            "INSERT INTO favorites (type, item, content, author, likes)"
            " VALUES ('quote', 'a', '', '', 1)"
        )
        await connection.execute(
            "INSERT INTO favorite_likes (favorite_id, visitor) SELECT id, $1 FROM favorites",
            VISITOR,
        )
    finally:
        await connection.close()
