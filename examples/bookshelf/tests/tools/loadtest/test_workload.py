"""The audit of the books finds a row that no write explains."""

import asyncio
from uuid import UUID

import pytest
from tools.loadtest.ledger import Ledger

from ishizue.testing.postgres import connected, execute
from kirosample.books import MIGRATIONS

ITEM, USER = "a", UUID(int=1)
OTHER = f"{ITEM} by {UUID(int=2)}"


@pytest.mark.parametrize(
    ("damage", "failures"),
    [
        ("SELECT", []),
        ("DELETE FROM books", ["1 acknowledged writes are lost"]),
        (
            f"INSERT INTO books (title) VALUES ('{OTHER}')",
            ["1 rows exist that no acknowledged write explains"],
        ),
        (
            "INSERT INTO books (title) VALUES ('b')",
            ["1 rows disagree with others in the database"],
        ),
    ],
)
def test_the_audit_compares_the_titles_with_the_writes(
    database: str, damage: str, failures: list[str]
) -> None:
    async def write() -> None:
        async with connected(database) as connection:
            await MIGRATIONS.apply(connection)
            await connection.execute(f"INSERT INTO books (title) VALUES ('{ITEM} by {USER}')")

    asyncio.run(write())
    ledger = Ledger()
    ledger.add(ITEM, USER)
    ledger.settle(ITEM, USER, 201)
    execute(database, damage)
    assert ledger.audit(database).failures() == failures
