"""The JSON API: its schemas, and its handlers, whose docstrings are in `/openapi.json`."""

from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from ishizue.http import problems
from ishizue.http.api.endpoints import NoQuery, Result
from ishizue.http.caching.compression import accepts_gzip
from ishizue.http.caching.shared_reads import SharedPage, landed
from ishizue.storage.single_flight import Flight
from kirosample.books import LATEST, Book, Store
from kirosample.books.model import MAX_TITLE
from kirosample.web.context import BooksRequest

MAX_LISTED = 100
"""Maximum length of a list."""


class BooksQuery(Struct, frozen=True):
    """Which part of the list. A description is also what a client reads of a wrong value."""

    limit: Annotated[
        int, Meta(ge=1, le=MAX_LISTED, description=f"A whole number from 1 to {MAX_LISTED}.")
    ] = 50
    cursor: Annotated[
        int, Meta(ge=1, le=LATEST, description="The `next` of the previous response.")
    ] = LATEST


class BookPath(Struct):
    """Which book."""

    book_id: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class NewBook(Struct, forbid_unknown_fields=True):
    """A book to add: the body of a request, or a form."""

    title: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_TITLE,
            pattern=r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f]*$",
            description=f"Up to {MAX_TITLE} characters, without control characters.",
        ),
    ]


class BooksResponse(Struct):
    """Books, the newest first, and the cursor of the next page or null."""

    books: tuple[Book, ...]
    next: int | None

    @classmethod
    async def read(cls, store: Store, query: BooksQuery) -> "BooksResponse":
        """Read one more than is shown, to see whether there is a next page."""
        found = await store.page(limit=query.limit + 1, before=query.cursor)
        shown = found[: query.limit]
        return cls(shown, shown[-1].id if len(found) > query.limit else None)


FIRST = BooksQuery()
"""What most clients list."""


async def _read(store: Store, query: BooksQuery) -> SharedPage:
    response = await BooksResponse.read(store, query)
    return SharedPage(msgspec.json.encode(response), "application/json")


def books_flight(store: Store) -> Flight[SharedPage]:
    """The next read of the first list, as JSON, for all who wait for it."""
    return store.single_flight.flight("json", partial(_read, store, FIRST))


async def books(request: BooksRequest, query: BooksQuery) -> Response:
    """List books, the newest first"""
    found = landed(request.exchange)
    if found is None and query == FIRST:
        found = await books_flight(request.books.store).future()
    elif found is None:
        # Of these a client may request any number.
        read = partial(_read, request.books.store, query)
        found = await request.read_in_turn(read, "json", query)
    return found.response(gzip=accepts_gzip(request))


async def add(request: BooksRequest, new: NewBook) -> Result:
    """Add a book, unless there is one of this title"""
    book, is_new = await request.books.store.add(new.title.strip())
    return Result(201 if is_new else 200, book)


async def remove(request: BooksRequest, _: NoQuery, path: BookPath) -> Result:
    """Remove a book"""
    if not await request.books.store.remove(path.book_id):
        raise problems.not_found("There is no such book.")
    return Result(204)
