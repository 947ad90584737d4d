"""Every route, what serves it, and what that costs: start here."""

from functools import partial

from ishizue import CACHED, CHEAP, READ, Endpoint, Route
from ishizue.http.api import openapi
from ishizue.http.assets import FOLDER
from ishizue.http.caching.page_cache import UNTIL_RELEASE
from ishizue.http.protocol.fast_path import SharedReads
from starlette.responses import Response

from bookshelf import PRODUCT
from bookshelf.books import Book
from bookshelf.web import api, page, reads
from bookshelf.web.context import BooksRequest, Site

_BODY = (400, 403, 408, 413, 415, 422, 429, 503)
"""How a write with a body may be refused."""

API = (
    Endpoint(
        "GET",
        "/api/books",
        api.books,
        READ,
        api.BooksResponse,
        problems=(400, 422, 429, 503),
    ),
    Endpoint(
        "POST",
        "/api/books",
        api.add,
        CHEAP,
        Book,
        problems=_BODY,
        statuses=(201, 200),
        example={"title": "The Left Hand of Darkness"},
    ),
    Endpoint(
        "DELETE",
        "/api/books/{book_id}",
        api.remove,
        CHEAP,
        problems=(403, 404, 429, 503),
        statuses=(204,),
    ),
)

OPENAPI = openapi.document(API, product=PRODUCT, description="A shelf of books.")


async def api_page(request: BooksRequest) -> Response:
    """The API's page for people."""
    return await page.api(request, OPENAPI, UNTIL_RELEASE)


PAGES: tuple[Route[BooksRequest], ...] = (
    ("GET", "/", page.home, READ),
    ("POST", "/books", page.add, CHEAP),
    ("POST", "/books/{book_id}/remove", page.remove, CHEAP),
    ("GET", "/api", api_page, CACHED),
    ("GET", f"{FOLDER}/{{name}}", page.static, CHEAP),
)

ROUTES: tuple[Route[BooksRequest], ...] = (
    *(endpoint.route for endpoint in API),
    openapi.route(lambda: OPENAPI),
    *PAGES,
)


def shared_reads(site: Site) -> SharedReads:
    """The lists that the fast path serves: one read for every caller that waits for it."""
    if site.books is None:
        return {}
    store = site.books.store
    return {
        b"/api/books": partial(reads.first_list, site, store, api.as_json),
        b"/": partial(reads.first_list, site, store, page.as_html),
    }
