"""The table of favorites has the columns that docs/architecture-overview.ja.md specifies."""

import re
from pathlib import Path

import asyncpg

from ishizue.testing.postgres import fetch, unindexed_foreign_keys
from kirosample.favorites import MIGRATIONS

OVERVIEW = Path(__file__).parents[2] / "docs" / "architecture-overview.ja.md"
COLUMNS = (
    "SELECT column_name, data_type, character_maximum_length"
    " FROM information_schema.columns WHERE table_name = "
)


async def test_the_table_has_the_overviews_columns_with_their_types(any_database: str) -> None:
    connection = await asyncpg.connect(any_database)
    await MIGRATIONS.apply(connection)
    [table] = re.findall(r"favorites \((.*?)\n\)", OVERVIEW.read_text("utf-8"), re.DOTALL)
    await connection.execute(f"CREATE TABLE overview ({table.replace(':', '')})")
    await connection.close()
    assert unindexed_foreign_keys(any_database) == []
    ours = {column[0]: column[1:] for column in fetch(any_database, f"{COLUMNS}'favorites'")}
    specified = {column[0]: column[1:] for column in fetch(any_database, f"{COLUMNS}'overview'")}
    assert specified["created_at"] == ("timestamp without time zone", None)
    specified["created_at"] = ("timestamp with time zone", None)
    assert specified.items() <= ours.items()
