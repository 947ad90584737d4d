"""The audit of the portal's database finds a count that is not the number of likes."""

import asyncio
from uuid import UUID

import pytest

from ishizue.testing.postgres import connected, execute
from ishizue_ops.load.load import Audit, Ledger
from kirosample.favorites import MIGRATIONS

ITEM = "a"
USER = UUID(int=1)


def audit(dsn: str) -> Audit:
    """The audit of one acknowledged write."""
    ledger = Ledger()
    ledger.add(ITEM, USER)
    ledger.settle(ITEM, USER, 201)
    return ledger.audit(dsn)


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
    database: str, damage: str
) -> None:
    asyncio.run(_write(database))
    sound = audit(database)
    assert not sound.failures
    assert (sound.found, sound.expected) == (1, 1)
    execute(database, damage)
    assert "1 rows disagree with others in the database" in audit(database).failures


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
        f"INSERT INTO favorite_likes (favorite_id, visitor) SELECT id, '{USER}' FROM favorites",
    )
