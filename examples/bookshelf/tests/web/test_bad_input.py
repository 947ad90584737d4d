"""Invalid input gets an error that names it, and changes nothing."""

from collections.abc import Iterator

import httpx
import pytest
from ishizue.http.requests import BODY_BYTES
from ishizue.testing.running import RunningService

JSON = {"content-type": "application/json"}


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    """The problem in the response."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["status"] == status
    return body


@pytest.fixture
def unchanged(quiet_server: RunningService) -> Iterator[RunningService]:
    yield quiet_server
    assert quiet_server.json("/api/books")["books"] == []


@pytest.mark.parametrize(
    "title", ["", "   ", "x" * 201, "a\0b", "a\nb", "a\x7fb", 1, None, ["Emma"], {"title": "Emma"}]
)
def test_an_invalid_title_is_422(unchanged: RunningService, title: object) -> None:
    response = unchanged.client.post("/api/books", json={"title": title})
    assert problem(response, 422)["field"] == "title"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b'{"title": "\\ud800"}', 400, None),
        (b'{"title": "\xff"}', 400, None),
        (b"[]", 422, "body"),
        (b"{}", 422, "title"),
        (b'{"title": "Emma", "author": "Jane Austen"}', 422, "author"),
        (b'"' + b" " * BODY_BYTES + b'"', 413, None),
    ],
)
def test_an_invalid_body_is_refused(
    unchanged: RunningService, body: bytes, status: int, field: str | None
) -> None:
    response = unchanged.client.post("/api/books", content=body, headers=JSON)
    assert problem(response, status).get("field") == field


def test_a_body_that_is_not_json_is_415(unchanged: RunningService) -> None:
    problem(unchanged.client.post("/api/books", data={"title": "Emma"}), 415)


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=1e1", "limit=-1", "limit=", "limit=１", "limit=1%00"),
        *("cursor=0", "cursor=x", "cursor=2147483649"),
    ],
)
def test_an_invalid_query_is_400(unchanged: RunningService, query: str) -> None:
    response = unchanged.client.get(f"/api/books?{query}")
    assert problem(response, 400)["field"] == query.partition("=")[0]


@pytest.mark.parametrize(
    "book_id", ["0", "1", "x", "-1", "1.0", "2147483648", "9" * 30, "１", "%00"]
)
def test_a_book_that_does_not_exist_is_404(unchanged: RunningService, book_id: str) -> None:
    problem(unchanged.client.delete(f"/api/books/{book_id}"), 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api/books/", 404),
        ("PUT", "/api/books", 405),
        ("GET", "/api/books/1", 405),
    ],
)
def test_an_unknown_route_is_refused(
    unchanged: RunningService, method: str, path: str, status: int
) -> None:
    problem(unchanged.client.request(method, path), status)
