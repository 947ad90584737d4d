"""The favorites of one database: likes and withdrawals, and the lists of what is liked."""

from collections.abc import Awaitable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from msgspec import json
from msgspec.structs import replace

from kirosample.favorites.batch import Like, Withdrawal
from kirosample.favorites.coalescing import Shared
from kirosample.favorites.database import Database
from kirosample.favorites.model import TYPES, Favorite, Item, Stat, Type, in_japan
from kirosample.favorites.writes import Writer
from kirosample.limits import REMOVAL_SECONDS, SHARED_READS, STATEMENT_SECONDS

_FIELDS = Favorite.__struct_fields__
_COLUMNS = ", ".join(f"f.{name}" for name in _FIELDS)

_STATS = "SELECT type, count(*), sum(likes)::bigint AS likes FROM favorites GROUP BY type"

_LIKED_BY = (
    f"SELECT {_COLUMNS}, (extract(epoch FROM l.created_at) * 1000000)::bigint AS liked"
    " FROM favorite_likes l JOIN favorites f ON f.id = l.favorite_id"
    " WHERE l.visitor = $1 AND ($5::text IS NULL OR f.type = $5)"
    " AND ((extract(epoch FROM l.created_at) * 1000000)::bigint, f.id) < ($2::bigint, $3)"
    " ORDER BY l.created_at DESC, f.id DESC LIMIT $4"
)

_Overview = tuple[
    list[int] | None,
    list[Type] | None,
    list[str] | None,
    list[str] | None,
    list[str] | None,
    list[datetime] | None,
    list[int] | None,
    list[int] | None,
    list[Stat] | None,
]
"""The fields of a page's favorites, each one's order, and the stats: null where there are none."""


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
    answer to share, the page or the JSON that is made of what they read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(database)
        self.shared = Shared(most=SHARED_READS)

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

    async def most_liked(
        self, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[Favorite, ...]:
        """A page of all favorites, most liked first, then the newest."""
        rows = await self._fetch(_most_liked(of), *after, limit, *([of] if of else []))
        return tuple(map(_favorite, rows))

    async def overview(
        self, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> bytes:
        """A page of all favorites and the stats as of one moment, for `parse_overview`.

        As it came, since what has not changed since the last time need not be parsed again.
        """
        page = _most_liked(of)
        return await self._with_stats(page, "likes", *after, limit, *([of] if of else []))

    async def liked_by(
        self,
        visitor: UUID,
        *,
        limit: int,
        after: Position = FIRST_PAGE,
        of: Type | None = None,
    ) -> tuple[tuple[Favorite, Position], ...]:
        """A page of what the visitor likes, the latest like first, with each one's position."""
        rows = await self._fetch(_LIKED_BY, visitor, *after, limit, of)
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
        told = await self._with_stats(_LIKED_BY, "liked", visitor, *after, limit, of)
        return _parse(told)

    async def stats(self) -> tuple[Stat, ...]:
        """One for each type, also for a type that nobody likes yet."""
        return _stats(Stat(*row) for row in await self._fetch(_STATS))

    async def _with_stats(self, page: str, order: str, *arguments: object) -> bytes:
        """`_Overview` of a page and the stats: the reading of a list has the time of one query.

        Column by column, since JSON of whole rows takes PostgreSQL longer. Each column is in the
        page's order, as an aggregate takes what is sorted below it (PostgreSQL, "Aggregate
        Functions").
        """
        columns = ", ".join(f"json_agg({column})" for column in (*_FIELDS, order))
        ((told,),) = await self._fetch(
            f"SELECT convert_to(json_build_array({columns},"
            f" (SELECT json_agg(stats) FROM ({_STATS}) stats))::text, 'UTF8') FROM ({page}) page",
            *arguments,
        )
        return bytes(told)

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._database.connection(STATEMENT_SECONDS) as connection:
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
    return found, _stats(counted or ())


def _most_liked(of: Type | None) -> str:
    of_type = "f.type = $4 AND " if of else ""
    return (
        f"SELECT {_COLUMNS} FROM favorites f WHERE {of_type}(f.likes, f.id) < ($1::bigint, $2)"
        " ORDER BY f.likes DESC, f.id DESC LIMIT $3"
    )


def _stats(counted: Iterable[Stat]) -> tuple[Stat, ...]:
    found = {stat.type: stat for stat in counted}
    return tuple(found.get(type_, Stat(type_, 0, 0)) for type_ in TYPES)


def _favorite(row: Sequence[Any]) -> Favorite:
    """The favorite of a row that begins with its fields."""
    favorite = Favorite(*row[: len(_FIELDS)])
    return replace(favorite, created_at=in_japan(favorite.created_at))
