"""Pages of the page cache, each rendered in its turn where it is not there."""

from collections.abc import Callable, Hashable

from starlette.requests import Request
from starlette.responses import Response

from kirosample.web import page_cache
from kirosample.web.clients import client_key
from kirosample.web.compression import accepts_gzip
from kirosample.web.page_cache import CachedPage
from kirosample.web.portal import portal_of


async def page(
    request: Request,
    key: Hashable,
    render: Callable[[], str],
    *,
    compressible: bool = True,
    ahead: bool = False,
) -> CachedPage:
    """The page of this key, which is all it depends on; compressed for a client that takes gzip.

    Pages `ahead` are those that most visitors ask for: they are rendered before all others.

    Raises Problem (503) where too many others are to be rendered first.
    """
    portal = portal_of(request)
    gzip = compressible and accepts_gzip(request)

    def work() -> CachedPage:
        found = portal.cache.page(key, render)
        found.sent(gzip=gzip)
        return found

    found = portal.cache.get(key)
    if found is not None and found.is_ready(gzip=gzip):
        return found
    client = client_key(request.client.host) if request.client else ""
    return await portal.turns.run((key, gzip), client, work, ahead=ahead)


async def respond(
    request: Request, key: Hashable, render: Callable[[], str], media_type: str = "text/html"
) -> Response:
    """That page, or 304 where the client has it."""
    return page_cache.answer(request, await page(request, key, render), media_type)
