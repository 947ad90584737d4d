"""One's own favorites to take along: all of them, as JSON and as CSV."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kirosample.clock import JST
from kirosample.favorites import FIRST_PAGE, Favorite, Position, Store, Type
from kirosample.limits import EXPORTED_AT_ONCE
from kirosample.web import items
from kirosample.web.portal import Portal, favorites_of, portal_of

_Found = tuple[tuple[Favorite, Position], ...]

_TYPES: dict[Type, str] = {"quote": "名言", "horoscope": "星占い"}
_HEADER = ("種類", "内容", "作者", "お気に入りの日時", "みんなのお気に入り", "アドレス")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"  # without it, Excel takes UTF-8 for something else


class Exported(msgspec.Struct):
    """A favorite, when this visitor liked it, and where it is."""

    type: Type
    item: str
    content: str
    author: str
    url: str
    likes: int
    liked_at: datetime


async def as_json(request: Request) -> Response:
    """`{"favorites": [...]}`, the latest like first."""

    def write(number: int, favorites: list[Exported]) -> str:
        opening = '{"favorites":[\n' if number == 0 else ",\n" if favorites else ""
        return opening + ",\n".join(msgspec.json.encode(one).decode() for one in favorites)

    return await _answer(request, "json", "application/json", write, "\n]}\n")


async def as_csv(request: Request) -> Response:
    """A row each, as spreadsheets read them."""

    def write(number: int, favorites: list[Exported]) -> str:
        text = io.StringIO()
        rows = csv.writer(text)
        if number == 0:
            text.write(_BYTE_ORDER_MARK)
            rows.writerow(_HEADER)
        rows.writerows(map(_row, favorites))
        return text.getvalue()

    return await _answer(request, "csv", "text/csv", write, "")


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(one: Exported) -> Iterator[str]:
    moment = f"{one.liked_at:%Y-%m-%d %H:%M:%S}"
    values = (_TYPES[one.type], one.content, one.author, moment, str(one.likes), one.url)
    return map(cell, values)


class _Pieces(StreamingResponse):
    """An answer that is sent while it is read."""

    def __init__(
        self, pieces: AsyncIterator[str], media_type: str, headers: dict[str, str]
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self.body = b""  # our dispatch asks every answer for it


async def _answer(
    request: Request,
    ending: str,
    media_type: str,
    write: Callable[[int, list[Exported]], str],
    last: str,
) -> Response:
    """The favorites in pieces, so that any number of them takes the memory of a few.

    The first piece is read before anything is answered: a database that is away is a 503. One that
    goes away later ends the connection, and the download with it.
    """
    portal, favorites = portal_of(request), favorites_of(request)
    visitor = favorites.visitors.of(request)
    found = await _read(favorites.store, visitor, FIRST_PAGE)
    name = f"kirosample-favorites-{portal.today()}.{ending}"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if request.method == "HEAD":
        response = Response(media_type=media_type, headers=headers)
        del response.headers["content-length"]  # nobody knows it yet
        return response

    async def pieces(found: _Found) -> AsyncIterator[str]:
        number = 0
        while True:
            yield write(number, [_exported(portal, *one) for one in found])
            if len(found) < EXPORTED_AT_ONCE:
                break
            found = await _read(favorites.store, visitor, found[-1][1])
            number += 1
        yield last

    request.scope["whole"] = None  # which is for answers that are one piece
    return _Pieces(pieces(found), media_type, headers)


async def _read(store: Store, visitor: UUID | None, after: Position) -> _Found:
    if visitor is None:
        return ()
    return await store.liked_by(visitor, limit=EXPORTED_AT_ONCE, after=after)


def _exported(portal: Portal, favorite: Favorite, position: Position) -> Exported:
    liked = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=position.order)
    return Exported(
        type=favorite.type,
        item=favorite.item,
        content=favorite.content,
        author=favorite.author,
        url=portal.address + items.path(favorite),
        likes=favorite.likes,
        liked_at=liked.astimezone(JST).replace(microsecond=0),
    )
