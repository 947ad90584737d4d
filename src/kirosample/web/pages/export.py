"""Download all of a visitor's favorites as JSON or CSV, in the language of the path."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, repeat
from uuid import UUID

import msgspec
from starlette.responses import Response, StreamingResponse

from kirosample import PRODUCT
from kirosample.almanac import JST
from kirosample.favorites import FIRST_PAGE, Favorite, Position, Store, Type, is_readable
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.languages import PREFIXES, Messages
from kirosample.web.kinds import KINDS
from kirosample.web.templating.filters import Liked, liked

EXPORTED_AT_ONCE = 200
"""Favorites in memory at once during an export."""

_Found = tuple[tuple[Favorite, Position], ...]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"  # tells Excel that it is UTF-8


class Exported(msgspec.Struct):
    """A favorite, when this visitor liked it, and its URL."""

    type: Type
    item: str
    content: str
    author: str
    url: str
    likes: int
    liked_at: datetime


async def as_json(request: PortalRequest) -> Response:
    """`{"favorites": [...]}`, the latest like first."""
    separator = chain([""], repeat(",\n"))

    def write(number: int, favorites: list[Exported]) -> str:
        opening = '{"favorites":[\n' if number == 0 else ""
        return opening + "".join(
            next(separator) + msgspec.json.encode(favorite).decode() for favorite in favorites
        )

    return await _download(request, "json", "application/json", write, "\n]}\n")


async def as_csv(request: PortalRequest) -> Response:
    """One row for each favorite, for spreadsheets."""

    messages = request.messages
    header = [
        messages.say("種類"),
        messages.say("内容"),
        messages.say("作者"),
        messages.say("お気に入りの日時"),
        messages.say("みんなのお気に入り"),
        messages.say("アドレス"),
    ]

    def write(number: int, favorites: list[Exported]) -> str:
        text = io.StringIO()
        rows = csv.writer(text)
        if number == 0:
            text.write(_BYTE_ORDER_MARK)
            rows.writerow(header)
        rows.writerows(_row(favorite, messages) for favorite in favorites)
        return text.getvalue()

    return await _download(request, "csv", "text/csv", write, "")


def cell(text: str) -> str:
    """The text, escaped so that a spreadsheet does not run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(favorite: Exported, messages: Messages) -> Iterator[str]:
    moment = f"{favorite.liked_at:%Y-%m-%d %H:%M:%S}"
    kind = messages.word("kind", KINDS[favorite.type].name)
    values = (kind, favorite.content, favorite.author, moment, str(favorite.likes), favorite.url)
    return map(cell, values)


async def _download(
    request: PortalRequest,
    ending: str,
    media_type: str,
    write: Callable[[int, list[Exported]], str],
    last: str,
) -> Response:
    """Stream the favorites in parts, so that memory does not grow with their number.

    The first part is read before the response starts, so that an unavailable database is a 503. If
    it becomes unavailable later, the connection and the download end.
    """
    portal = request.portal
    favorites = request.favorites
    visitor = favorites.visitors.of(request)
    in_language = liked(portal.catalogue, request.messages)
    prefix = PREFIXES[request.language]

    async def part(number: int, after: Position) -> tuple[str, Position | None]:
        """A part of the file, and where the next one starts."""
        found = await _read(favorites.store, visitor, after)
        liked = [each for each in found if is_readable(each[0])]
        shown = zip(in_language([favorite for favorite, _ in liked]), liked, strict=True)
        address = portal.service_state.url + prefix
        text = write(number, [_exported(favorite, *given, address) for favorite, given in shown])
        return text, found[-1][1] if len(found) == EXPORTED_AT_ONCE else None

    async def parts(text: str, after: Position | None) -> AsyncIterator[str]:
        yield text
        number = 0
        while after:
            number += 1
            text, after = await request.read_in_turn(partial(part, number, after), owner=visitor)
            yield text
        yield last

    first = await request.read_in_turn(partial(part, 0, FIRST_PAGE), owner=visitor)
    name = f"{PRODUCT.command}-favorites-{portal.today()}.{ending}"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if request.method == "HEAD":
        response = Response(media_type=media_type, headers=headers)
        del response.headers["content-length"]  # unknown yet
        return response

    return StreamingResponse(parts(*first), media_type=media_type, headers=headers)


async def _read(store: Store, visitor: UUID | None, after: Position) -> _Found:
    if visitor is None:
        return ()
    return await store.liked_by(visitor, limit=EXPORTED_AT_ONCE, after=after)


def _exported(shown: Liked, favorite: Favorite, position: Position, address: str) -> Exported:
    liked_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=position.order)
    return Exported(
        type=favorite.type,
        item=favorite.item,
        content=shown.content,
        author=shown.author,
        url=address + KINDS[favorite.type].path(favorite.item),
        likes=favorite.likes,
        liked_at=liked_at.astimezone(JST).replace(microsecond=0),
    )
