"""Likes and withdrawals, and the lists of what is liked.

A favorite's row is locked before its likes are touched, so that whoever comes second sees what
the first one left: `likes` is always the number of rows in `favorite_likes`, and the last like
taken back never takes along one that another task adds at that moment.
"""

from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from kirosample.favorites.database import Database
from kirosample.favorites.model import TYPES, Favorite, Item, Stat, Type
from kirosample.limits import READ_DEADLINE_SECONDS, WRITE_DEADLINE_SECONDS

_JST = timezone(timedelta(hours=9))
_COLUMNS = "f.id, f.type, f.item, f.content, f.author, f.created_at, f.likes"


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
    """The favorites of one database. Every method raises Unavailable when it cannot answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def like(self, item: Item, visitor: UUID) -> tuple[Favorite, bool]:
        """Add the visitor's like, unless it is there; answers whether it is new."""
        async with (
            self._database.connection(WRITE_DEADLINE_SECONDS) as connection,
            connection.transaction(),
        ):
            while True:
                found = await connection.fetchrow(
                    f"SELECT {_COLUMNS} FROM favorites f WHERE type = $1 AND item = $2 FOR UPDATE",
                    item.type,
                    item.item,
                )
                if found:
                    return await self._like_existing(connection, found, visitor)
                # Another task may be making it now: then this waits for it, and looks again.
                made = await connection.fetchrow(
                    "INSERT INTO favorites AS f (type, item, content, author, likes)"
                    f" VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING RETURNING {_COLUMNS}",
                    item.type,
                    item.item,
                    item.content,
                    item.author,
                )
                if made:
                    await _add_like(connection, made["id"], visitor)
                    return _favorite(made), True

    async def _like_existing(
        self, connection: asyncpg.Connection, found: asyncpg.Record, visitor: UUID
    ) -> tuple[Favorite, bool]:
        if not await _add_like(connection, found["id"], visitor):
            return _favorite(found), False
        liked = await connection.fetchrow(
            f"UPDATE favorites f SET likes = likes + 1 WHERE id = $1 RETURNING {_COLUMNS}",
            found["id"],
        )
        return _favorite(liked), True

    async def withdraw(self, favorite_id: int, visitor: UUID) -> bool:
        """Take the visitor's like back; answers whether there was one."""
        async with (
            self._database.connection(WRITE_DEADLINE_SECONDS) as connection,
            connection.transaction(),
        ):
            likes = await connection.fetchval(
                "SELECT likes FROM favorites WHERE id = $1 FOR UPDATE", favorite_id
            )
            gone = await connection.fetchval(
                "DELETE FROM favorite_likes WHERE favorite_id = $1 AND visitor = $2 RETURNING 1",
                favorite_id,
                visitor,
            )
            if not gone:
                return False
            if likes == 1:
                await connection.execute("DELETE FROM favorites WHERE id = $1", favorite_id)
            else:
                await connection.execute(
                    "UPDATE favorites SET likes = likes - 1 WHERE id = $1", favorite_id
                )
            return True

    async def remove(self, favorite_id: int) -> bool:
        """The operator's: remove a favorite with all its likes; answers whether it was there."""
        async with self._database.connection(WRITE_DEADLINE_SECONDS) as connection:
            done = await connection.fetchval(
                "DELETE FROM favorites WHERE id = $1 RETURNING 1", favorite_id
            )
            return done is not None

    async def most_liked(
        self, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[Favorite, ...]:
        """A page of all favorites, most liked first, then the newest."""
        of_type = "f.type = $4 AND " if of else ""
        rows = await self._fetch(
            f"SELECT {_COLUMNS} FROM favorites f WHERE {of_type}(f.likes, f.id) < ($1::bigint, $2)"
            " ORDER BY f.likes DESC, f.id DESC LIMIT $3",
            *after,
            limit,
            *([of] if of else []),
        )
        return tuple(map(_favorite, rows))

    async def liked_by(
        self,
        visitor: UUID,
        *,
        limit: int,
        after: Position = FIRST_PAGE,
        of: Type | None = None,
    ) -> tuple[tuple[Favorite, Position], ...]:
        """A page of what the visitor likes, the latest like first, with each one's position."""
        rows = await self._fetch(
            f"SELECT {_COLUMNS}, (extract(epoch FROM l.created_at) * 1000000)::bigint AS liked"
            " FROM favorite_likes l JOIN favorites f ON f.id = l.favorite_id"
            " WHERE l.visitor = $1 AND ($5::text IS NULL OR f.type = $5)"
            " AND ((extract(epoch FROM l.created_at) * 1000000)::bigint, f.id) < ($2::bigint, $3)"
            " ORDER BY l.created_at DESC, f.id DESC LIMIT $4",
            visitor,
            *after,
            limit,
            of,
        )
        return tuple((_favorite(row), Position(row["liked"], row["id"])) for row in rows)

    async def stats(self) -> tuple[Stat, ...]:
        """One for each type, also for a type that nobody likes yet."""
        rows = await self._fetch(
            "SELECT type, count(*) AS count, sum(likes)::bigint AS likes"
            " FROM favorites GROUP BY type"
        )
        found = {row["type"]: Stat(row["type"], row["count"], row["likes"]) for row in rows}
        return tuple(found.get(type_, Stat(type_, 0, 0)) for type_ in TYPES)

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._database.connection(READ_DEADLINE_SECONDS) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


async def _add_like(connection: asyncpg.Connection, favorite_id: int, visitor: UUID) -> bool:
    added = await connection.fetchval(
        "INSERT INTO favorite_likes (favorite_id, visitor) VALUES ($1, $2)"
        " ON CONFLICT DO NOTHING RETURNING 1",
        favorite_id,
        visitor,
    )
    return added is not None


def _favorite(row: Any) -> Favorite:
    at: datetime = row["created_at"]
    return Favorite(
        id=row["id"],
        type=row["type"],
        item=row["item"],
        content=row["content"],
        author=row["author"],
        created_at=at.astimezone(_JST).replace(microsecond=0),
        likes=row["likes"],
    )
