"""The service's name becomes the name of stacks, a database, a user and settings."""

import asyncpg
import pytest

from ishizue_ops.names import LONGEST, RESERVED_KEYWORDS, Names, validated
from ishizue_ops.variables import REGIONS


@pytest.mark.parametrize("name", ["BookShelf", "Bookshelf2", "B" * LONGEST])
def test_a_name_of_letters_and_digits_is_valid(name: str) -> None:
    assert validated(name) == name


@pytest.mark.parametrize(
    ("why", "names"),
    [
        ("", ["book-shelf", "Book_Shelf", "bookShelf", "2Books", "B", "B" * (LONGEST + 1), ""]),
        (" .* reserves", ["Order", "Left", "Public", "Postgres", "Pg", "Awsome", "SsmBooks"]),
    ],
)
def test_a_name_that_a_resource_would_refuse_is_refused(why: str, names: list[str]) -> None:
    for name in names:
        with pytest.raises(ValueError, match=f"NAME='{name}':{why}"):
            validated(name)


def test_the_longest_names_and_region_fit_a_delivery_of_cloudwatch_logs() -> None:
    """60 characters (CloudWatch Logs' API reference, PutDeliverySource)."""
    regions = (Names("N" * LONGEST, "e" * 16, region) for region in (None, *REGIONS))
    assert max(len(names.edge) for names in regions) <= 60


@pytest.mark.anyio
async def test_the_reserved_words_are_postgresql_s(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch(
            "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T') AND word !~ '_'"
        )
    finally:
        await connection.close()
    assert {row["word"] for row in rows} == RESERVED_KEYWORDS
