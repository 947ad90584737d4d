"""An admin's removal of likes, such as spam, while visitors' likes go on."""

from collections.abc import Callable
from datetime import datetime

import asyncpg

_BATCH = 10_000

_COUNT = """
    SELECT count(*) FROM favorite_likes WHERE favorite_id = $1
    AND ($2::timestamptz IS NULL OR created_at >= $2)
    AND ($3::timestamptz IS NULL OR created_at < $3)"""

# So that the next statement sees what others have committed.
_LOCK = "SELECT FROM favorites WHERE id = $1 FOR NO KEY UPDATE"

_REMOVE = """
WITH removed AS (
    DELETE FROM favorite_likes WHERE favorite_id = $1
        AND visitor = ANY (ARRAY (
            SELECT visitor FROM favorite_likes WHERE favorite_id = $1
            AND ($2::timestamptz IS NULL OR created_at >= $2)
            AND ($3::timestamptz IS NULL OR created_at < $3)
            LIMIT $4
        ))
    RETURNING 1
), counted AS (
    SELECT count(*) - (SELECT count(*) FROM removed) AS likes
    FROM favorite_likes WHERE favorite_id = $1
), updated AS (
    UPDATE favorites SET likes = c.likes FROM counted c WHERE id = $1 AND c.likes > 0
), emptied AS (
    DELETE FROM favorites USING counted c WHERE id = $1 AND c.likes = 0
)
SELECT count(*) FROM removed"""


async def remove_likes(
    connection: asyncpg.Connection,
    favorite_id: int,
    since: datetime | None,
    until: datetime | None,
    confirm: Callable[[int], None],
) -> int:
    """Remove a favorite's likes from `since` to before `until`, in batches; returns how many.

    `confirm` is called with their number before. The others are counted again; if there are none,
    the favorite is removed.
    """
    arguments = (favorite_id, since, until)
    confirm(await connection.fetchval(_COUNT, *arguments))
    total = 0
    removed = _BATCH
    while removed == _BATCH:
        async with connection.transaction():
            await connection.execute(_LOCK, favorite_id)
            removed = await connection.fetchval(_REMOVE, *arguments, _BATCH)
        total += removed
    return total
