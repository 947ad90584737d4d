"""Request bodies and fields, malformed ones too; `protocol/` tests large and slow ones."""

import hashlib
from typing import Annotated, cast

import msgspec
import pytest
from starlette.requests import Request
from tests.http.standin import API
from tests.notes_settings import NOTES

from ishizue.http import requests
from ishizue.http.api.openapi import document
from ishizue.http.context import RequestContext
from ishizue.http.problems import Problem
from ishizue.testing.running import RunningService
from ishizue.visitors import SECURITY_SCHEME

JSON = {"content-type": "application/json; charset=utf-8"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        *((body, 400) for body in (b"", b"{", b"\xff", b'{"text": "\xff"}', b'{"text": "x"} {}')),
        (b'{"text":' + b"[" * 8000, 422),
        (b'{"text": 5}', 422),
        (b'{"text": "x", "more": 5}', 422),
        (b"{}", 422),
    ],
)
def test_json_that_cannot_be_read_is_refused(
    fast: RunningService, body: bytes, status: int
) -> None:
    response = fast.client.post("/notes", content=body, headers=JSON)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert fast.json("/notes") == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_another_content_type_is_415(fast: RunningService, kind: str) -> None:
    response = fast.client.post("/notes", content=b"{}", headers={"content-type": kind})
    assert response.status_code == 415


class Choice(msgspec.Struct):
    count: int = 0
    share: float = 0
    kind: tuple[Annotated[str, msgspec.Meta(max_length=3)], ...] = ()


def asked(query: bytes) -> RequestContext:
    scope = {"type": "http", "query_string": query}
    return cast(RequestContext, Request(scope))


def test_a_list_is_given_value_by_value_and_of_any_other_field_the_last_counts() -> None:
    assert requests.query(asked(b"kind=a&count=1&kind=b&count=2"), Choice) == Choice(
        2, 0, ("a", "b")
    )
    assert requests.query(asked(b"kind=a"), Choice) == Choice(0, 0, ("a",))
    assert requests.query(asked(b""), Choice) == Choice()


@pytest.mark.parametrize(
    "query",
    [
        b"kind=a&kind=long",
        b"kind=%00&kind=b",
        b"count=1e1",
        b"count=" + b"9" * 4000,
        b"share=nan",
        b"share=-inf",
        b"share=1e999",
    ],
)
def test_a_wrong_value_of_a_list_is_named_like_any_other(query: bytes) -> None:
    with pytest.raises(Problem) as caught:
        requests.query(asked(query), Choice)
    assert (caught.value.status, caught.value.field) == (400, query.decode().partition("=")[0])


@pytest.mark.parametrize("chunked", [False, True])
def test_the_handler_gets_what_was_sent_up_to_its_limit(
    either: RunningService, chunked: bool
) -> None:
    body = bytes(range(256)) * 1024
    parts = (body[:100_000], body[100_000:])
    sent = either.client.post("/hooks", content=iter(parts) if chunked else body, headers=JSON)
    assert sent.json() == hashlib.sha256(body).hexdigest()
    content = iter((*parts, b"x")) if chunked else body + b"x"
    refused = either.client.post("/hooks", content=content, headers=JSON)
    assert (refused.status_code, "262,144 bytes" in refused.json()["detail"]) == (413, True)


def test_its_type_is_the_stated_one_or_any(either: RunningService) -> None:
    for headers in ({}, {"content-type": "text/plain"}):
        assert either.client.post("/hooks", content=b"{}", headers=headers).status_code == 415
        assert either.client.post("/any", content=b"{}", headers=headers).status_code == 200
    assert either.client.post("/any", content=bytes(16 * 1024 + 1)).status_code == 413
    assert either.client.post("/plain", content=b"a").content == b"a"
    assert either.client.post("/plain", content=b"a" * 11).status_code == 413


@pytest.mark.parametrize("value", ["1", r'"\u0000"'])
@pytest.mark.parametrize("field", ["text", "more", "unknown", 'text":"x","more'])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_json_of_any_depth_is_taken_or_refused(
    either: RunningService, begin: str, end: str, field: str, value: str
) -> None:
    for depth in (1, 10, 100, *range(200, 1200, 100), 2000, 10_000, 40_000):
        body = f'{{"{field}":{begin * depth}{value}{end * depth}}}'
        for given in (body, body.rstrip(end + "}"), begin * depth):
            answer = either.client.post("/free", content=given, headers=JSON)
            assert answer.status_code in (200, 400, 422), (depth, answer.text)


def test_an_empty_parameter_is_an_absent_one_and_an_unknown_value_an_error(
    either: RunningService,
) -> None:
    assert either.json("/list?limit=&text=") == {"limit": 50, "text": "all"}
    assert either.json("/list?limit=5&limit=")["limit"] == 5
    assert either.json("/list?limit=x", status=400)["field"] == "limit"


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
    described = {
        code: [*response.get("headers", ())] for code, response in post["responses"].items()
    }
    assert described == {"200": ["Set-Cookie"], "422": [], "503": ["Retry-After"]}
