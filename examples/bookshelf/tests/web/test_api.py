"""The JSON API does what `/openapi.json` says."""

import pytest
from ishizue.testing.running import RunningService


def test_books_are_listed_added_and_removed(server: RunningService) -> None:
    client = server.client
    assert server.json("/api/books") == {"books": [], "next": None}
    added = client.post("/api/books", json={"title": "Emma"})
    assert added.status_code == 201
    book = added.json()
    assert set(book) == {"id", "title", "added_at"}
    assert server.json("/api/books") == {"books": [book], "next": None}
    again = client.post("/api/books", json={"title": "Emma"})
    assert (again.status_code, again.json()) == (200, book)
    removed = client.delete(f"/api/books/{book['id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert server.json("/api/books")["books"] == []
    assert client.delete(f"/api/books/{book['id']}").status_code == 404


def test_the_blanks_around_a_title_are_not_part_of_it(server: RunningService) -> None:
    added = server.client.post("/api/books", json={"title": " Emma\u3000"})
    assert added.json()["title"] == "Emma"


def test_a_cursor_leads_through_every_book_once(server: RunningService) -> None:
    for number in range(5):
        server.client.post("/api/books", json={"title": f"book {number}"})
    titles = []
    path = "/api/books?limit=2"
    while path:
        page = server.json(path)
        titles += [book["title"] for book in page["books"]]
        path = page["next"] and f"/api/books?limit=2&cursor={page['next']}"
    assert titles == [f"book {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("path", ["/api/books", "/api/books?limit=2"])
def test_no_cache_stores_the_list(quiet_server: RunningService, path: str) -> None:
    response = quiet_server.client.get(path)
    assert response.headers["cache-control"] == "private, no-store"
