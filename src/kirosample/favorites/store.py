"""The favorites of one database: likes and withdrawals, and the lists of what is liked."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from msgspec import json
from msgspec.structs import replace

from kirosample.favorites.batch import Like, Withdrawal
from kirosample.favorites.coalescing import Shared
from kirosample.favorites.database import Database
from kirosample.favorites.model import Favorite, Item, Stat, Type, in_japan
from kirosample.favorites.queries import FIELDS, LIKED, LIKED_BY, MOST_LIKED, STATS, with_stats
from kirosample.favorites.read_queue import ReadQueue
from kirosample.favorites.writes import Writer
from kirosample.limits import REMOVAL_SECONDS, STATEMENT_SECONDS

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
"""The fields of a page's favorites and each one's order, null where there are none; the stats."""


class Position(NamedTuple):
    """Where a page of a list ends: the ordering value and the id of its last favorite.

    The ordering value is the number of likes, or for one visitor's own list the time of the like
    in microseconds since 1970.
    """

    order: int
    id: int


FIRST_PAGE = Position(2**62, 2**31 - 1)
"""Before every favorite."""


class Store:
    """Every method raises Unavailable when it cannot answer.

    Writes share statements by themselves. Reads do not: `shared` is for those who have a whole
    answer to share, the page or the JSON that is made of what they read. What all visitors share
    is read at once, and what anyone may ask for (one's own list, and everybody's where `queued`)
    in its turn.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(database)
        self._queue = ReadQueue()
        self.shared = Shared()

    @property
    def waiting(self) -> int:
        """Writes that wait for the next statement."""
        return len(self._writer)

    def like(self, item: Item, visitor: UUID) -> Awaitable[tuple[Favorite, bool]]:
        """Add the visitor's like, unless it is there; answers whether it is new."""
        return self._writer.ask(Like(item, visitor))

    def withdraw(self, favorite_id: int, visitor: UUID) -> Awaitable[bool]:
        """Take the visitor's like back; answers whether there was one."""
        return self._writer.ask(Withdrawal(favorite_id, visitor))

    async def remove(self, favorite_id: int) -> bool:
        """The operator's: remove a favorite with all its likes; answers whether it was there."""
        async with self._database.connection(REMOVAL_SECONDS) as connection:
            # A favorite that a million visitors like takes longer than a visitor may wait. No
            # transaction: when time is up, its end would wait for the server.
            try:
                await connection.execute(f"SET statement_timeout = {REMOVAL_SECONDS * 1000}")
                done = await connection.fetchval(
                    "DELETE FROM favorites WHERE id = $1 RETURNING 1", favorite_id
                )
            finally:
                connection.terminate()  # nobody else is to have this much time
            return done is not None

    async def liked(self, visitor: UUID, type_: Type, item: str) -> Favorite | None:
        """The favorite, if this visitor likes it."""
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

        As it came, since what has not changed since the last time need not be parsed again.
        """
        turn = self._queue.turn(None) if queued else None
        return await self._with_stats(turn, MOST_LIKED[of], "likes", *after, limit)

    async def liked_by(
        self,
        visitor: UUID,
        *,
        limit: int,
        after: Position = FIRST_PAGE,
        of: Type | None = None,
    ) -> tuple[tuple[Favorite, Position], ...]:
        """A page of what the visitor likes, the latest like first, with each one's position."""
        turn = self._queue.turn(visitor)
        rows = await self._fetch(turn, LIKED_BY[of], visitor, *_moment(after), limit)
        return tuple((_favorite(row), Position(row["liked"], row["id"])) for row in rows)

    async def overview_of(
        self,
        visitor: UUID,
        *,
        limit: int,
        after: Position = FIRST_PAGE,
        of: Type | None = None,
    ) -> tuple[tuple[tuple[Favorite, Position], ...], tuple[Stat, ...]]:
        """What `liked_by` and `stats` give, as of one moment and in the time of one statement."""
        turn = self._queue.turn(visitor)
        page = LIKED_BY[of]
        return _parse(await self._with_stats(turn, page, "liked", visitor, *_moment(after), limit))

    async def stats(self) -> tuple[Stat, ...]:
        """One for each type, also for a type that nobody likes yet."""
        return tuple(Stat(*row) for row in await self._fetch(None, STATS))

    async def _with_stats(
        self, turn: _Turn | None, page: str, order: str, *arguments: object
    ) -> bytes:
        """`_Overview` of a page and the stats: the reading of a list has the time of one query."""
        ((told,),) = await self._fetch(turn, with_stats(page, order), *arguments)
        return bytes(told)

    async def _fetch(
        self, turn: _Turn | None, query: str, *arguments: object
    ) -> list[asyncpg.Record]:
        async with self._database.connection(STATEMENT_SECONDS, turn) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


def parse_overview(told: bytes) -> tuple[tuple[Favorite, ...], tuple[Stat, ...]]:
    """What `Store.overview` found: the favorites, most liked first, and one stat for each type."""
    found, stats = _parse(told)
    return tuple(favorite for favorite, _ in found), stats


def _parse(told: bytes) -> tuple[tuple[tuple[Favorite, Position], ...], tuple[Stat, ...]]:
    *columns, counted = json.decode(told, type=_Overview)
    rows = zip(*(column or () for column in columns), strict=True)
    found = tuple((_favorite(row), Position(row[-1], row[0])) for row in rows)
    return found, tuple(counted)


def _moment(position: Position) -> tuple[datetime, int]:
    """The time of a like, and its favorite's id. An invented one may be beyond all times."""
    return _EPOCH + timedelta(microseconds=min(position.order, _LATEST)), position.id


def _favorite(row: Sequence[Any]) -> Favorite:
    """The favorite of a row that begins with its fields."""
    favorite = Favorite(*row[: len(FIELDS)])
    return replace(favorite, created_at=in_japan(favorite.created_at))
