"""A malformed request behind good ones: their responses, then the refusal, then the end."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.http.standin import serving_standin

from ishizue.http.protocol.head import HEAD_BYTES
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    application,
    connected,
    connection_of,
    connections,
    delayed,
    exchange,
    executed,
    get,
    hear_all,
    hear_until,
    reset_at_close,
    statuses,
    until,
)

CHUNKED = (
    "POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
)
RUBBISH = "\x16\x03\x01\x02\x00\x01\r\n\r\n"
MALFORMED = {
    "rubbish": (RUBBISH, 400),
    "half a head": ("GET /page HTTP/1.1\r\nrubbish\r\n", 400),
    "HTTP/2.0": (get(version="2.0"), 400),
    "a long head": (get(headers=f"A: {'a' * 3 * HEAD_BYTES}\r\n"), 431),
    "an upgrade with a body": (
        get(headers="Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 9\r\n"),
        400,
    ),
    "its own body": (CHUNKED + "2\r\n{}x", 400),
    "its own trailers": (CHUNKED + "2\r\n{}\r\n0\r\nrubbish\r\n\r\n", 400),
}
GOOD = get("/nothing") + get("/page/9") + get("/livez", method="HEAD") + get()


class HeldResponses:
    """An application whose responses are streamed, and end when the test says so."""

    def __init__(self) -> None:
        self.begun = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()

    async def respond(self, scope: Any, receive: Any, send: Any) -> None:
        self._loop = asyncio.get_running_loop()
        if scope["method"] == "GET":
            await receive()  # has the server read on: what waits behind had stopped it
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"begun, ", "more_body": True})
        self.begun += 1
        await self._end.wait()
        await send({"type": "http.response.body", "body": b"ended"})

    def end(self) -> None:
        assert self._loop
        self._loop.call_soon_threadsafe(self._end.set)


@contextmanager
def holding(running: RunningService) -> Iterator[HeldResponses]:
    responses = HeldResponses()
    with application(running, responses.respond):
        yield responses
        responses.end()


@contextmanager
def refusal_behind_a_response(
    running: RunningService,
) -> Iterator[tuple[HeldResponses, socket.socket, Any]]:
    """A response that is held, another request and rubbish; the client's and the server's ends."""
    with holding(running) as responses, connected(running) as client:
        accepted = connection_of(running, client)
        client.sendall((get() + get() + RUBBISH).encode("latin-1"))
        until(lambda: responses.begun and accepted._refusal)
        yield responses, client, accepted


@pytest.mark.parametrize("malformed", MALFORMED)
def test_the_responses_to_the_requests_before_are_sent_first(
    fast: RunningService, plain: RunningService, malformed: str
) -> None:
    sent, refusal = MALFORMED[malformed]
    heard = set()
    for running in (fast, plain):
        for parts in ([GOOD + sent + get()], [GOOD, sent, get()]):
            with delayed(running, 0.02), executed(running) as requests:
                heard.add(exchange(running, *parts, pause=0.01))
            assert [request for request in requests if not request.startswith("POST")] == [
                "GET /nothing", "GET /page/9", "HEAD /livez", "GET /page",
            ]  # fmt: skip
    ((data, closed),) = heard
    assert statuses(data) == [404, 200, 200, 200, refusal]
    assert data.count(b"\r\nconnection: close\r\n") == 1
    assert closed


def test_a_refusal_waits_for_the_end_of_a_streamed_response(either: RunningService) -> None:
    with refusal_behind_a_response(either) as (responses, client, _):
        client.sendall(get().encode() * 1000)
        assert statuses(hear_until(client, lambda heard: heard.endswith(b"begun, \r\n"))) == [200]
        responses.end()
        heard = hear_all(client)
    assert heard.startswith(b"5\r\nended\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert b"5\r\nended\r\n0\r\n\r\nHTTP/1.1 400 Bad Request\r\n" in heard
    assert statuses(heard) == [200, 400]


@pytest.mark.parametrize("end", ["shutdown", "half-close"])
def test_an_end_before_the_refusal_drops_no_response(fast_path: bool, end: str) -> None:
    with (
        serving_standin(fast_path=fast_path) as running,
        refusal_behind_a_response(running) as (responses, client, accepted),
    ):
        if end == "shutdown":
            running.server.stop()
            until(lambda: accepted.closing)
        else:
            client.shutdown(socket.SHUT_WR)
        responses.end()
        heard = hear_all(client)
        until(lambda: accepted not in connections(running))
    assert statuses(heard) == [200, 200, 400]
    assert heard.count(b"connection: close\r\n") == 1


def test_a_client_that_leaves_before_the_refusal_ends_its_requests(either: RunningService) -> None:
    with refusal_behind_a_response(either) as (responses, client, accepted):
        reset_at_close(client)
        client.close()
        until(lambda: accepted not in connections(either))
        responses.end()
        time.sleep(0.1)
        assert responses.begun == 1, "the second request was started"


@pytest.mark.parametrize(
    ("parts", "has_body"),
    [
        (["HEAD /page HTTP/1.1\r\n\r\n"], False),
        ([get(), "HEAD /page HTTP/1.1\r\n\r\n"], False),
        ([CHUNKED.replace("POST", "HEAD") + "2\r\n{}x"], False),
        ([get() + CHUNKED.replace("POST", "HEAD") + "2\r\n{}x"], False),
        ([get(method="HEAD"), RUBBISH], True),
        ([CHUNKED, "2\r\n{}x"], True),
    ],
)
def test_a_refusal_has_a_body_but_of_head(
    either: RunningService, parts: list[str], *, has_body: bool
) -> None:
    heard, closed = exchange(either, *parts)
    assert statuses(heard)[-1] == 400
    refusal = heard.rpartition(b"HTTP/1.1 ")[2]
    body = b"Invalid HTTP request received." if has_body else b""
    assert refusal.endswith(b"\r\n\r\n" + body)
    assert b"\r\ncontent-length: %d\r\n" % len(body) in refusal
    assert closed


def test_no_refusal_is_a_part_of_a_response_that_has_begun(either: RunningService) -> None:
    with holding(either) as responses, connected(either, CHUNKED) as client:
        until(lambda: responses.begun)
        client.sendall(b"2\r\n{}x")
        heard = hear_all(client)
    assert heard.endswith(b"begun, \r\n")
    assert statuses(heard) == [200]
