"""Responses of pages in the page cache; a page that is not there is rendered in turn first."""

from collections.abc import Hashable
from functools import partial
from typing import cast

from starlette.responses import Response

from ishizue.http.caching.page_cache import CachedPage, Lifetime, Render, matches
from ishizue.http.context import Exchange, RequestContext
from ishizue.http.wire import SharedPage, accepts_gzip


async def cached_page(
    request: RequestContext,
    key: Hashable,
    render: Render,
    *,
    compressible: bool = True,
    ahead: bool = False,
) -> CachedPage:
    """The page of this key, compressed for a client that takes gzip.

    It must depend on nothing but the key. `render` returns its text, rendered in one turn, or
    yields parts of it: each takes a turn, and others are served in between. A caller may leave or
    the cache may drop the page meanwhile: those who wait for the page keep its parts. Pages `ahead`
    take turns with all others together, so there may be only a few.

    Raises ClientLeft, and Overloaded if too many others are waiting.
    """
    gzip = compressible and accepts_gzip(request)
    page = request.service_state.page_cache.get(key)
    if page is not None and page.is_ready(gzip=gzip):
        return page
    draft = request.service_state.page_cache.draft(key, render)
    advance = partial(draft.advance, gzip=gzip)
    while (page := await request.render_in_turn((key, gzip), advance, ahead=ahead)) is None:
        pass  # a part is rendered; others are served in between
    return page


def page_response(
    request: RequestContext, page: CachedPage, lifetime: Lifetime, media_type: str = "text/html"
) -> Response:
    """The page, or 304 if the client has it and the page is not about to end."""
    representation = page.representation(gzip=accepts_gzip(request))
    now = request.service_state.page_cache.now()
    known = matches(request.headers.get("if-none-match", ""), representation.etag)
    known = known and now <= lifetime.last_stored
    response = representation.response(known=known, media_type=media_type)
    response.headers["Cache-Control"] = lifetime.cache_control(now)
    return response


async def cached_response(
    request: RequestContext,
    key: Hashable,
    render: Render,
    lifetime: Lifetime,
    media_type: str = "text/html",
) -> Response:
    """The page of this key, or 304 if the client has it."""
    page = await cached_page(request, key, render)
    return page_response(request, page, lifetime, media_type)


def serve_in_fast_path(
    request: RequestContext,
    page: CachedPage,
    lifetime: Lifetime,
    query: str = "",
    *,
    since: float = 0,
) -> None:
    """Have the fast path serve this page from now on, in its lifetime.

    It does so for the plain path, alone or with this query. Any other spelling would give a page
    any number of cache entries.
    """
    path: str = request.scope["path"]
    given: bytes = request.scope["query_string"]
    if request.scope["raw_path"] != path.encode() or given not in (b"", query.encode()):
        return
    target = path.encode() + (b"?" + given if given else b"")
    gzip = accepts_gzip(request)
    request.service_state.page_cache.make_ready(target, page, since, lifetime, gzip=gzip)


def landed(exchange: Exchange) -> SharedPage | None:
    """The page that the fast path has read for this request. Raises what the read raised."""
    outcome, exchange.outcome = exchange.outcome, None
    if isinstance(outcome, Exception):
        raise outcome
    return cast("SharedPage | None", outcome)
