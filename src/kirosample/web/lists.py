"""Lists in pages, for the API and the HTML alike: of favorites, and of quotes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode
from uuid import UUID

from msgspec import structs

from kirosample import favorites
from kirosample.favorites import Favorite, Position, Stat, Store, Type
from kirosample.quotes import Catalogue, Quote
from kirosample.web import cursors, problems
from kirosample.web.schemas import CURSOR, FavoritesQuery, QuotesQuery


@dataclass(frozen=True, slots=True)
class FavoritesPage:
    """Favorites, and the cursor of the page after them, None at the end of the list."""

    favorites: tuple[Favorite, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class QuotesPage:
    """Quotes, the cursor of the page after them, and how many all pages have together."""

    quotes: tuple[Quote, ...]
    next: str | None
    total: int


async def most_liked(store: Store, asked: FavoritesQuery) -> FavoritesPage:
    """What all visitors like, most liked first. Raises Problem (400) for no cursor of ours."""
    found = await store.most_liked(**_range(asked), queued=not _is_shared(asked))
    return _most_liked_page(found, asked.limit)


async def overview(store: Store, asked: FavoritesQuery) -> bytes:
    """The same and how much there is of each type, for `parse_overview`."""
    return await store.overview(**_range(asked), queued=not _is_shared(asked))


def parse_overview(told: bytes, limit: int) -> tuple[FavoritesPage, tuple[Stat, ...]]:
    """What `overview` found."""
    found, stats = favorites.parse_overview(told)
    return _most_liked_page(found, limit), stats


async def liked_by(store: Store, visitor: UUID | None, asked: FavoritesQuery) -> FavoritesPage:
    """What one visitor likes, the latest first; nothing for somebody who never liked anything."""
    range_ = _range(asked)
    if visitor is None:
        return FavoritesPage((), None)
    return _page(await store.liked_by(visitor, **range_), asked.limit)


async def overview_of(
    store: Store, visitor: UUID | None, asked: FavoritesQuery
) -> tuple[FavoritesPage, tuple[Stat, ...]]:
    """The same and how much there is of each type of all visitors'."""
    range_ = _range(asked)
    if visitor is None:
        return FavoritesPage((), None), await store.shared.ask("stats", store.stats)
    found, stats = await store.overview_of(visitor, **range_)
    return _page(found, asked.limit), stats


def quotes(catalogue: Catalogue, asked: QuotesQuery, also_by: Collection[str] = ()) -> QuotesPage:
    """A page of the quotes found. The cursor of the next one is the id of the last shown.

    What is `also_by` these authors is found too: the words asked for are their names elsewhere.
    Raises Problem (400) for a cursor that is none of them.
    """
    found = catalogue.search(
        q=asked.q or None,
        author=asked.author or None,
        topic=asked.topic or None,
        also_by=also_by,
    )
    start = 0
    if asked.cursor:
        order = [quote.id for quote in found]
        if asked.cursor not in order:
            raise problems.malformed("cursor", CURSOR)
        start = order.index(asked.cursor) + 1
    page = found[start : start + asked.limit]
    more = page[-1].id if start + asked.limit < len(found) else None
    return QuotesPage(page, more, len(found))


def address(path: str, asked: FavoritesQuery | QuotesQuery, cursor: str | None) -> str:
    """The address of another page of the same list; what has its default is left out."""
    parts = {
        field.encode_name: value
        for field, value in zip(structs.fields(asked), structs.astuple(asked), strict=True)
        if field.name != "cursor" and value != field.default
    }
    query = urlencode(
        {name: "true" if value is True else value for name, value in parts.items()}
        | ({"cursor": cursor} if cursor else {})
    )
    return f"{path}?{query}" if query else path


class _Range(TypedDict):
    limit: int
    after: Position
    of: Type | None


def _range(asked: FavoritesQuery) -> _Range:
    """One more than is shown, to know whether there is another page."""
    return _Range(limit=asked.limit + 1, after=cursors.parse(asked.cursor), of=asked.type or None)


def _is_shared(asked: FavoritesQuery) -> bool:
    """Whether it is one of the few pages that most visitors ask for: the first, or one type's."""
    return not asked.cursor and asked.limit == FavoritesQuery().limit


def _most_liked_page(found: tuple[Favorite, ...], limit: int) -> FavoritesPage:
    return _page(tuple((one, Position(one.likes, one.id)) for one in found), limit)


def _page(found: tuple[tuple[Favorite, Position], ...], limit: int) -> FavoritesPage:
    shown = found[:limit]
    more = cursors.write(shown[-1][1]) if len(found) > limit else None
    return FavoritesPage(tuple(favorite for favorite, _ in shown), more)
