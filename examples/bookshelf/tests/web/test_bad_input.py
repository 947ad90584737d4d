"""Invalid input gets an error that names it, and changes nothing."""

from collections.abc import Iterator

import httpx
import pytest
from ishizue.testing.running import RunningService


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
    "title",
    ["", "   ", "x" * 201, "a\0b", "a\nb", "a\n", "a\x7fb", 1, None, ["Emma"], {"title": "Emma"}],
)
def test_an_invalid_title_is_422(unchanged: RunningService, title: object) -> None:
    response = unchanged.client.post("/api/books", json={"title": title})
    assert problem(response, 422)["field"] == "title"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=1e1",
        "limit=-1",
        "limit=１",
        "limit=1%00",
        "cursor=0",
        "cursor=x",
        "cursor=2147483649",
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
