"""All favorites with their likes as lines of JSON, for another database of the product.

In a backup, a line before them has what else is stored, and one after them the others' SHA-256.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Final, Literal
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
_LOCK = "LOCK TABLE favorites, page_counts IN SHARE ROW EXCLUSIVE MODE"

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
_Page = Annotated[str, msgspec.Meta(max_length=64, pattern="^[^\0]*$")]


_OCCUPIED = """
    SELECT current_database()
    WHERE EXISTS (SELECT FROM favorites) OR EXISTS (SELECT FROM page_counts)"""

_CLEAR = """
    DELETE FROM favorite_likes; DELETE FROM favorites; DELETE FROM page_counts;
    DELETE FROM favorite_transfers; DELETE FROM favorite_transfers_used"""


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


class Rest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup has beside its favorites; the keys are in Base64 there."""

    backup: Literal[1]
    page_counts: list[tuple[date, _Page, Annotated[int, msgspec.Meta(ge=1, le=10**15)]]]
    cookie_keys: tuple[Annotated[bytes, msgspec.Meta(min_length=32)], ...]


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


async def backup(connection: asyncpg.Connection, cookie_keys: Sequence[bytes]) -> bytes:
    """All that is stored, as of one moment, while others write."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        counts = await connection.fetch("SELECT day, page, count FROM page_counts ORDER BY 1, 2")
        rest = Rest(1, [tuple(row) for row in counts], tuple(cookie_keys))
        lines = [msgspec.json.encode(rest), b"\n", *[line async for line in written(connection)]]
    body = b"".join(lines)
    return body + _checksum(body)


def _checksum(body: bytes) -> bytes:
    return b'{"sha256":"%s"}\n' % sha256(body).hexdigest().encode()


def parse_backup(content: bytes) -> tuple[Rest, list[Copy]]:
    """The contents of a backup. Raises CopyError for one that is not whole and unchanged."""
    end = len(content) - len(_checksum(b""))
    if end < 0 or content[end:] != _checksum(content[:end]):
        raise CopyError("it was cut or changed")
    rest, _, favorites = content[:end].partition(b"\n")
    try:
        return msgspec.json.decode(rest, type=Rest), list(parse(favorites))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CopyError(f"the first line: {error}") from error


async def occupied(connection: asyncpg.Connection) -> str | None:
    """The database's name, if it has anything that a restore would replace."""
    name: str | None = await connection.fetchval(_OCCUPIED)
    return name


async def replace(connection: asyncpg.Connection, rest: Rest, favorites: list[Copy]) -> None:
    """Replace all rows by those of a backup, or none. Lists show the earlier ones meanwhile."""
    async with connection.transaction():
        await connection.execute(_LOCK)
        await connection.execute(_CLEAR)
        await add(connection, favorites)
        added = "INSERT INTO page_counts VALUES ($1, $2, $3)"
        await connection.executemany(added, rest.page_counts)
