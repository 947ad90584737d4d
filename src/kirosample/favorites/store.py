"""The favorites in one database: likes, withdrawals and lists."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from importlib import resources
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from ishizue.limits import STATEMENT_SECONDS
from ishizue.storage.database import Database, Schema
from ishizue.storage.migrations import Migrations
from ishizue.storage.single_flight import SingleFlight
from kirosample.favorites.model import Favorite, Item, Stat, Type
from kirosample.favorites.transfers import Transfers
from kirosample.favorites.writes import Like, Withdrawal, Writer

# What lists read: each its page and no more, however large the tables are. Times are within what
# Python, JSON and a `Position` can say, whatever a row has.
_MOST_LIKED = """
SELECT id, type, item, content, author,
    least(greatest(created_at, 'epoch'), '9998-12-31') AS created_at, likes
FROM (
    -- A part for each type, in the order of its own index. One that is not asked for is not read.
    (SELECT * FROM favorites
        WHERE type = 'quote' AND coalesce($4, 'quote') = 'quote' AND (likes, id) < ($1::bigint, $2)
        ORDER BY likes DESC, id DESC LIMIT $3)
    UNION ALL
    (SELECT * FROM favorites
        WHERE type = 'horoscope' AND coalesce($4, 'horoscope') = 'horoscope'
            AND (likes, id) < ($1, $2)
        ORDER BY likes DESC, id DESC LIMIT $3)
) f
ORDER BY likes DESC, id DESC LIMIT $3"""
"""Favorites. Parameters: the likes and the id to start after, the limit, and a type or NULL."""

# Types that only a later release knows are left out: it serves beside this one in a rollout, and
# before it in a rollback.
_LIKED_BY = """
SELECT f.id, f.type, f.item, f.content, f.author,
    least(greatest(f.created_at, 'epoch'), '9998-12-31') AS created_at, f.likes,
    (extract(epoch FROM l.created_at) * 1000000)::bigint AS liked
FROM (
    SELECT favorite_id, least(greatest(created_at, 'epoch'), '9998-12-31') AS created_at
    FROM favorite_likes
    WHERE visitor = $1
        AND (least(greatest(created_at, 'epoch'), '9998-12-31'), favorite_id) < ($2, $3)
    ORDER BY created_at DESC, favorite_id DESC
    OFFSET 0  -- The visitor's likes are sorted first, then the favorites of the page looked up.
) l
JOIN favorites f ON f.id = l.favorite_id
    AND f.type IN ('quote', 'horoscope') AND f.type = coalesce($5, f.type)
ORDER BY l.created_at DESC, l.favorite_id DESC LIMIT $4"""
"""Favorites, and `liked`, a `Position`'s time. Parameters: the visitor, the time and id to start
after, the limit, and a type or NULL."""

_LIKED = """
SELECT f.id, f.type, f.item, f.content, f.author,
    least(greatest(f.created_at, 'epoch'), '9998-12-31') AS created_at, f.likes
FROM favorites f JOIN favorite_likes l ON l.favorite_id = f.id
WHERE l.visitor = $1 AND f.type = $2 AND f.item = $3"""
"""A favorite. Parameters: the visitor, and the item's type and key."""

STATS = """
SELECT 'quote' AS type, coalesce(sum(quotes), 0)::bigint AS count,
    coalesce(sum(quote_likes), 0)::bigint AS likes
FROM favorite_stats
UNION ALL
SELECT 'horoscope', coalesce(sum(horoscopes), 0)::bigint, coalesce(sum(horoscope_likes), 0)::bigint
FROM favorite_stats"""
"""A `Stat` of each type. Triggers count them: `migrations/0005_count_likes.sql`."""

_fields_of = itemgetter(*Favorite.__struct_fields__)

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
        rows = await self._fetch(_LIKED, visitor, type_, item)
        return _favorite(rows[0]) if rows else None

    async def most_liked(
        self, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[Favorite, ...]:
        """A page of all favorites, most liked first, then the newest."""
        rows = await self._fetch(_MOST_LIKED, *after, limit, of)
        return tuple(map(_favorite, rows))

    async def liked_by(
        self, visitor: UUID, *, limit: int, after: Position = FIRST_PAGE, of: Type | None = None
    ) -> tuple[tuple[Favorite, Position], ...]:
        """A page of the visitor's favorites, latest like first, with their positions."""
        rows = await self._fetch(_LIKED_BY, visitor, *_moment(after), limit, of)
        return tuple(
            (Favorite(*_fields_of(row)), Position(row["liked"], row["id"])) for row in rows
        )

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


def _favorite(row: asyncpg.Record) -> Favorite:
    return Favorite(*_fields_of(row))
