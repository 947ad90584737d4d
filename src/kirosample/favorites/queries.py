"""The queries of the lists. Each reads its page and no more, however large the tables are."""

# ruff: noqa: S608  (the SQL is made of this module's own text)

from kirosample.favorites.model import TYPES, Favorite, Type

FIELDS = Favorite.__struct_fields__


def bounded(time: str) -> str:
    """SQL of a time that Python, JSON and a `Position` can say, whatever a row has."""
    return f"least(greatest({time}, 'epoch'), '9998-12-31')"


_COLUMNS = ", ".join(f"f.{name}" for name in FIELDS).replace(
    "f.created_at", f"{bounded('f.created_at')} AS created_at"
)


def _most_liked(of: Type | None) -> str:
    """A page from one type's index, or merged from all: each part has its own order and limit."""
    parts = " UNION ALL ".join(
        f"(SELECT * FROM favorites f WHERE f.type = '{type_}'"
        " AND (f.likes, f.id) < ($1::bigint, $2) ORDER BY f.likes DESC, f.id DESC LIMIT $3)"
        for type_ in ([of] if of else TYPES)
    )
    return f"SELECT {_COLUMNS} FROM ({parts}) f ORDER BY f.likes DESC, f.id DESC LIMIT $3"


def _liked_by(of: Type | None) -> str:
    """The visitor's likes, sorted, then the favorites of the page.

    OFFSET 0 makes PostgreSQL do it in this order. Types that only a later release knows are left
    out: it serves beside this one in a rollout, and before it in a rollback.
    """
    types = ", ".join(f"'{type_}'" for type_ in ([of] if of else TYPES))
    return (
        f"SELECT {_COLUMNS}, (extract(epoch FROM l.created_at) * 1000000)::bigint AS liked"
        f" FROM (SELECT favorite_id, {bounded('created_at')} AS created_at"
        " FROM favorite_likes WHERE visitor = $1"
        f" AND ({bounded('created_at')}, favorite_id) < ($2, $3)"
        " ORDER BY created_at DESC, favorite_id DESC OFFSET 0) l"
        f" JOIN favorites f ON f.id = l.favorite_id AND f.type IN ({types})"
        " ORDER BY l.created_at DESC, l.favorite_id DESC LIMIT $4"
    )


MOST_LIKED = {of: _most_liked(of) for of in (None, *TYPES)}
"""The query by type. Parameters: the likes and the id to start after, and the limit."""

LIKED_BY = {of: _liked_by(of) for of in (None, *TYPES)}
"""The query by type. Parameters: the visitor, the time and id to start after, and the limit."""

LIKED = (
    f"SELECT {_COLUMNS} FROM favorites f JOIN favorite_likes l ON l.favorite_id = f.id"
    " WHERE l.visitor = $1 AND f.type = $2 AND f.item = $3"
)
"""Parameters: the visitor, and the item's type and key."""

STATS = " UNION ALL ".join(
    f"SELECT '{type_}' AS type, coalesce(sum({type_}s), 0)::bigint AS count,"
    f" coalesce(sum({type_}_likes), 0)::bigint AS likes FROM favorite_stats"
    for type_ in TYPES
)
"""Triggers count them: `migrations/0005_count_likes.sql`."""
