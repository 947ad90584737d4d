"""The JSON API does what `/openapi.json` says."""

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


def test_no_cache_stores_the_list(server: RunningService) -> None:
    for path in ("/api/books", "/api/books?limit=2"):
        stored = server.client.get(path).headers["cache-control"]
        assert stored == "private, no-store"


def test_what_is_wrong_is_named_and_changes_nothing(server: RunningService) -> None:
    for title in ("", "   ", "x" * 201, "a\0b", "a\n", "a\x7fb", None):
        refused = server.client.post("/api/books", json={"title": title})
        assert (refused.status_code, refused.json()["field"]) == (422, "title"), repr(title)
    for query in ("limit=0", "limit=101", "cursor=0", "cursor=2147483649"):
        assert server.json(f"/api/books?{query}", status=400)["field"] == query.partition("=")[0]
    for book_id in ("0", "1", "x", "2147483648"):
        assert server.client.delete(f"/api/books/{book_id}").status_code == 404
    assert server.json("/api/books")["books"] == []
