"""Offers to upgrade, and CONNECT: their bodies are never requests."""

import logging

import pytest

from ishizue.testing.running import RunningService
from ishizue.testing.wire import exchange, executed, get, statuses

SMUGGLED = get("/notes/1", method="DELETE")
CHUNKED = f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n0\r\n\r\n"
OFFERS = {
    "h2c": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "WebSocket": "Connection: Upgrade\r\nUpgrade: websocket\r\n",
    "nonsense": "Upgrade: anything\r\nConnection: keep-alive, UPGRADE\r\n",
}
BODIES = {
    "a length": (f"Content-Length: {len(SMUGGLED)}\r\n", SMUGGLED),
    "chunks": ("Transfer-Encoding: chunked\r\n", CHUNKED),
    "a length that is not all sent": ("Content-Length: 40000\r\n", SMUGGLED + "x" * 20_000),
}


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "CONNECT"])
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("offer", [*OFFERS, "an Upgrade that Connection does not name"])
def test_an_offer_with_a_body_is_400_and_the_body_never_a_request(
    either: RunningService, method: str, body: str, offer: str
) -> None:
    framing, sent = BODIES[body]
    head = get("/page", OFFERS.get(offer, "Upgrade: h2c\r\n") + framing, method=method)
    head = head.replace("CONNECT /page", "CONNECT localhost:80")
    for parts in ([head + sent, get()], [head, sent, get()], [get() + head + sent]):
        with executed(either) as requests:
            heard, closed = exchange(either, *parts, pause=0.02)
        assert "DELETE /notes/1" not in requests
        assert closed
        first = [] if parts[0].startswith(head) else [200]
        assert statuses(heard) == [*first, 400]
        assert requests == ["GET /page"] * len(first)


@pytest.mark.parametrize("offer", OFFERS)
def test_any_other_offer_is_ignored_and_its_response_is_the_last(
    either: RunningService, offer: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = get("/page", OFFERS[offer])
    with caplog.at_level(logging.INFO):
        for parts in ([asked], [asked + SMUGGLED], [asked, SMUGGLED], [get(), asked + get("/")]):
            with executed(either) as requests:
                heard, closed = exchange(either, *parts, pause=0.02)
            last = heard.rpartition(b"HTTP/1.1 ")[2]
            assert last.startswith(b"200 OK\r\n")
            assert b"\r\nconnection: close\r\n" in last
            assert b"\r\n\r\n<p>" in last
            assert closed
            assert set(requests) <= {"GET /page"}
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
