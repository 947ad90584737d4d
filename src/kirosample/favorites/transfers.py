"""Codes that carry a visitor's favorites to another device (docs/decisions/0023-transfer.md)."""

import asyncio
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from ishizue.limits import STATEMENT_GRACE_SECONDS, STATEMENT_SECONDS, TURN_SECONDS
from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable

CODE_MINUTES = 10
"""How long a code is valid."""

MAX_MOVED = 2_000
"""Likes that one code moves, in less than 0.1 s; any others stay for another code."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O and U
_CHARACTERS = 12  # 60 bits
_GROUP = 4
_AS_TYPED = str.maketrans("OIL", "011")

# No code is left if nothing is liked. SKIP LOCKED: two of these never wait for each other.
_OFFER = """
WITH given AS MATERIALIZED (
    SELECT count(*)::int AS likes FROM favorite_likes WHERE visitor = $1
), expired AS (
    DELETE FROM favorite_transfers WHERE visitor IN (
        SELECT visitor FROM favorite_transfers WHERE expires_at <= now() AND visitor <> $1
        LIMIT 100 FOR UPDATE SKIP LOCKED
    )
), expired_used AS (
    DELETE FROM favorite_transfers_used WHERE code_hash IN (
        SELECT code_hash FROM favorite_transfers_used WHERE expires_at <= now()
        LIMIT 100 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO favorite_transfers (visitor, code_hash, expires_at)
SELECT $1, $2, now() + make_interval(mins => $3) FROM given WHERE likes > 0
ON CONFLICT (visitor)
    DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
RETURNING expires_at, (SELECT likes FROM given) AS likes
"""

_LOOK_UP = """
SELECT
    (SELECT count(*)::int FROM favorite_likes l WHERE l.visitor = t.visitor) AS likes,
    (SELECT count(*)::int FROM favorite_likes l JOIN favorite_likes own USING (favorite_id)
        WHERE l.visitor = t.visitor AND own.visitor = $2) AS already
FROM favorite_transfers t WHERE code_hash = $1 AND expires_at > now() AND visitor <> $2
"""

# Favorites are locked in the order of their ids, as in `statements.py`: without these locks, a move
# and a batch of likes could each hold a like that the other waits for. A like changes its visitor;
# only one that both had is removed and counted, so no count reaches 0. Likes are seen as before the
# wait for the locks. So `shared` locks its rows: one that was withdrawn meanwhile drops out. One
# that was added meanwhile makes the statement fail as a whole, to be run again.
_REDEEM = """
WITH code AS MATERIALIZED (
    DELETE FROM favorite_transfers WHERE code_hash = $1 AND expires_at > now() AND visitor <> $2
    RETURNING visitor
), locked AS MATERIALIZED (
    SELECT id, likes FROM favorites WHERE id = ANY (
        ARRAY (
            SELECT l.favorite_id FROM code JOIN favorite_likes l ON l.visitor = code.visitor
            LIMIT $3
        )
    ) ORDER BY id FOR NO KEY UPDATE
), shared AS MATERIALIZED (
    SELECT own.favorite_id FROM locked JOIN favorite_likes own ON own.favorite_id = locked.id
    WHERE own.visitor = $2 FOR KEY SHARE OF own
), moved AS (
    UPDATE favorite_likes l SET visitor = $2 FROM code, locked
    WHERE l.visitor = code.visitor AND l.favorite_id = locked.id
        AND l.favorite_id NOT IN (SELECT favorite_id FROM shared)
    RETURNING l.favorite_id
), removed AS (
    DELETE FROM favorite_likes l USING code, shared
    WHERE l.visitor = code.visitor AND l.favorite_id = shared.favorite_id
    RETURNING l.favorite_id
), counted AS (
    UPDATE favorites f SET likes = locked.likes - 1
    FROM removed r JOIN locked ON locked.id = r.favorite_id WHERE f.id = r.favorite_id
)
INSERT INTO favorite_transfers_used (code_hash, receiver, likes, already, expires_at)
SELECT $1, $2, moved.n + removed.n, removed.n, now() + make_interval(mins => $4)
FROM code,
    (SELECT count(*)::int AS n FROM moved) AS moved,
    (SELECT count(*)::int AS n FROM removed) AS removed
RETURNING likes, already, (SELECT visitor FROM code) AS giver
"""

_MOVED = """
SELECT likes, already, NULL AS giver FROM favorite_transfers_used
WHERE code_hash = $1 AND receiver = $2 AND expires_at > now()
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A new code, when it expires, and the number of likes that it carries."""

    code: str
    expires_at: datetime
    likes: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """The number of likes that a code carries, and of those that the receiver has already."""

    likes: int
    already: int
    giver: UUID | None = field(default=None, compare=False)
    """Whose likes `redeem` has just moved; None if it has moved nothing now."""


class Transfers:
    """Moves likes from one visitor to another. Every method raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, visitor: UUID) -> Offer | None:
        """A new code instead of any earlier one; None if the visitor likes nothing."""
        code = new_code()
        row = await self._row(_OFFER, visitor, digest(code), CODE_MINUTES)
        return row and Offer(code, row["expires_at"], row["likes"])

    async def look_up(self, code: str, receiver: UUID) -> Transfer | None:
        """What the code would move; None if it is not valid, or the receiver's own."""
        row = await self._row(_LOOK_UP, digest(code), receiver)
        return row and Transfer(row["likes"], row["already"])

    async def redeem(
        self, code: str, receiver: UUID, asked: float | None = None
    ) -> Transfer | None:
        """Use up the code and move the likes, or neither; returns the same as `look_up`.

        Again by the same receiver, it returns the same and moves nothing. Unavailable means that
        nothing was moved, unless the database fell silent meanwhile: then the next call tells.
        `asked` is when the caller began to wait, by the loop's time: now unless given.
        """
        used = (digest(code), receiver)
        loop = asyncio.get_running_loop()
        latest = (asked or loop.time()) + TURN_SECONDS
        seconds = latest - loop.time() + STATEMENT_SECONDS + STATEMENT_GRACE_SECONDS
        async with self._database.connection(seconds) as connection:
            # Sent only if the server ends it before this gives up. Preparing it may take as long,
            # where a table is locked, so it is done before.
            statement = await connection.prepare(_REDEEM)
            while loop.time() < latest:
                try:
                    row = await statement.fetchrow(*used, MAX_MOVED, CODE_MINUTES)
                except asyncpg.UniqueViolationError:
                    continue  # the receiver has liked one of them meanwhile
                row = row or await connection.fetchrow(_MOVED, *used)
                return row and Transfer(**row)
            raise Unavailable("the database is too slow to move likes in time")

    async def _row(self, query: str, *arguments: object) -> asyncpg.Record | None:
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            row: Any = await connection.fetchrow(query, *arguments)
            return row


def new_code() -> str:
    """A random code in groups."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))
    return "-".join(code[at : at + _GROUP] for at in range(0, _CHARACTERS, _GROUP))


def digest(code: str) -> bytes:
    """The hash of a code however it was typed: full-width letters too, and O for 0."""
    typed = unicodedata.normalize("NFKC", code).upper().translate(_AS_TYPED)
    return sha256("".join(filter(str.isalnum, typed)).encode()).digest()
