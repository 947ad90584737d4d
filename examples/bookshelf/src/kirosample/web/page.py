"""The pages, and the HTML forms on them, which need no script."""

from functools import partial
from typing import Any

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from ishizue.http import requests
from ishizue.http.cached_pages import (
    cached_page,
    page_response,
    serve_in_fast_path,
)
from ishizue.http.caching.compression import accepts_gzip
from ishizue.http.caching.lifetime import Lifetime
from ishizue.http.caching.shared_reads import SharedPage, landed
from ishizue.storage.single_flight import Flight
from kirosample.books import Store
from kirosample.books.model import MAX_TITLE
from kirosample.web.api import FIRST, BookPath, BooksQuery, BooksResponse, NewBook
from kirosample.web.context import BooksRequest
from kirosample.web.site import Site


async def _read(
    site: Site, store: Store, query: BooksQuery, invalid: requests.InvalidForm | None = None
) -> SharedPage:
    """The page, with the form as it was filled in if it was not valid."""
    found = await BooksResponse.read(store, query)
    html = site.templates.render(
        "home.html",
        books=found.books,
        next=found.next,
        limit=query.limit,
        is_first=query.cursor == FIRST.cursor,
        max_title=MAX_TITLE,
        typed=invalid.typed.get("title", "") if invalid else "",
        wrong=invalid.detail if invalid else "",
    )
    return SharedPage(html.encode())


def home_flight(site: Site, store: Store) -> Flight[SharedPage]:
    """The next read of the first list, as a page, for all who wait for it."""
    return store.single_flight.flight("page", partial(_read, site, store, FIRST))


async def home(request: BooksRequest) -> Response:
    """The list, unless the fast path has read it."""
    found = landed(request.exchange)
    if found is None:
        site, store, query = request.site, request.books.store, requests.query(request, BooksQuery)
        if query == FIRST:
            found = await home_flight(site, store).future()
        else:
            found = await request.read_in_turn(partial(_read, site, store, query), "page", query)
    return found.response(gzip=accepts_gzip(request))


async def add(request: BooksRequest) -> Response:
    try:
        form = await requests.form_body(request, NewBook)
    except requests.InvalidForm as invalid:
        read = partial(_read, request.site, request.books.store, FIRST, invalid)
        response = (await request.read_in_turn(read, object())).response(gzip=False)
        response.status_code = 422
        return response
    await request.books.store.add(form.title.strip())
    return _see_home()


async def remove(request: BooksRequest) -> Response:
    """Remove a book. A second submit of the same form succeeds too."""
    await requests.form_body(request, Struct)
    await request.books.store.remove(requests.path(request, BookPath).book_id)
    return _see_home()


def _see_home() -> Response:
    return RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})


async def api(request: BooksRequest, document: dict[str, Any], lifetime: Lifetime) -> Response:
    """The API's routes, rendered once from the OpenAPI document, then served from the cache."""

    def render() -> str:
        operations = [
            {"method": method.upper(), "path": path, **operation}
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        url = request.service_state.url
        return request.site.templates.render("api.html", operations=operations, url=url)

    page = await cached_page(request, "api.html", render)
    serve_in_fast_path(request, page, lifetime)
    return page_response(request, page, lifetime)


async def static(request: BooksRequest) -> Response:
    return await request.site.templates.assets.serve(request)
