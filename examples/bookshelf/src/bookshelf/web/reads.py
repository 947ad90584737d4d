"""Lists, each of which is read once for all who wait for it."""

from collections.abc import Awaitable, Callable
from functools import partial

from ishizue.http.page_responses import landed
from ishizue.http.wire import SharedPage, accepts_gzip
from ishizue.storage.single_flight import Flight
from starlette.responses import Response

from bookshelf.books import Store
from bookshelf.web.context import BooksRequest, Site
from bookshelf.web.queries import FIRST, BooksQuery

Read = Callable[[Site, Store, BooksQuery], Awaitable[SharedPage]]


def first_list(site: Site, store: Store, read: Read) -> Flight[SharedPage]:
    """The next read of the first list, which the fast path joins too."""
    return store.single_flight.flight(read, partial(read, site, store, FIRST))


async def response(request: BooksRequest, query: BooksQuery, read: Read) -> Response:
    """The first list, which the fast path may have read already, or another query's."""
    page = landed(request.exchange)
    if page is None:
        site = request.site
        store = request.books.store
        if query == FIRST:
            page = await first_list(site, store, read).future()
        else:  # of these a client may request any number
            page = await request.read_in_turn(partial(read, site, store, query), read, query)
    return page.response(gzip=accepts_gzip(request))
