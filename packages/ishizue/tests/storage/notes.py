"""The tiny product of these tests: a table of notes."""

from pathlib import Path

import pytest

from ishizue.storage.database import Database, Schema
from ishizue.storage.errors import Unavailable
from ishizue.storage.migrations import Migrations

MIGRATIONS = Migrations(Path(__file__).parent / "migrations", "notes migrate")

NOTES = Schema("notes", MIGRATIONS, write_check="DELETE FROM notes WHERE false")


def notes(address: str, *, migrating: bool = True) -> Database:
    return Database({"dsn": address}, NOTES, migrating=migrating)


INSERT = "INSERT INTO notes VALUES ('a note')"


async def write(database: Database, statement: str = INSERT) -> None:
    connection, _ = await database.writer()
    await database.write(connection, statement)


async def refused(database: Database, statement: str = INSERT) -> str:
    """Why a write fails."""
    with pytest.raises(Unavailable) as caught:
        await write(database, statement)
    return str(caught.value)


async def read(database: Database) -> str | None:
    async with database.connection(1) as connection:
        text: str | None = await connection.fetchval("SELECT text FROM notes LIMIT 1")
        return text
