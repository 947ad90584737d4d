"""Every route, and what serves it.

The fast path also serves `shared_reads`, and pages that were made ready in the page cache, before a
request object exists (docs/decisions/0005-page-cache-in-the-protocol.md).
"""

from functools import partial

import msgspec
from starlette.responses import Response

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.http.api import health, openapi
from ishizue.http.api.endpoints import Endpoint
from ishizue.http.api.health import Liveness, Readiness
from ishizue.http.assets import FOLDER
from ishizue.http.cached_pages import cached_response
from ishizue.http.caching.lifetime import Lifetime
from ishizue.http.caching.shared_reads import SharedReads
from ishizue.http.dispatch import CHEAP, Route, cached, read
from kirosample import PRODUCT
from kirosample.books import Book
from kirosample.web import api, page
from kirosample.web.api import BooksResponse
from kirosample.web.context import BooksRequest
from kirosample.web.site import Site

UNTIL_RELEASE = Lifetime(float("inf"), 60)
"""For what only a release changes: shared caches have it a minute later."""

_WRITE = (400, 403, 408, 413, 415, 422, 429, 503)
_get = partial(Endpoint, "GET")

API = (
    _get("/api/books", api.books, read(4), BooksResponse, problems=(400, 422, 429, 503)),
    Endpoint(
        "POST",
        "/api/books",
        api.add,
        CHEAP,
        Book,
        _WRITE,
        (201, 200),
        example={"title": "The Left Hand of Darkness"},
        links={
            "remove": {"operationId": "remove", "parameters": {"book_id": "$response.body#/id"}}
        },
    ),
    Endpoint(
        "DELETE",
        "/api/books/{book_id}",
        api.remove,
        CHEAP,
        statuses=(204,),
        problems=(403, 404, 429, 503),
    ),
    _get(LIVENESS_PATH, health.livez, CHEAP, returns=Liveness),
    _get(READINESS_PATH, health.readyz, read(2), returns=Readiness, statuses=(200, 503)),
)

OPENAPI = openapi.document(
    API,
    product=PRODUCT,
    description="A shelf of books.",
)


async def openapi_json(request: BooksRequest) -> Response:
    def write() -> str:
        return msgspec.json.encode(OPENAPI).decode()

    return await cached_response(request, "openapi", write, UNTIL_RELEASE, "application/json")


async def api_page(request: BooksRequest) -> Response:
    return await page.api(request, OPENAPI, UNTIL_RELEASE)


PAGES: tuple[Route[BooksRequest], ...] = (
    ("GET", "/", page.home, read(4)),
    ("POST", "/books", page.add, CHEAP),
    ("POST", "/books/{book_id}/remove", page.remove, CHEAP),
    ("GET", "/api", api_page, cached(4)),
    ("GET", f"{FOLDER}/{{name}}", page.static, CHEAP),
)

ROUTES: tuple[Route[BooksRequest], ...] = (
    *((endpoint.method, endpoint.path, endpoint, endpoint.cost) for endpoint in API),
    ("GET", "/openapi.json", openapi_json, cached(2)),
    *PAGES,
)


def shared_reads(site: Site) -> SharedReads:
    """The lists that the fast path serves: one read for every caller that waits for it."""
    if site.books is None:
        return {}
    store = site.books.store
    return {
        b"/api/books": partial(api.books_flight, store),
        b"/": partial(page.home_flight, site, store),
    }
