"""All favorites with their likes as lines of JSON, for another database of the product."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from kirosample.favorites.model import Type

_ALL = """
    SELECT type, item, content, author, f.created_at,
        array_agg(visitor ORDER BY visitor), array_agg(l.created_at ORDER BY visitor)
    FROM favorites f JOIN favorite_likes l ON favorite_id = f.id
    GROUP BY f.id ORDER BY f.id"""

_MAKE = """
    INSERT INTO favorites (type, item, content, author, created_at, likes)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (type, item) DO NOTHING RETURNING id"""

_LOCK = "SELECT id FROM favorites WHERE type = $1 AND item = $2 FOR NO KEY UPDATE"

_ADD = """
    WITH added AS (
        INSERT INTO favorite_likes (favorite_id, visitor, created_at)
        SELECT $1, * FROM unnest($2::uuid[], $3::timestamptz[])
        ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT count(*) FROM added"""


class CopyError(Exception):
    """A line is no copy of a favorite; the message names the line and the field."""


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A favorite, and when each visitor liked it."""

    type: Type
    item: str
    content: str
    author: str
    created_at: datetime
    likes: dict[UUID, datetime]


async def written(connection: asyncpg.Connection) -> AsyncIterator[bytes]:
    """A line for each favorite, all as of one moment."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for row in connection.cursor(_ALL):
            type_, item, content, author, created_at, visitors, moments = row
            likes = dict(zip(visitors, moments, strict=True))
            copy = Copy(type_, item, content, author, created_at, likes)
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
        yield copy


async def add(connection: asyncpg.Connection, copy: Copy) -> int:
    """Add what the database lacks of a favorite; returns the number of new likes."""
    visitors = list(copy.likes)
    moments = list(copy.likes.values())
    likes = len(visitors)
    key = copy.type, copy.item
    while True:
        async with connection.transaction():
            rest = copy.content, copy.author, copy.created_at, likes
            made = await connection.fetchval(_MAKE, *key, *rest)
            if made:
                await connection.fetchval(_ADD, made, visitors, moments)
                return likes
            existing = await connection.fetchval(_LOCK, *key)
            if existing is None:  # its last like was withdrawn meanwhile
                continue
            added: int = await connection.fetchval(_ADD, existing, visitors, moments)
            await connection.execute(
                "UPDATE favorites SET likes = likes + $2 WHERE id = $1", existing, added
            )
            return added
