"""What lists read: the statements, and the favorite of a row.

Each reads its page and no more, however large the tables are. Times are within what Python, JSON
and a `Position` can say, whatever a row has.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from kirosample.favorites.model import Favorite

MOST_LIKED = """
SELECT id, type, item, content, author,
    least(greatest(created_at, 'epoch'), '9998-12-31') AS created_at, likes
FROM (
    -- A part for each type, in the order of its own index. One that is not asked for is not read.
    (SELECT * FROM favorites
        WHERE type = 'quote' AND 'quote' = ANY ($4::text[]) AND (likes, id) < ($1::bigint, $2)
        ORDER BY likes DESC, id DESC LIMIT $3)
    UNION ALL
    (SELECT * FROM favorites
        WHERE type = 'horoscope' AND 'horoscope' = ANY ($4) AND (likes, id) < ($1, $2)
        ORDER BY likes DESC, id DESC LIMIT $3)
) f
ORDER BY likes DESC, id DESC LIMIT $3"""
"""Favorites. Parameters: the likes and the id to start after, the limit, and the types."""

# Types that only a later release knows are left out: it serves beside this one in a rollout, and
# before it in a rollback.
LIKED_BY = """
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
JOIN favorites f ON f.id = l.favorite_id AND f.type = ANY ($5::text[])
ORDER BY l.created_at DESC, l.favorite_id DESC LIMIT $4"""
"""Favorites, and `liked`, a `Position`'s time. Parameters: the visitor, the time and id to start
after, the limit, and the types."""

LIKED = """
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

_fields = itemgetter(*Favorite.__struct_fields__)


def favorite(row: Mapping[str, Any]) -> Favorite:
    """The favorite of a row of the lists, which has its fields by name."""
    return Favorite(*_fields(row))
