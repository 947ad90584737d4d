"""The favorites in one database: likes, withdrawals and lists."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from msgspec import json

from kirosample.favorites.batch import Like, Withdrawal
from kirosample.favorites.model import Favorite, Item, Stat, Type
from kirosample.favorites.queries import FIELDS, LIKED, LIKED_BY, MOST_LIKED, STATS, with_stats
from kirosample.favorites.transfers import Transfers
from kirosample.favorites.writes import Writer
from kirosample.limits import STATEMENT_SECONDS
from kirosample.storage.database import Database
from kirosample.storage.read_queue import ReadQueue
from kirosample.storage.single_flight import SingleFlight

LISTS_WAITING = 45
"""Public lists that may wait to be read: half of STATEMENT_SECONDS at 10 ms each."""

OWN_LISTS_WAITING = 8
"""A visitor's own lists that may wait to be read."""

VISITORS_WAITING = 450
"""Visitors whose own lists may wait to be read: the other half, at the usual 1 ms each."""

REMOVAL_SECONDS = 60
"""Timeout of an admin's removal of a favorite: one with a million likes takes this long."""

_Turn = AbstractAsyncContextManager[None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = int((datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * 1_000_000

_Overview = tuple[
    list[int] | None,
    list[Type] | None,
    list[str] | None,
    list[str] | None,
    list[str] | None,
    list[datetime] | None,
    list[int] | None,
    list[int] | None,
    list[Stat],
]
"""The columns of a page and of its ordering value, null if it is empty; the stats."""


class Position(NamedTuple):
    """The end of a page: the ordering value and the id of its last favorite.

    The ordering value is the number of likes, or in a visitor's own list the time of the like in
    microseconds since 1970.
    """

    order: int
    id: int

    @classmethod
    def at(cls, moment: datetime) -> "Position":
        """In a visitor's own list: before every like from this moment on."""
        return cls((moment - _EPOCH) // timedelta(microseconds=1), 0)


FIRST_PAGE = Position(2**62, 2**31 - 1)
"""Before all favorites."""


class Store:
    """Every method raises Unavailable when the database cannot answer.

    Writes are batched here. Reads are shared by the caller, through `single_flight`, because it
    shares what it makes of the rows too: a page, or JSON. Reads that are the same for all visitors
    run at once; a visitor's own list, and any list that is `queued`, waits in the read queue.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writes = Writer(database).batcher
        self._queue = ReadQueue(
            public=LISTS_WAITING, of_owner=OWN_LISTS_WAITING, owners=VISITORS_WAITING
        )
        self.single_flight = SingleFlight()
        self.transfers = Transfers(database, self._queue)

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

    async def remove(self, favorite_id: int) -> bool:
        """For an admin: remove a favorite with all its likes; returns whether it existed."""
        async with self._database.connection(REMOVAL_SECONDS) as connection:
            # No transaction: after a timeout its end would wait for the server.
            try:
                await connection.execute(f"SET statement_timeout = {REMOVAL_SECONDS * 1000}")
                done = await connection.fetchval(
                    "DELETE FROM favorites WHERE id = $1 RETURNING 1", favorite_id
                )
            finally:
                connection.terminate()  # no other statement may have this timeout
            return done is not None

    async def liked(self, visitor: UUID, type_: Type, item: str) -> Favorite | None:
        """The favorite of an item, if this visitor likes it."""
        rows = await self._fetch(self._queue.turn(visitor), LIKED, visitor, type_, item)
        return _favorite(rows[0]) if rows else None

    async def most_liked(
        self,
        *,
        limit: int,
        after: Position = FIRST_PAGE,
        of: Type | None = None,
        queued: bool = False,
    ) -> tuple[Favorite, ...]:
        """A page of all favorites, most liked first, then the newest."""
        turn = self._queue.turn(None) if queued else None
        rows = await self._fetch(turn, MOST_LIKED[of], *after, limit)
        return tuple(map(_favorite, rows))

    async def overview(
        self,
        *,
        limit: int,
        after: Position = FIRST_PAGE,
        of: Type | None = None,
        queued: bool = False,
    ) -> bytes:
        """A page of all favorites and the stats as of one moment, for `parse_overview`.

        Not parsed, because a caller can compare it with the previous one.
        """
        turn = self._queue.turn(None) if queued else None
        return await self._with_stats(turn, MOST_LIKED[of], "likes", *after, limit)

    async def liked_by(
        self, visitor: UUID, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[tuple[Favorite, Position], ...]:
        """A page of the visitor's favorites, latest like first, with their positions."""
        turn = self._queue.turn(visitor)
        rows = await self._fetch(turn, LIKED_BY[of], visitor, *_moment(after), limit)
        return tuple((_favorite(row), Position(row["liked"], row["id"])) for row in rows)

    async def overview_of(
        self, visitor: UUID, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[tuple[tuple[Favorite, Position], ...], tuple[Stat, ...]]:
        """`liked_by` and `stats` as of one moment, in one statement."""
        turn = self._queue.turn(visitor)
        page = LIKED_BY[of]
        return _parse(await self._with_stats(turn, page, "liked", visitor, *_moment(after), limit))

    async def stats(self) -> tuple[Stat, ...]:
        """One for each type, even without favorites."""
        return tuple(Stat(*row) for row in await self._fetch(None, STATS))

    async def _with_stats(
        self, turn: _Turn | None, page: str, order: str, *arguments: object
    ) -> bytes:
        """The JSON of an `_Overview`."""
        ((payload,),) = await self._fetch(turn, with_stats(page, order), *arguments)
        return bytes(payload)

    async def _fetch(
        self, turn: _Turn | None, query: str, *arguments: object
    ) -> list[asyncpg.Record]:
        async with self._database.connection(STATEMENT_SECONDS, turn) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


def parse_overview(payload: bytes) -> tuple[tuple[Favorite, ...], tuple[Stat, ...]]:
    """The favorites and stats of `Store.overview`."""
    found, stats = _parse(payload)
    return tuple(favorite for favorite, _ in found), stats


def _parse(payload: bytes) -> tuple[tuple[tuple[Favorite, Position], ...], tuple[Stat, ...]]:
    *columns, counted = json.decode(payload, type=_Overview)
    rows = zip(*(column or () for column in columns), strict=True)
    found = tuple((_favorite(row), Position(row[-1], row[0])) for row in rows)
    return found, tuple(counted)


def _moment(position: Position) -> tuple[datetime, int]:
    """The time of a like, and its favorite's id; a forged position may be out of range."""
    return _EPOCH + timedelta(microseconds=min(position.order, _LATEST)), position.id


def _favorite(row: Sequence[Any]) -> Favorite:
    """The favorite of a row that starts with its fields."""
    return Favorite(*row[: len(FIELDS)])
