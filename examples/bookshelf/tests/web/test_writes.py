"""Which writes are admitted: of our own pages and of programs, and only so many of a client."""

from dataclasses import replace

import pytest

from ishizue.http.security.rate_limit import WRITE_BURST
from tools.servers import SETTINGS, Running, serving


def test_a_client_that_writes_too_much_waits(database: str) -> None:
    with serving(database, settings=replace(SETTINGS, writes_per_minute=60)) as running:
        running.ready()
        for _ in range(WRITE_BURST):
            assert running.client.delete("/api/books/1").status_code == 404
        refused = running.client.post("/api/books", json={"title": "Emma"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert running.json("/api/books")["books"] == []


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_write_of_another_sites_page_is_refused(
    quiet_server: Running, headers: dict[str, str]
) -> None:
    client = quiet_server.client
    for headers_ in (headers, {"Sec-Fetch-Site": "cross-site"}):
        response = client.post("/api/books", json={"title": "Emma"}, headers=headers_)
        assert response.status_code == 403
        assert client.delete("/api/books/1", headers=headers_).status_code == 403
    assert quiet_server.json("/api/books")["books"] == []


def test_a_write_of_our_own_page_is_admitted(server: Running) -> None:
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    response = server.client.post("/api/books", json={"title": "Emma"}, headers=headers)
    assert response.status_code == 201
