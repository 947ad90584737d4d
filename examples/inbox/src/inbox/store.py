"""The events: their table, its statements and its rules. Every method may raise Unavailable."""

from importlib import resources
from typing import NamedTuple

from ishizue import STATEMENT_SECONDS, Database, Migrations, Schema

MAX_TRIES = 5

LEASE_SECONDS = 60
"""How long a worker has an event to itself. A worker that dies leaves its event for another."""

SCHEMA = Schema(
    name="events",
    migrations=Migrations(resources.files("inbox") / "migrations", "inbox migrate"),
    write_check="UPDATE events SET tries = tries WHERE false",
)

_ADD = "INSERT INTO events (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING id"

# Another worker skips a row that this one takes, and sees it leased afterwards. The last time it
# is given up at once: an event that ends each worker that takes it is not taken for ever.
_TAKE = """
UPDATE events SET tries = tries + 1,
    due_at = CASE WHEN tries + 1 < $2 THEN now() + make_interval(secs => $1) END
WHERE id = (
    SELECT id FROM events WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, body, tries
"""
# Only the worker of this try ends it: another may have the event of a worker that was late.
_DELIVERED = """
UPDATE events SET due_at = NULL, delivered_at = now() WHERE id = $1 AND tries = $2
"""
_FAILED = """
UPDATE events SET due_at = now() + make_interval(secs => $3)
WHERE id = $1 AND tries = $2 AND due_at IS NOT NULL
"""
_WAITING = "SELECT count(*) FROM events WHERE due_at IS NOT NULL"
_GIVEN_UP = "SELECT count(*) FROM events WHERE due_at IS NULL AND delivered_at IS NULL"
_PURGE = """
DELETE FROM events
WHERE due_at IS NULL AND received_at < now() - make_interval(days => $1) RETURNING id
"""


class Event(NamedTuple):
    """An event that a worker has taken, and which try this is, from 1."""

    id: str
    body: bytes
    tries: int


class Store:
    """The events in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, id_: str, body: bytes) -> bool:
        """Store an event; returns whether it is new."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            return await connection.fetchval(_ADD, id_, body) is not None

    async def take(self) -> Event | None:
        """Lease the event that has been due for longest."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            row = await connection.fetchrow(_TAKE, LEASE_SECONDS, MAX_TRIES)
            return Event(*row) if row else None

    async def delivered(self, event: Event) -> None:
        """The event is done."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            await connection.execute(_DELIVERED, event.id, event.tries)

    async def failed(self, event: Event) -> None:
        """Try the event again later, unless it is given up."""
        pause = 10 * 4 ** (event.tries - 1)  # 10 s to 11 minutes
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            await connection.execute(_FAILED, event.id, event.tries, pause)

    async def waiting(self) -> int:
        """The number of events that are neither delivered nor given up."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            return int(await connection.fetchval(_WAITING))

    async def given_up(self) -> int:
        """The number of events that were given up, and those whose last try runs now."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            return int(await connection.fetchval(_GIVEN_UP))

    async def purge(self, days: int) -> int:
        """Delete the events that are done and this old; returns how many."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            return len(await connection.fetch(_PURGE, days))
