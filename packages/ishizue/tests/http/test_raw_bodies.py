"""Raw bodies, writes without one, empty parameters; and what the API's document says of them."""

import hashlib
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

import pytest
from msgspec import Struct
from starlette.responses import Response
from tests.notes_settings import NOTES, Settings

from ishizue import (
    CHEAP,
    Endpoint,
    NoQuery,
    RequestContext,
    Service,
    raw_body,
    service,
)
from ishizue.http.api.openapi import document
from ishizue.testing.running import RunningService, serving
from ishizue.visitors import SECURITY_SCHEME

MOST = 256 * 1024


async def hook(_: RequestContext, body: bytes) -> str:
    """Take an event"""
    return hashlib.sha256(body).hexdigest()


async def plain_hook(request: RequestContext) -> Response:
    return Response(await raw_body(request, most=10))


async def tick(_: RequestContext, _query: NoQuery) -> str:
    """Tick"""
    return "tock"


class Page(Struct):
    limit: int = 50
    text: str = "all"


async def listed(_: RequestContext, page: Page) -> Page:
    """List"""
    return page


class Free(Struct):
    text: str
    more: Any = None


async def free(_: RequestContext, given: Free) -> Free:
    """Take anything"""
    return given


API = (
    Endpoint("POST", "/free", free, CHEAP, Free, body_bytes=MOST),
    Endpoint("POST", "/hooks", hook, CHEAP, str, body_bytes=MOST, media_type="application/json"),
    Endpoint("POST", "/any", hook, CHEAP, str),
    Endpoint(
        "POST",
        "/tick",
        tick,
        CHEAP,
        str,
        problems=(422, 503),
        security=("visitor",),
        response_headers={"Set-Cookie": "The visitor."},
    ),
    Endpoint("GET", "/list", listed, CHEAP, Page, request_headers={"X-Shelf": "The shelf."}),
)
ROUTES = (*API, ("POST", "/plain", plain_hook, CHEAP))
JSON = {"content-type": "application/json; charset=utf-8"}


def built(port: int, proxies: tuple[IPv4Network, ...] = ()) -> Service:
    settings = Settings(port=port, writes_per_minute=1_000_000, trusted_proxies=proxies)
    return service(settings, ROUTES, log=None)


@pytest.fixture(scope="module", params=[True, False], ids=["fast", "plain"])
def hooks(request: pytest.FixtureRequest) -> Iterator[RunningService]:
    with serving(built, fast_path=request.param) as running:
        yield running


@pytest.mark.parametrize("chunked", [False, True])
def test_the_handler_gets_what_was_sent_up_to_its_limit(
    hooks: RunningService, chunked: bool
) -> None:
    body = bytes(range(256)) * 1024
    parts = (body[:100_000], body[100_000:])
    sent = hooks.client.post("/hooks", content=iter(parts) if chunked else body, headers=JSON)
    assert sent.json() == hashlib.sha256(body).hexdigest()
    content = iter((*parts, b"x")) if chunked else body + b"x"
    refused = hooks.client.post("/hooks", content=content, headers=JSON)
    assert (refused.status_code, "262,144 bytes" in refused.json()["detail"]) == (413, True)


def test_its_type_is_the_stated_one_or_any(hooks: RunningService) -> None:
    for headers in ({}, {"content-type": "text/plain"}):
        assert hooks.client.post("/hooks", content=b"{}", headers=headers).status_code == 415
        assert hooks.client.post("/any", content=b"{}", headers=headers).status_code == 200
    assert hooks.client.post("/any", content=bytes(16 * 1024 + 1)).status_code == 413
    assert hooks.client.post("/plain", content=b"a").content == b"a"
    assert hooks.client.post("/plain", content=b"a" * 11).status_code == 413


@pytest.mark.parametrize("value", ["1", r'"\u0000"'])
@pytest.mark.parametrize("field", ["text", "more", "unknown", 'text":"x","more'])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_json_of_any_depth_is_taken_or_refused(
    hooks: RunningService, begin: str, end: str, field: str, value: str
) -> None:
    for depth in (1, 10, 100, *range(200, 1200, 100), 2000, 10_000, 40_000):
        body = f'{{"{field}":{begin * depth}{value}{end * depth}}}'
        for given in (body, body.rstrip(end + "}"), begin * depth):
            answer = hooks.client.post("/free", content=given, headers=JSON)
            assert answer.status_code in (200, 400, 422), (depth, answer.text)


def test_an_empty_parameter_is_an_absent_one_and_an_unknown_value_an_error(
    hooks: RunningService,
) -> None:
    assert hooks.json("/list?limit=&text=") == {"limit": 50, "text": "all"}
    assert hooks.json("/list?limit=5&limit=")["limit"] == 5
    assert hooks.json("/list?limit=x", status=400)["field"] == "limit"


def test_the_document_says_what_a_body_is() -> None:
    paths = document(API, product=NOTES, description="")["paths"]
    body = {path: paths[path]["post"].get("requestBody") for path in ("/hooks", "/any", "/tick")}
    assert body == {
        "/hooks": {
            "required": True,
            "content": {"application/json": {}},
            "description": "Up to 262,144 bytes.",
        },
        "/any": {"required": True, "content": {"*/*": {}}},
        "/tick": None,
    }


def test_headers_cookies_and_security_schemes_are_described() -> None:
    schemes = {"visitor": SECURITY_SCHEME}
    made = document(API, product=NOTES, description="", security_schemes=schemes)
    get, post = made["paths"]["/list"]["get"], made["paths"]["/tick"]["post"]
    [shelf, *_] = get["parameters"]
    assert (shelf["in"], shelf["name"], shelf["description"]) == ("header", "X-Shelf", "The shelf.")
    assert "security" not in get
    assert post["security"] == [{}, {"visitor": []}]
    assert made["components"]["securitySchemes"] == schemes
    assert (SECURITY_SCHEME["in"], SECURITY_SCHEME["name"]) == ("cookie", "visitor")
    described = {
        code: [*response.get("headers", ())] for code, response in post["responses"].items()
    }
    assert described == {"200": ["Set-Cookie"], "422": [], "503": ["Retry-After"]}
