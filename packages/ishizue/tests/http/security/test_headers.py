"""The policy of a response has the sources that its service and its route add, and no others."""

from collections.abc import Mapping
from functools import partial

import pytest
from starlette.responses import Response
from tests.notes_settings import Settings

from ishizue import CACHED, Endpoint, NoQuery, RequestContext, Service, service
from ishizue.failure import DeclarationError
from ishizue.http.caching.page_cache import UNTIL_RELEASE
from ishizue.http.page_responses import cached_page, page_response, serve_in_fast_path
from ishizue.testing.running import RunningService, serving

BUCKET = "https://photos.s3.ap-northeast-1.amazonaws.com"
Sources = Mapping[str, tuple[str, ...]]


async def album(request: RequestContext, _: NoQuery) -> Response:
    """The photos"""
    page = await cached_page(request, request.route, lambda: "<h1>Photos</h1>")
    serve_in_fast_path(request, page, UNTIL_RELEASE)
    return page_response(request, page, UNTIL_RELEASE)


def photos(sources: Sources, of_route: Sources, port: int) -> Service:
    api = (
        Endpoint("GET", "/", album, CACHED),
        Endpoint("GET", "/new", album, CACHED, content_security=of_route),
    )
    return service(Settings(port=port), api, log=None, content_security=sources)


def policy(running: RunningService, path: str) -> dict[str, str]:
    (header,) = running.client.get(path).headers.get_list("content-security-policy")
    return dict(directive.split(" ", 1) for directive in header.split("; "))


@pytest.mark.parametrize("fast_path", [True, False])
def test_a_service_and_a_route_add_sources_to_the_policy(*, fast_path: bool) -> None:
    everywhere = {"img-src": (BUCKET, "data:"), "frame-ancestors": ("https://example.com",)}
    of_route = {"form-action": (BUCKET,), "img-src": (BUCKET,), "font-src": ("'self'",)}
    with serving(partial(photos, everywhere, of_route), fast_path=fast_path) as running:
        for _ in range(2):  # the second one is served by the fast path
            home, new, nothing = (policy(running, path) for path in ("/", "/new", "/nothing"))
            assert home["img-src"] == f"'self' {BUCKET} data:"
            assert home["frame-ancestors"] == "https://example.com"
            assert home["form-action"] == home["script-src"] == "'self'"
            assert nothing == home
            assert new == home | {"form-action": f"'self' {BUCKET}", "font-src": "'self'"}


@pytest.mark.parametrize(
    "sources",
    [
        {directive: (source,)}
        for directive in ("script-src", "style-src", "worker-src")
        for source in ("*", "data:", "https:", "'unsafe-inline'", "http://example.com")
    ]
    + [
        {"img-src": (source,)}
        for source in ("*", "'none'", "example.com", f"{BUCKET}/a", "x; script-src *", "data")
    ]
    + [{"default-src": ("'self'",)}, {"image-src": ("'self'",)}],
)
@pytest.mark.parametrize("is_of_route", [False, True])
def test_a_source_that_opens_too_much_stops_the_start(
    sources: Sources, *, is_of_route: bool
) -> None:
    both: tuple[Sources, Sources] = ({}, sources) if is_of_route else (sources, {})
    with pytest.raises(DeclarationError, match=f"^content_security: {next(iter(sources))} "):
        photos(*both, port=0)
