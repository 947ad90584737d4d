"""The table refuses what the code must not write, whoever writes it."""

import asyncpg
import pytest
from ishizue.testing.postgres import connected

from bookshelf.books import MIGRATIONS


@pytest.mark.parametrize(
    ("titles", "error"),
    [
        (("",), asyncpg.CheckViolationError),
        ((None,), asyncpg.NotNullViolationError),
        (("x" * 201,), asyncpg.StringDataRightTruncationError),
        (("Emma", "Emma"), asyncpg.UniqueViolationError),
    ],
)
async def test_a_title_has_1_to_200_characters_and_is_unique(
    database: str, titles: tuple[str | None, ...], error: type[Exception]
) -> None:
    async with connected(database) as connection:
        await MIGRATIONS.apply(connection)
        await connection.execute("INSERT INTO books (title) VALUES ($1)", "é" * 200)
        with pytest.raises(error):
            await connection.executemany(
                "INSERT INTO books (title) VALUES ($1)", [(title,) for title in titles]
            )
