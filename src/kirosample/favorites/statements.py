"""The statements of the writer, which `writes.py` runs, and what it keeps of their rows."""

from datetime import datetime
from typing import NamedTuple

from kirosample.favorites.model import Type

# Resolves items to favorites: existing ones, and new ones with their first like. ON CONFLICT takes
# a value of the sequence even if it inserts nothing, so only items that were missing reach it.
RESOLVE = """
WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[])
        AS a (type, item, content, author, visitor)
), present AS MATERIALIZED (
    SELECT f.id, f.type, f.item, f.content, f.author,
        least(greatest(f.created_at, 'epoch'), '9998-12-31') AS created_at
    FROM input a JOIN favorites f ON f.type = a.type AND f.item = a.item
), made AS (
    INSERT INTO favorites (type, item, content, author, likes)
    SELECT a.type, a.item, a.content, a.author, 1 FROM input a
    WHERE NOT EXISTS (SELECT FROM present p WHERE p.type = a.type AND p.item = a.item)
    ON CONFLICT (type, item) DO NOTHING
    RETURNING id, type, item, content, author, created_at
), liked AS (
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT m.id, a.visitor FROM made m JOIN input a ON a.type = m.type AND a.item = m.item
)
SELECT *, false AS made FROM present UNION ALL SELECT *, true FROM made
"""


class FavoriteIdentity(NamedTuple):
    """The fields of a favorite that never change, as RESOLVE has them."""

    id: int
    type: Type
    item: str
    content: str
    author: str
    created_at: datetime


# Both statements below lock rows in the order of their ids, and `likes` is the value after the
# wait for the lock. Other tables are seen as before that wait, so likes that were really added or
# removed are counted, never looked up. Usually all likes are new, and counting them is cheaper than
# a search for those that are not.
LIKE = """
WITH input AS NOT MATERIALIZED (
    SELECT * FROM unnest($2::int[], $3::uuid[]) WITH ORDINALITY AS a (id, visitor, n)
), locked AS MATERIALIZED (
    SELECT id, likes FROM favorites WHERE id = ANY ($1::int[]) ORDER BY id FOR NO KEY UPDATE
), added AS (
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT a.id, a.visitor FROM locked l JOIN input a ON a.id = l.id
    ON CONFLICT DO NOTHING
    RETURNING favorite_id, visitor
), counted AS (
    SELECT favorite_id AS id, count(*)::int AS n FROM added GROUP BY favorite_id
), updated AS (
    UPDATE favorites f SET likes = f.likes + c.n FROM counted c WHERE f.id = c.id
)
SELECT
    ARRAY (SELECT id FROM locked) AS ids,
    ARRAY (SELECT likes FROM locked) AS likes,
    CASE WHEN (SELECT count(*) FROM added) < cardinality($2::int[]) THEN ARRAY (
        SELECT n::int FROM input a
        WHERE NOT EXISTS (
            SELECT FROM added d WHERE d.favorite_id = a.id AND d.visitor = a.visitor
        )
    ) END AS not_added
"""

LIKE_AND_WITHDRAW = """
WITH input AS NOT MATERIALIZED (
    SELECT * FROM unnest($2::int[], $3::uuid[]) WITH ORDINALITY AS a (id, visitor, n)
), locked AS MATERIALIZED (
    SELECT id, likes FROM favorites WHERE id = ANY ($1::int[]) ORDER BY id FOR NO KEY UPDATE
), added AS (
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT a.id, a.visitor FROM locked l JOIN input a ON a.id = l.id
    ON CONFLICT DO NOTHING
    RETURNING favorite_id, visitor
), withdrawn AS MATERIALIZED (
    SELECT * FROM unnest($4::int[], $5::uuid[]) WITH ORDINALITY AS w (id, visitor, n)
), removed AS (
    DELETE FROM favorite_likes r USING withdrawn w, locked l
    WHERE l.id = w.id AND r.favorite_id = w.id AND r.visitor = w.visitor
    RETURNING w.id, w.n
), counted AS (
    SELECT id, sum(n)::int AS n
    FROM (SELECT favorite_id, 1 FROM added UNION ALL SELECT id, -1 FROM removed) AS one (id, n)
    GROUP BY id
), changed AS MATERIALIZED (
    SELECT l.id, l.likes + c.n AS likes FROM counted c JOIN locked l ON l.id = c.id
), updated AS (
    UPDATE favorites f SET likes = c.likes FROM changed c WHERE f.id = c.id AND c.likes > 0
), emptied AS (
    DELETE FROM favorites f USING changed c WHERE f.id = c.id AND c.likes = 0
)
SELECT
    ARRAY (SELECT id FROM locked) AS ids,
    ARRAY (SELECT likes FROM locked) AS likes,
    CASE WHEN (SELECT count(*) FROM added) < cardinality($2::int[]) THEN ARRAY (
        SELECT n::int FROM input a
        WHERE NOT EXISTS (
            SELECT FROM added d WHERE d.favorite_id = a.id AND d.visitor = a.visitor
        )
    ) END AS not_added,
    ARRAY (SELECT n::int FROM removed) AS removed
"""
