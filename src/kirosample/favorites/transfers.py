"""Codes that carry a visitor's favorites to another device (docs/decisions/0023-transfer.md)."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from kirosample.limits import STATEMENT_SECONDS
from kirosample.storage.database import Database

CODE_MINUTES = 10
"""How long a code is valid."""

MOST_MOVED = 2_000
"""Likes that one code moves, in less than 0.1 s; any others stay for another code."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O and U
_CHARACTERS = 12  # 60 bits
_GROUP = 4
_AS_TYPED = str.maketrans("OIL", "011")

# No code is left if nothing is liked. SKIP LOCKED: two of these never wait for each other.
_OFFER = f"""
WITH given AS MATERIALIZED (
    SELECT count(*)::int AS likes FROM favorite_likes WHERE visitor = $1
), expired AS (
    DELETE FROM favorite_transfers WHERE visitor IN (
        SELECT visitor FROM favorite_transfers WHERE expires_at <= now() AND visitor <> $1
        LIMIT 100 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO favorite_transfers (visitor, code_hash, expires_at)
SELECT $1, $2, now() + interval '{CODE_MINUTES} minutes' FROM given WHERE likes > 0
ON CONFLICT (visitor)
    DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
RETURNING expires_at, (SELECT likes FROM given) AS likes
"""  # noqa: S608  (this module's own text)

_VALID = "code_hash = $1 AND expires_at > now() AND visitor <> $2"

_LOOK_UP = f"""
SELECT
    (SELECT count(*)::int FROM favorite_likes l WHERE l.visitor = t.visitor) AS likes,
    (SELECT count(*)::int FROM favorite_likes l JOIN favorite_likes own USING (favorite_id)
        WHERE l.visitor = t.visitor AND own.visitor = $2) AS already
FROM favorite_transfers t WHERE {_VALID}
"""  # noqa: S608

# Favorites are locked in the order of their ids, as in `statements.py`, and likes that were really
# removed and added are counted. A like that both had leaves one: no count reaches 0.
_REDEEM = f"""
WITH code AS MATERIALIZED (
    DELETE FROM favorite_transfers WHERE {_VALID} RETURNING visitor
), locked AS MATERIALIZED (
    SELECT id, likes FROM favorites WHERE id = ANY (
        ARRAY (
            SELECT l.favorite_id FROM code JOIN favorite_likes l ON l.visitor = code.visitor
            LIMIT {MOST_MOVED}
        )
    ) ORDER BY id FOR NO KEY UPDATE
), removed AS (
    DELETE FROM favorite_likes l USING code, locked
    WHERE l.visitor = code.visitor AND l.favorite_id = locked.id
    RETURNING l.favorite_id, l.created_at
), added AS (
    INSERT INTO favorite_likes (favorite_id, visitor, created_at)
    SELECT favorite_id, $2, created_at FROM removed
    ON CONFLICT DO NOTHING
    RETURNING favorite_id
), counted AS (
    UPDATE favorites f SET likes = locked.likes - 1
    FROM removed r JOIN locked ON locked.id = r.favorite_id
    WHERE f.id = r.favorite_id AND r.favorite_id NOT IN (SELECT favorite_id FROM added)
)
SELECT
    (SELECT count(*)::int FROM removed) AS likes,
    (SELECT count(*)::int FROM removed) - (SELECT count(*)::int FROM added) AS already
FROM code
"""  # noqa: S608


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


class Transfers:
    """Moves likes from one visitor to another. Every method raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, visitor: UUID) -> Offer | None:
        """A new code instead of any earlier one; None if the visitor likes nothing."""
        code = new_code()
        row = await self._row(_OFFER, visitor, digest(code))
        return row and Offer(code, row["expires_at"], row["likes"])

    async def look_up(self, code: str, receiver: UUID) -> Transfer | None:
        """What the code would move; None if it is not valid, or the receiver's own."""
        row = await self._row(_LOOK_UP, digest(code), receiver)
        return row and Transfer(row["likes"], row["already"])

    async def redeem(self, code: str, receiver: UUID) -> Transfer | None:
        """Use up the code and move the likes, or neither; returns the same as `look_up`."""
        row = await self._row(_REDEEM, digest(code), receiver)
        return row and Transfer(row["likes"], row["already"])

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
