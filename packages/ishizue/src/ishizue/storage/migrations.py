"""The schema's versions: a product's folder of SQL files, each of which is one version.

Append only: a released file is never changed, and every migration works with the previous release
too (expand first, contract a release later).
"""

from functools import cached_property
from importlib.resources.abc import Traversable

import asyncpg

from ishizue.storage.errors import SchemaError

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
    def scripts(self) -> tuple[str, ...]:
        """The SQL of each version, the first being version 1. Raises ValueError for a gap."""
        files = (file for file in self._folder.iterdir() if file.name.endswith(".sql"))
        ordered = sorted(files, key=lambda file: file.name)
        for number, file in enumerate(ordered, start=1):
            if not file.name.startswith(f"{number:04}_"):
                raise ValueError(f"migration {file.name} should have the number {number:04}")
        return tuple(file.read_text(encoding="utf-8") for file in ordered)

    async def apply(self, connection: asyncpg.Connection) -> tuple[int, ...]:
        """Bring the schema up to date; returns the versions that this call applied.

        Raises SchemaError for a database that is not UTF-8.

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
            await connection.execute(f"{self.scripts[number - 1]}\n;{record}")
        await connection.execute("SELECT pg_advisory_unlock($1)", ADVISORY_LOCK)
        return missing

    async def require_current(self, connection: asyncpg.Connection) -> None:
        """Raise SchemaError for an older schema, or an encoding that is not UTF-8."""
        _require_utf8(connection)
        found = await version(connection)
        if found < len(self.scripts):
            raise SchemaError(
                f"the schema is version {found}, this program needs {len(self.scripts)}: "
                f"run `{self._command}`"
            )


async def version(connection: asyncpg.Connection) -> int:
    """The schema's version; 0 for an empty database."""
    if await connection.fetchval("SELECT to_regclass('schema_versions')") is None:
        return 0
    found: int | None = await connection.fetchval("SELECT max(version) FROM schema_versions")
    return found or 0


def _require_utf8(connection: asyncpg.Connection) -> None:
    """LATIN1 rejects most characters, and SQL_ASCII accepts any bytes unchecked."""
    encoding = connection.get_settings().server_encoding  # sent when the connection opened
    if encoding != "UTF8":
        raise SchemaError(
            f"the database's encoding is {encoding}; UTF8 is required: "
            "create it again with ENCODING 'UTF8' TEMPLATE template0"
        )
