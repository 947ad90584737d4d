"""Everything in a database, for comparison with another one."""

from collections import Counter
from dataclasses import dataclass

from ishizue.testing.postgres import connected

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_REST = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, column_default,
            is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    # Without NOT NULL, which is a constraint from PostgreSQL 18 on and is one of "columns".
    # Without casts and parentheses: PostgreSQL prints a check that was restored from a dump as
    # `('a'::varchar)::text`, and the original as `'a'::varchar`.
    "constraints": """
        SELECT conrelid::regclass::text, conname, convalidated,
            regexp_replace(pg_get_constraintdef(oid), '::[a-z ]+(\\[\\])?|[()]', '', 'g')
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """All rows of each table as text; then columns, constraints and so on."""

    parts: dict[str, Counter[tuple[object, ...]]]

    def differences(self, other: "Contents") -> list[str]:
        """The entries of each part that only one of the two has, in words."""
        found = []
        for part in sorted(self.parts.keys() | other.parts):
            ours, theirs = (contents.parts.get(part, Counter()) for contents in (self, other))
            if number := (ours - theirs).total() + (theirs - ours).total():
                found.append(f"{number} of {part} differ")
        return found


async def read(dsn: str) -> Contents:
    async with (
        connected(dsn) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        tables = [row["tablename"] for row in await connection.fetch(_TABLES)]
        queries = {name: f'SELECT t::text FROM "{name}" t' for name in tables} | _REST
        return Contents(
            {
                part: Counter(tuple(row) for row in await connection.fetch(query))
                for part, query in queries.items()
            }
        )
