"""The schema's versions. Append only: a file that has been released is never changed.

Each file of `migrations/` is one version and runs in one transaction, under an advisory lock, so
that ten tasks may start at once. Every migration works with the previous release as well: expand
first, contract a release later.
"""

from functools import cache
from importlib import resources

import asyncpg

ADVISORY_LOCK = 5_026_112_401
"""Any number that nothing else on this database uses."""

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_versions (
    version INTEGER PRIMARY KEY,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
)"""


class SchemaError(Exception):
    """The database cannot be used as it is; the message says why and what to do."""


@cache
def migrations() -> tuple[str, ...]:
    """The SQL of each version, the first being version 1. Raises ValueError for a gap."""
    folder = resources.files("kirosample.favorites") / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    for number, file in enumerate(files, start=1):
        if not file.name.startswith(f"{number:04}_"):
            raise ValueError(f"migrations/{file.name} should be number {number:04}")
    return tuple(file.read_text(encoding="utf-8") for file in files)


async def migrate(connection: asyncpg.Connection) -> tuple[int, ...]:
    """Bring the schema up to date; answers the versions that this call applied.

    Raises SchemaError for a database that is not UTF-8.

    It takes as long as the migrations and those of others before it. Whatever it raises, asyncpg's
    errors or CancelledError, the connection is to be closed then: it may hold the lock. Nothing is
    awaited on that way, since a server that fell silent would not answer.
    """
    _require_utf8(connection)
    await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
    await connection.execute(_TABLE)
    present = await version(connection)
    missing = tuple(range(present + 1, len(migrations()) + 1))
    for number in missing:
        # Statements that are sent together are one transaction.
        recorded = f"INSERT INTO schema_versions VALUES ({number})"  # noqa: S608
        await connection.execute(f"{migrations()[number - 1]}\n;{recorded}")
    await connection.execute("SELECT pg_advisory_unlock($1)", ADVISORY_LOCK)
    return missing


async def version(connection: asyncpg.Connection) -> int:
    """The schema's version; 0 where there is none yet."""
    if await connection.fetchval("SELECT to_regclass('schema_versions')") is None:
        return 0
    found: int | None = await connection.fetchval("SELECT max(version) FROM schema_versions")
    return found or 0


async def require_current(connection: asyncpg.Connection) -> None:
    """Raise SchemaError on an older schema or an encoding that is not UTF-8.

    A newer schema serves: see this module's rule.
    """
    _require_utf8(connection)
    found = await version(connection)
    if found < len(migrations()):
        raise SchemaError(
            f"the schema is version {found}, this program needs {len(migrations())}: "
            "run `kirosample migrate`"
        )


def _require_utf8(connection: asyncpg.Connection) -> None:
    """Another encoding refuses Japanese (LATIN1), or takes it without a look (SQL_ASCII)."""
    encoding = connection.get_settings().server_encoding  # the server has told it already
    if encoding != "UTF8":
        raise SchemaError(
            f"the database's encoding is {encoding} and has to be UTF8: "
            "make it anew with ENCODING 'UTF8' TEMPLATE template0"
        )
