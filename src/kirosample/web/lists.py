"""Pages of the lists of favorites and of quotes, for the API and the HTML pages."""

import re
from datetime import date, timedelta
from typing import NamedTuple, TypedDict
from urllib.parse import urlencode
from uuid import UUID

from msgspec import structs

from ishizue.http import problems
from kirosample import almanac
from kirosample.favorites import FIRST_PAGE, Favorite, Position, Store, Type, is_readable
from kirosample.quotes import Catalogue, Quote
from kirosample.web.queries import CURSOR, FavoritesQuery, QuotesQuery

_REMEMBERED = 3
"""Things that are shown of those liked a year ago."""


class FavoritesPage(NamedTuple):
    """Favorites, and the cursor of the next page or None."""

    favorites: tuple[Favorite, ...]
    next: str | None


class QuotesPage(NamedTuple):
    """Quotes, the cursor of the next page or None, and the total number of quotes found."""

    quotes: tuple[Quote, ...]
    next: str | None
    total: int


async def most_liked(store: Store, query: FavoritesQuery) -> FavoritesPage:
    """What visitors like, most liked first. Raises Problem (400) for an invalid cursor."""
    liked = await store.most_liked(**_range(query))
    return _page(tuple((each, Position(each.likes, each.id)) for each in liked), query.limit)


async def liked_by(store: Store, visitor: UUID | None, query: FavoritesQuery) -> FavoritesPage:
    """What a visitor likes, the latest first. Without a visitor the list is empty."""
    range_ = _range(query)
    if visitor is None:
        return FavoritesPage((), None)
    return _page(await store.liked_by(visitor, **range_), query.limit)


async def liked_on(store: Store, visitor: UUID | None, day: date) -> tuple[Favorite, ...]:
    """The last things that a visitor liked on a day in Japan, and likes still."""
    if visitor is None:
        return ()
    start, end = (Position.at(almanac.midnight(day + timedelta(days))) for days in (0, 1))
    liked = await store.liked_by(visitor, limit=_REMEMBERED, after=end)
    remembered = (favorite for favorite, position in liked if position >= start)
    return tuple(filter(is_readable, remembered))


def year_before(day: date) -> date:
    """The same day of the year before; February 28 for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def quotes(catalogue: Catalogue, query: QuotesQuery) -> QuotesPage:
    """A page of the quotes found.

    The cursor is the id of the last quote shown. Raises Problem (400) for one that is not found.
    """
    given = query.q or None, query.author or None, query.topic or None
    matching = catalogue.search(*given)
    start = 0
    if query.cursor:
        order = [quote.id for quote in matching]
        if query.cursor not in order:
            raise problems.malformed("cursor", CURSOR)
        start = order.index(query.cursor) + 1
    page = matching[start : start + query.limit]
    more = page[-1].id if start + query.limit < len(matching) else None
    return QuotesPage(page, more, len(matching))


def address(path: str, query: FavoritesQuery | QuotesQuery, cursor: str | None) -> str:
    """The path and query of another page of the list, without default values."""
    usual = structs.asdict(type(query)())
    parts = {
        name: value
        for name, value in structs.asdict(query).items()
        if name != "cursor" and value != usual[name]
    }
    encoded = urlencode(
        {name: "true" if value is True else value for name, value in parts.items()}
        | ({"cursor": cursor} if cursor else {})
    )
    return f"{path}?{encoded}" if encoded else path


class _Range(TypedDict):
    limit: int
    after: Position
    of: Type | None


def _range(query: FavoritesQuery) -> _Range:
    """The store's arguments: one favorite more than a page shows tells whether another follows."""
    return _Range(limit=query.limit + 1, after=_parse_cursor(query.cursor), of=query.type or None)


def is_shared(query: FavoritesQuery) -> bool:
    """Whether it is one of the few pages that most visitors request: the first, or one type's."""
    return not query.cursor and query.limit == FavoritesQuery().limit


def _page(liked: tuple[tuple[Favorite, Position], ...], limit: int) -> FavoritesPage:
    shown = liked[:limit]
    more = "{}.{}".format(*shown[-1][1]) if len(liked) > limit else None
    return FavoritesPage(tuple(filter(is_readable, (favorite for favorite, _ in shown))), more)


def _parse_cursor(cursor: str) -> Position:
    """The position of a cursor, or the first page. Raises Problem (400)."""
    if not cursor:
        return FIRST_PAGE
    match = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,10})", cursor)
    if not match:
        raise problems.malformed("cursor", CURSOR)
    return Position(int(match[1]), min(int(match[2]), FIRST_PAGE.id))
