"""The pages, and the HTML forms on them, which need no script."""

from functools import partial
from typing import Any

from ishizue.http import requests
from ishizue.http.caching.page_cache import Lifetime
from ishizue.http.page_responses import cached_page, page_response, serve_in_fast_path
from ishizue.http.wire import SharedPage
from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from bookshelf.books import MAX_TITLE, Store
from bookshelf.web import reads
from bookshelf.web.api import listed
from bookshelf.web.context import BooksRequest, Site
from bookshelf.web.queries import FIRST, BookPath, BooksQuery, NewBook


async def as_html(
    site: Site, store: Store, query: BooksQuery, invalid: requests.InvalidForm | None = None
) -> SharedPage:
    """A part of the list as a page, with the form as it was filled in if it was not valid."""
    shown = await listed(store, query)
    html = site.templates.render(
        "home.html",
        books=shown.books,
        next=shown.next,
        limit=query.limit,
        is_first=query.cursor == FIRST.cursor,
        max_title=MAX_TITLE,
        typed=invalid.typed.get("title", "") if invalid else "",
        wrong=invalid.expected if invalid else "",
    )
    return SharedPage(html.encode())


async def home(request: BooksRequest) -> Response:
    """The list, and the form to add a book."""
    return await reads.response(request, requests.query(request, BooksQuery), as_html)


async def add(request: BooksRequest) -> Response:
    """Add a book by the form, which comes back if it is not valid."""
    site = request.site
    store = request.books.store
    try:
        form = await requests.form_body(request, NewBook)
    except requests.InvalidForm as invalid:
        page = await request.read_in_turn(partial(as_html, site, store, FIRST, invalid))
        response = page.response(gzip=False)
        response.status_code = invalid.status
        return response
    await store.add(form.title.strip())
    return _see_home()


async def remove(request: BooksRequest) -> Response:
    """Remove a book. A second submit of the same form succeeds too."""
    await requests.form_body(request, Struct)
    await request.books.store.remove(requests.path(request, BookPath).book_id)
    return _see_home()


def _see_home() -> Response:
    return RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})


async def api(request: BooksRequest, document: dict[str, Any], lifetime: Lifetime) -> Response:
    """The API's operations, rendered once from its document, then served from the page cache."""

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
    """A file of `static/`."""
    return await request.site.templates.assets.serve(request)
