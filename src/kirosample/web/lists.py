"""Pages of favorites, for the API and the pages alike."""

from dataclasses import dataclass
from uuid import UUID

from kirosample.favorites import Favorite, Position, Store
from kirosample.web import cursors
from kirosample.web.schemas import FavoritesQuery


@dataclass(frozen=True, slots=True)
class FavoritesPage:
    """Favorites, and the cursor of the page after them, None at the end of the list."""

    favorites: tuple[Favorite, ...]
    next: str | None


async def most_liked(store: Store, asked: FavoritesQuery) -> FavoritesPage:
    """What all visitors like, most liked first."""
    after = cursors.parse(asked.cursor)
    found = await store.most_liked(limit=asked.limit + 1, after=after, of=asked.type)
    return _page(tuple((one, Position(one.likes, one.id)) for one in found), asked.limit)


async def liked_by(store: Store, visitor: UUID | None, asked: FavoritesQuery) -> FavoritesPage:
    """What one visitor likes, the latest first; nothing for somebody who never liked anything."""
    if visitor is None:
        return FavoritesPage((), None)
    after = cursors.parse(asked.cursor)
    return _page(
        await store.liked_by(visitor, limit=asked.limit + 1, after=after, of=asked.type),
        asked.limit,
    )


def _page(found: tuple[tuple[Favorite, Position], ...], limit: int) -> FavoritesPage:
    """One more than the limit was asked for, to know whether there is another page."""
    shown = found[:limit]
    more = cursors.write(shown[-1][1]) if len(found) > limit else None
    return FavoritesPage(tuple(favorite for favorite, _ in shown), more)
