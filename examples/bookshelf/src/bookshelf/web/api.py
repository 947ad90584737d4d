"""The JSON API: its handlers, whose docstrings are in `/openapi.json`."""

import msgspec
from ishizue.http import problems
from ishizue.http.api.endpoints import NoQuery, Result
from ishizue.http.wire import SharedPage
from msgspec import Struct
from starlette.responses import Response

from bookshelf.books import Book, Store
from bookshelf.web import reads
from bookshelf.web.context import BooksRequest, Site
from bookshelf.web.queries import BookPath, BooksQuery, NewBook


class BooksResponse(Struct):
    """Books, the newest first, and the cursor of the next page or null."""

    books: tuple[Book, ...]
    next: int | None


async def listed(store: Store, query: BooksQuery) -> BooksResponse:
    """Read a part of the list, and one more, to see whether there is a next one."""
    books = await store.page(limit=query.limit + 1, before=query.cursor)
    shown = books[: query.limit]
    return BooksResponse(shown, shown[-1].id if len(books) > query.limit else None)


async def as_json(_: Site, store: Store, query: BooksQuery) -> SharedPage:
    """A part of the list as JSON."""
    return SharedPage(msgspec.json.encode(await listed(store, query)), "application/json")


async def books(request: BooksRequest, query: BooksQuery) -> Response:
    """List books, the newest first"""
    return await reads.response(request, query, as_json)


async def add(request: BooksRequest, new: NewBook) -> Result:
    """Add a book, unless there is one of this title"""
    book, is_new = await request.books.store.add(new.title.strip())
    return Result(201 if is_new else 200, book)


async def remove(request: BooksRequest, _: NoQuery, path: BookPath) -> Result:
    """Remove a book"""
    if not await request.books.store.remove(path.book_id):
        raise problems.not_found("There is no such book.")
    return Result(204)
