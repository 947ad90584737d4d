"""Without a database and during an outage: clear errors, and the rest serves."""

import asyncio

from ishizue.testing.outages import Log, Switch
from ishizue.testing.running import RunningService

from tests.conftest import serving

WRITE = {"title": "Emma"}


def assert_away(server: RunningService) -> None:
    for response in (
        server.client.get("/api/books"),
        server.client.get("/api/books?limit=2"),
        server.client.post("/api/books", json=WRITE),
        server.client.delete("/api/books/1"),
    ):
        assert response.status_code == 503
        assert response.json()["detail"] == "The books cannot be reached now. Try again soon."
        assert int(response.headers["retry-after"]) > 0
    assert server.json("/readyz", status=503)["reason"]
    assert server.client.get("/livez").status_code == 200
    page = server.client.get("/")
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert "cannot be reached now" in page.text
    assert server.client.get("/api").status_code == 200


def test_books_are_503_during_an_outage_and_recover(switch: Switch, log: Log) -> None:
    with serving(switch.dsn) as server:
        server.ready()
        assert server.client.post("/api/books", json=WRITE).status_code == 201
        switch.off()
        assert_away(server)
        assert log.lines[0].startswith("cannot serve books: ")
        switch.on()
        server.ready()
        assert server.client.post("/api/books", json=WRITE).status_code == 200
        asyncio.run(log.until("serving books again"))
        assert log.lines[-1].endswith("with 503: 5")


def test_a_server_without_a_database_says_so(pages: RunningService) -> None:
    for response in (
        pages.client.get("/api/books"),
        pages.client.post("/api/books", json=WRITE),
        pages.client.delete("/api/books/1"),
    ):
        assert response.status_code == 503
        assert response.json()["detail"] == "This server has no database, and so no books."
        assert "retry-after" not in response.headers, "trying again does not help"
    assert "This server has no database" in pages.text("/", status=503)
    assert pages.json("/readyz") == {"status": "ok"}
