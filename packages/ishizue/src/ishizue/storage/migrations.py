"""The schema's versions: a product's folder of SQL files, each of which is one version.

Append only: a released file is never changed, and every migration works with the previous release
too (expand first, contract a release later).
"""

from functools import cached_property
from importlib.resources.abc import Traversable

import asyncpg

from ishizue.failure import Failure
from ishizue.storage.errors import UNAVAILABLE_ERRORS, SchemaError

ADVISORY_LOCK = 5_026_112_401
"""Any number that nothing else in this database uses."""

VERSIONS_TABLE = "schema_versions"

_TABLE = f"""
CREATE TABLE IF NOT EXISTS {VERSIONS_TABLE} (
    version INTEGER PRIMARY KEY,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
)"""


class Migrations:
    """The files `0001_….sql`, `0002_….sql` … of a folder; an operator applies them by `command`."""

    def __init__(self, folder: Traversable, command: str) -> None:
        self._folder = folder
        self._command = command

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The name of each version's file, the first being version 1. Raises Failure."""
        names = sorted(file.name for file in self._folder.iterdir() if file.name.endswith(".sql"))
        for number, name in enumerate(names, start=1):
            if not name.startswith(f"{number:04}_"):
                raise Failure(f"the migration {name} should have the number {number:04}")
        return tuple(names)

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """The SQL of each version. Raises Failure."""
        return tuple((self._folder / name).read_text(encoding="utf-8") for name in self.files)

    async def apply(self, connection: asyncpg.Connection) -> tuple[int, ...]:
        """Bring the schema up to date; returns the versions that this call applied.

        Raises SchemaError for a database that is not UTF-8, and for a file that PostgreSQL refuses.

        Each version is one transaction, under an advisory lock that makes concurrent callers wait.
        After any exception, asyncpg's or CancelledError, close the connection: it may hold the
        lock, which is not released here because a server that fell silent would not answer.
        """
        _require_utf8(connection)
        await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        await connection.execute(_TABLE)
        present = await version(connection)
        missing = tuple(range(present + 1, len(self.scripts) + 1))
        for number in missing:
            # Statements that are sent together are one transaction.
            record = f"INSERT INTO schema_versions VALUES ({number})"  # noqa: S608
            try:
                await connection.execute(f"{self.scripts[number - 1]}\n;{record}")
            except UNAVAILABLE_ERRORS:
                raise
            except asyncpg.PostgresError as error:
                raise SchemaError(f"{self._place(number, error)}: {error}") from error
        await connection.execute("SELECT pg_advisory_unlock($1)", ADVISORY_LOCK)
        return missing

    async def require_current(self, connection: asyncpg.Connection) -> None:
        """Raise SchemaError for an older schema, or an encoding that is not UTF-8."""
        _require_utf8(connection)
        present = await version(connection)
        if present < len(self.scripts):
            raise SchemaError(
                f"the schema is version {present}, this program needs {len(self.scripts)}: "
                f"run `{self._command}`"
            )

    def _place(self, number: int, error: asyncpg.PostgresError) -> str:
        """The file, and the line if PostgreSQL names a position, which it counts from 1."""
        name = self.files[number - 1]
        position = getattr(error, "position", None)
        if position is None:
            return name
        return f"{name}, line {self.scripts[number - 1].count(chr(10), 0, int(position) - 1) + 1}"


async def version(connection: asyncpg.Connection) -> int:
    """The schema's version; 0 for an empty database."""
    if await connection.fetchval("SELECT to_regclass('schema_versions')") is None:
        return 0
    latest: int | None = await connection.fetchval("SELECT max(version) FROM schema_versions")
    return latest or 0


def _require_utf8(connection: asyncpg.Connection) -> None:
    """Raise SchemaError for others: LATIN1 rejects most characters, SQL_ASCII accepts any bytes."""
    encoding = connection.get_settings().server_encoding  # sent when the connection opened
    if encoding != "UTF8":
        raise SchemaError(
            f"the database's encoding is {encoding}; UTF8 is required: "
            "create it again with ENCODING 'UTF8' TEMPLATE template0"
        )
