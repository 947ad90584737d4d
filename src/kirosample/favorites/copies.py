"""All favorites with their likes as lines of JSON, for another database of the product."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

import asyncpg
import msgspec

from kirosample.favorites.model import Type, fault

_ALL = """
    SELECT type, item, content, author,
        least(greatest(f.created_at, 'epoch'), '9998-12-31') AS created_at,
        array_agg(visitor ORDER BY visitor) AS visitors,
        array_agg(least(greatest(l.created_at, 'epoch'), '9998-12-31') ORDER BY visitor) AS moments
    FROM favorites f JOIN favorite_likes l ON favorite_id = f.id
    GROUP BY f.id ORDER BY f.id"""

# Before any row: so no like waits for a row while it holds one that the import wants.
_LOCK = "LOCK TABLE favorites IN SHARE ROW EXCLUSIVE MODE"

_MAKE = """
    INSERT INTO favorites (type, item, content, author, created_at, likes)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (type, item) DO NOTHING RETURNING id"""

_FIND = "SELECT id FROM favorites WHERE type = $1 AND item = $2"

_ADD = """
    WITH added AS (
        INSERT INTO favorite_likes (favorite_id, visitor, created_at)
        SELECT $1, * FROM unnest($2::uuid[], $3::timestamptz[])
        ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT count(*) FROM added"""

_TIMES: Final = datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class CopyError(Exception):
    """A line is no copy of a favorite; the message names the line and the field."""


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A favorite, and when each visitor liked it."""

    type: Type
    item: str
    content: str
    author: str
    created_at: _Time
    likes: dict[UUID, _Time]


async def written(connection: asyncpg.Connection) -> AsyncIterator[bytes]:
    """A line for each favorite, all as of one moment."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for row in connection.cursor(_ALL):
            fields = dict(row)
            likes = dict(zip(fields.pop("visitors"), fields.pop("moments"), strict=True))
            copy = Copy(**fields, likes=likes)
            yield msgspec.json.encode(copy) + b"\n"


def parse(content: bytes) -> Iterator[Copy]:
    """The favorites of these lines. Raises CopyError."""
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            copy = msgspec.json.decode(line, type=Copy)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CopyError(f"line {number}: {error}") from error
        if not copy.likes:
            raise CopyError(f"line {number}: `likes` is empty")
        wrong = fault(copy.type, copy.item, copy.content, copy.author)
        for name, moments in ("created_at", [copy.created_at]), ("likes", copy.likes.values()):
            if not all(_TIMES[0] <= moment <= _TIMES[1] for moment in moments):
                wrong = wrong or name
        if wrong:
            raise CopyError(f"line {number}: `{wrong}` is nothing that was exported")
        yield copy


async def add(connection: asyncpg.Connection, favorites: list[Copy]) -> int:
    """Add what the database lacks of these, or nothing; returns the number of new likes.

    Visitors' likes wait meanwhile.
    """
    async with connection.transaction():
        await connection.execute(_LOCK)
        return sum([await _add(connection, copy) for copy in favorites])


async def _add(connection: asyncpg.Connection, copy: Copy) -> int:
    likes = [*copy.likes], [*copy.likes.values()]
    key = copy.type, copy.item
    rest = copy.content, copy.author, copy.created_at, len(copy.likes)
    id_ = await connection.fetchval(_MAKE, *key, *rest)
    if id_ is not None:
        await connection.execute(_ADD, id_, *likes)
        return len(copy.likes)
    id_ = await connection.fetchval(_FIND, *key)
    added: int = await connection.fetchval(_ADD, id_, *likes)
    await connection.execute("UPDATE favorites SET likes = likes + $2 WHERE id = $1", id_, added)
    return added
