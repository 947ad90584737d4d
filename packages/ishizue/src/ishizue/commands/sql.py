"""The commands `sql` and `dump`, where no shell with `psql` and `pg_dump` reaches the database.

A dump is a script of SQL that replaces all rows at once, in a database of the same schema.
"""

from collections.abc import Callable

import asyncpg

from ishizue.commands import admin, files
from ishizue.failure import Failure
from ishizue.settings import Settings
from ishizue.storage.database_url import DatabaseUrl

_TABLES = """
    SELECT relation.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_class AS relation JOIN pg_attribute ON attrelid = relation.oid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
        AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    GROUP BY relation.oid ORDER BY relation.oid
"""
"""Tables with the columns that take values; what a table refers to is older, and before it."""

_ROWS = """
    SELECT format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM '
        'json_populate_recordset(NULL::%1$s, %3$L);', $1::text, $2::text,
        (SELECT coalesce(json_agg(each), '[]') FROM {} AS each))
"""
_SEQUENCES = """
    SELECT format('SELECT setval(%L, %s, %L);', format('%I.%I', schemaname, sequencename),
        coalesce(last_value, start_value), last_value IS NOT NULL)
    FROM pg_sequences WHERE schemaname = current_schema()
"""


def sql(settings: Settings, text: str, prepare: Callable[[], object] | None = None) -> int:
    """Run a statement and print its rows, or run the script at an https URL."""

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(_owner(settings, url)) as connection:
            if text.startswith("https://"):
                await connection.execute(files.read(text).decode())
                return "done"
            rows = await connection.fetch(text)
            return "\n".join("\t".join(map(str, row)) for row in rows) or "no rows"

    return admin.run(settings, work, prepare)


def dump(settings: Settings, target: str, prepare: Callable[[], object] | None = None) -> int:
    """Put a dump at an https URL, such as one that S3 has signed. Raises Failure for another."""
    if not target.startswith("https://"):
        raise Failure(f"{target}: a dump needs an https:// URL")

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(_owner(settings, url)) as connection:
            content = (await script(connection)).encode()
        files.write(target, content, "application/sql")
        return f"{len(content)} bytes written"

    return admin.run(settings, work, prepare)


async def script(connection: asyncpg.Connection) -> str:
    """All rows of one moment, and where the sequences are, for `sql` and `psql`."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        tables = await connection.fetch(_TABLES)
        lines = ["BEGIN;"]
        lines += [f"TRUNCATE {', '.join(name for name, _ in tables)};"] if tables else []
        for name, columns in tables:
            lines.append(await connection.fetchval(_ROWS.format(name), name, columns))
        lines += [line for (line,) in await connection.fetch(_SEQUENCES)]
    return "\n".join([*lines, "COMMIT;", ""])


def _owner(settings: Settings, url: DatabaseUrl) -> DatabaseUrl:
    return settings.migration.owner if settings.migration else url
