"""What the lists ask of PostgreSQL: no more than their page, whatever there is beside it."""

# ruff: noqa: S608  (this module's own words)

from kirosample.favorites.model import TYPES, Favorite, Type

FIELDS = Favorite.__struct_fields__

_COLUMNS = ", ".join(f"f.{name}" for name in FIELDS)


def _most_liked(of: Type | None) -> str:
    """From one type's index, or from all merged: each part has its own order and limit for that."""
    parts = " UNION ALL ".join(
        f"(SELECT * FROM favorites f WHERE f.type = '{type_}'"
        " AND (f.likes, f.id) < ($1::bigint, $2) ORDER BY f.likes DESC, f.id DESC LIMIT $3)"
        for type_ in ([of] if of else TYPES)
    )
    return f"SELECT {_COLUMNS} FROM ({parts}) f ORDER BY f.likes DESC, f.id DESC LIMIT $3"


def _liked_by(of: Type | None) -> str:
    """The visitor's likes, sorted first; then the favorites of those on the page.

    OFFSET 0 has PostgreSQL do it in this order.
    """
    of_type = f" AND f.type = '{of}'" if of else ""
    return (
        f"SELECT {_COLUMNS}, (extract(epoch FROM l.created_at) * 1000000)::bigint AS liked"
        " FROM (SELECT favorite_id, created_at FROM favorite_likes WHERE visitor = $1"
        " AND (created_at, favorite_id) < ($2, $3)"
        " ORDER BY created_at DESC, favorite_id DESC OFFSET 0) l"
        f" JOIN favorites f ON f.id = l.favorite_id{of_type}"
        " ORDER BY l.created_at DESC, l.favorite_id DESC LIMIT $4"
    )


MOST_LIKED = {of: _most_liked(of) for of in (None, *TYPES)}
"""For the likes and the id to begin after, and a limit."""

LIKED_BY = {of: _liked_by(of) for of in (None, *TYPES)}
"""For a visitor, the time and the id to begin after, and a limit; with `liked` in microseconds."""

LIKED = (
    f"SELECT {_COLUMNS} FROM favorites f JOIN favorite_likes l ON l.favorite_id = f.id"
    " WHERE l.visitor = $1 AND f.type = $2 AND f.item = $3"
)
"""For a visitor, a type and a key."""

STATS = " UNION ALL ".join(
    f"SELECT '{type_}' AS type, coalesce(sum({type_}s), 0)::bigint AS count,"
    f" coalesce(sum({type_}_likes), 0)::bigint AS likes FROM favorite_stats"
    for type_ in TYPES
)
"""Kept by triggers: `migrations/0002_lists.sql`."""


def with_stats(page: str, order: str) -> str:
    """One value for a page and the stats: JSON of each column, of `order`, and of the stats.

    Column by column, since JSON of whole rows takes PostgreSQL longer. Each column is in the
    page's order, as an aggregate takes what is sorted below it (PostgreSQL, "Aggregate Functions").
    """
    columns = ", ".join(f"json_agg({column})" for column in (*FIELDS, order))
    return (
        f"SELECT convert_to(json_build_array({columns},"
        f" (SELECT json_agg(stats) FROM ({STATS}) stats))::text, 'UTF8') FROM ({page}) page"
    )
