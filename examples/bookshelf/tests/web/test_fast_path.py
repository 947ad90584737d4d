"""The fast path serves the list: one read for all who wait for it, none older than its request."""

import gzip
import json

import pytest

from ishizue.testing import wire
from tools.servers import Running, serving


def test_the_fast_path_serves_the_first_page(server: Running) -> None:
    with wire.counting(server) as served:
        before = server.client.get("/api/books")
        assert server.client.post("/api/books", json={"title": "Emma"}).status_code == 201
        after = server.client.get("/api/books")
        server.client.get("/api/books?limit=2")
    assert [(target, status) for target, status, _ in served] == [(b"/api/books", 200)] * 2
    assert before.json()["books"] == []
    assert [book["title"] for book in after.json()["books"]] == ["Emma"]


def test_requests_that_wait_share_a_read(quiet_server: Running) -> None:
    request = "GET /api/books HTTP/1.1\r\nHost: localhost\r\n\r\n"
    body = b'{"books":[],"next":null}'
    with wire.held_read(quiet_server, "/api/books") as read:
        first, second = wire.connected(quiet_server), wire.connected(quiet_server)
        with first as one, second as two:
            one.sendall(request.encode())
            two.sendall(request.encode())
            read.wait(2)
            read.settle(body)
            for connection in (one, two):
                heard, _ = wire.hear(connection)
                assert heard.endswith(body)


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_the_response_is_the_same_without_the_fast_path(database: str, accepted: str) -> None:
    heard = []
    for fast_path in (True, False):
        with serving(database, fast_path=fast_path) as server:
            server.ready()
            server.client.post("/api/books", json={"title": "Emma" * 40})
            response = server.client.get("/api/books", headers={"Accept-Encoding": accepted})
            headers = {name: value for name, value in response.headers.items() if name != "date"}
            heard.append((response.status_code, headers, response.content))
    assert heard[0] == heard[1]
    assert heard[0][1].get("content-encoding", "identity") == accepted


def test_a_compressed_list_is_the_list(server: Running) -> None:
    server.client.post("/api/books", json={"title": "Emma" * 40})
    with server.client.stream("GET", "/api/books", headers={"Accept-Encoding": "gzip"}) as response:
        packed = b"".join(response.iter_raw())
    assert json.loads(gzip.decompress(packed)) == server.json("/api/books")
