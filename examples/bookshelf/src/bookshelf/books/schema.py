"""How the books use `storage`: their migrations, write check and sessions."""

from importlib import resources
from typing import Any

from ishizue.storage.database import Database, Schema
from ishizue.storage.migrations import Migrations

MIGRATIONS = Migrations(resources.files("bookshelf.books") / "migrations", "bookshelf migrate")

BOOKS = Schema(
    name="books",
    migrations=MIGRATIONS,
    write_check="UPDATE books SET title = title WHERE false",
    session={"application_name": "bookshelf"},
    # The writer's one statement is planned once: for any batch, and for a table of any size.
    writer_session={"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"},
)


def open_database(connect_arguments: dict[str, Any], *, migrating: bool) -> Database:
    """The database of the books, to be entered as a context manager."""
    return Database(connect_arguments, BOOKS, migrating=migrating)
