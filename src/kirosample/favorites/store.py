"""The favorites in one database: likes, withdrawals and lists."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from ishizue.limits import STATEMENT_SECONDS
from ishizue.storage.database import Database, Schema
from ishizue.storage.migrations import Migrations
from ishizue.storage.single_flight import SingleFlight
from kirosample.favorites.model import TYPES, Favorite, Item, Stat, Type
from kirosample.favorites.queries import LIKED, LIKED_BY, MOST_LIKED, STATS, favorite
from kirosample.favorites.transfers import Transfers
from kirosample.favorites.writes import Like, Withdrawal, Writer

MIGRATIONS = Migrations(
    resources.files("kirosample.favorites") / "migrations", "kirosample migrate"
)

FAVORITES = Schema(
    name="favorites",
    migrations=MIGRATIONS,
    write_check=(
        "UPDATE favorites SET likes = likes WHERE false; DELETE FROM favorite_likes WHERE false"
    ),
    session={"application_name": "kirosample"},
    # Planning a batch takes as long as running it, so it is done once: for any batch, and for
    # tables of any size, as they may be empty when the first one comes.
    writer_session={"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"},
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The latest time of a like that a position may have, in microseconds since 1970."""


class Position(NamedTuple):
    """The end of a page: the ordering value and the id of its last favorite.

    The ordering value is the number of likes, or in a visitor's own list the time of the like in
    microseconds since 1970.
    """

    order: int
    id: int

    @classmethod
    def at(cls, moment: datetime) -> "Position":
        """The position in a visitor's own list before every like from this moment on."""
        return cls((moment - _EPOCH) // _MICROSECOND, 0)


FIRST_PAGE = Position(2**62, 2**31 - 1)
"""The position before all favorites."""


class Store:
    """Every method raises Unavailable when the database cannot answer.

    Writes are batched here. Reads are shared by the caller, because it shares what it makes of the
    rows too: a page, or JSON. It shares those that most visitors want through `single_flight`, and
    waits its client's turn with all others.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writes = Writer(database).batcher
        self.single_flight = SingleFlight()
        self.transfers = Transfers(database)

    @property
    def waiting(self) -> int:
        """The number of writes that wait for the next statement."""
        return len(self._writes)

    def like(self, item: Item, visitor: UUID) -> Awaitable[tuple[Favorite, bool]]:
        """Add the visitor's like, unless it exists; returns whether it is new."""
        return self._writes.submit(Like(item, visitor))

    def withdraw(self, favorite_id: int, visitor: UUID) -> Awaitable[bool]:
        """Remove the visitor's like; returns whether there was one."""
        return self._writes.submit(Withdrawal(favorite_id, visitor))

    async def liked(self, visitor: UUID, type_: Type, item: str) -> Favorite | None:
        """The favorite of an item, if this visitor likes it."""
        rows = await self._fetch(LIKED, visitor, type_, item)
        return favorite(rows[0]) if rows else None

    async def most_liked(
        self, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[Favorite, ...]:
        """A page of all favorites, most liked first, then the newest."""
        rows = await self._fetch(MOST_LIKED, *after, limit, [of] if of else TYPES)
        return tuple(map(favorite, rows))

    async def liked_by(
        self, visitor: UUID, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[tuple[Favorite, Position], ...]:
        """A page of the visitor's favorites, latest like first, with their positions."""
        types = [of] if of else TYPES
        rows = await self._fetch(LIKED_BY, visitor, *_moment(after), limit, types)
        return tuple((favorite(row), Position(row["liked"], row["id"])) for row in rows)

    async def stats(self) -> tuple[Stat, ...]:
        """One for each type, even without favorites."""
        return tuple(Stat(**row) for row in await self._fetch(STATS))

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


def open_database(connect_arguments: dict[str, Any], *, migrating: bool) -> Database:
    """The database of favorites, to be entered as a context manager."""
    return Database(connect_arguments, FAVORITES, migrating=migrating)


def _moment(position: Position) -> tuple[datetime, int]:
    """The time of a like, and its favorite's id; a forged position may be out of range."""
    return _EPOCH + min(position.order, _LATEST) * _MICROSECOND, position.id
