"""The bounds of a connection, and how it ends."""

import asyncio
import logging
import os
import select
import socket
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from kirosample.http.protocol.connection import PIPELINED_REQUESTS
from kirosample.http.protocol.head import HEAD_BYTES, HEAD_FIELDS, TARGET_BYTES
from kirosample.http.server import SEND_BUFFER_BYTES
from kirosample.limits import STALL_SECONDS
from tests.http.standin import serving_standin
from tests.http.wire import (
    application,
    connected,
    connection_of,
    connections,
    delayed,
    exchange,
    executed,
    get,
    hear,
    reset_at_close,
)
from tools.running import RunningService

POST = "POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
OTHER = get("/notes/1", method="DELETE")
LONG = f"A: {'a' * 1000}\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        (f"{POST}Content-Length: 20000\r\n\r\n", "x" * 17_000, get()),
        (f"{POST}Transfer-Encoding: chunked\r\n\r\n", f"4e20\r\n{'x' * 17_000}", get()),
        (f"{POST}Content-Length: 20000\r\n\r\n{'x' * 20_000}{OTHER}G",),
    ],
    ids=["a length", "chunks", "pipelined requests behind"],
)
def test_a_body_too_large_is_413_and_the_last_request(
    fast: RunningService, parts: tuple[str, ...]
) -> None:
    with executed(fast) as requests:
        heard, closed = exchange(fast, *parts)
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert heard.count(b"HTTP/1.1 ") == 1
    assert closed
    assert requests == ["POST /notes"]


def test_the_rest_of_a_body_too_large_is_read_so_that_the_response_arrives(
    fast: RunningService,
) -> None:
    with connected(fast) as one:
        one.sendall(f"{POST}Content-Length: 3000000\r\n\r\n".encode())
        select.select([one], [], [], 5)
        for _ in range(30):
            one.sendall(b"x" * 100_000)  # raises after a reset
        heard, closed = hear(one)
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert closed


def test_a_body_that_does_not_arrive_is_408_and_closes_the_connection(
    fast: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kirosample.http.requests.BODY_DEADLINE_SECONDS", 0.2)
    heard, closed = exchange(fast, f"{POST}Content-Length: 9\r\n\r\n{{")
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert closed


@pytest.mark.parametrize(
    "sent", [get()[:-2], get(headers="Transfer-Encoding: chunked\r\n") + "0\r\n"]
)
def test_endless_headers_or_trailers_are_431(fast: RunningService, sent: str) -> None:
    with connected(fast) as one:
        one.sendall(sent.encode())
        hear(one)
        parts = 0
        while parts < 1000 and not select.select([one], [], [], 0.001)[0]:
            one.sendall(LONG.encode())
            parts += 1
        heard, closed = hear(one)
    assert b"HTTP/1.1 431 Request Header Fields Too Large\r\n" in heard
    assert b"content-security-policy: " in heard
    assert closed
    assert len(LONG) * parts < 4 * HEAD_BYTES


def test_a_head_of_60_kib_is_served(either: RunningService) -> None:
    long = get(headers=f"A: {'a' * 60 * 1024}\r\n")
    heard, closed = exchange(either, get("/livez") + long + long)
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert not closed


def test_a_head_of_more_than_100_fields_is_431(either: RunningService) -> None:
    most, more = (get(headers="a:\r\n" * fields) for fields in (HEAD_FIELDS - 1, HEAD_FIELDS))
    for parts in ([most[:200], most[200:]], [most + most]):
        heard, closed = exchange(either, *parts)
        assert heard.count(b"HTTP/1.1 200 OK\r\n") == "".join(parts).count(most)
        assert not closed
    for parts in ([more[:200], more[200:]], [more[:-2] + "b:"]):
        heard, closed = exchange(either, *parts)
        assert heard.startswith(b"HTTP/1.1 431 ")
        assert closed


@pytest.mark.parametrize("target", ["/page", "/livez"])
def test_fields_beyond_the_100th_are_never_collected(either: RunningService, target: str) -> None:
    with connected(either) as one:
        accepted = connection_of(either, one)
        one.sendall(get(target, "a:\r\n" * 15_900).encode())
        heard, closed = hear(one)
    assert heard.startswith(b"HTTP/1.1 431 ")
    assert closed
    assert len(accepted.headers) == HEAD_FIELDS


def test_trailers_are_bounded_like_headers_and_never_among_them(either: RunningService) -> None:
    seen: list[list[bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.request":
            seen.append([name for name, _ in scope["headers"]])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    head = f"{POST}Transfer-Encoding: chunked\r\n\r\n"
    with application(either, app):
        for trailers in (0, HEAD_FIELDS, HEAD_FIELDS + 1):
            body = "2\r\nhi\r\n0\r\n" + "X-Forwarded-For: 192.0.2.1\r\n" * trailers + "\r\n"
            for parts in ([head + body], [head, body]):
                heard, closed = exchange(either, *parts)
                assert heard.startswith(b"HTTP/1.1 431 " if trailers > 100 else b"HTTP/1.1 204 ")
                assert heard.count(b"HTTP/1.1 ") == 1
                assert closed == (trailers > 100)
    assert seen == [[b"host", b"content-type", b"transfer-encoding"]] * 4


def test_long_bodies_and_many_requests_are_no_long_head(either: RunningService) -> None:
    body = "x" * 4 * HEAD_BYTES
    head = get(headers=f"Content-Length: {len(body)}\r\n")
    for parts in ([head, body[:100_000], body[100_000:], get()], [head + body + get()]):
        heard, closed = exchange(either, *parts)
        assert heard.count(b"HTTP/1.1 200 OK\r\n") == 2
    longest = get("/page?x=" + "a" * (TARGET_BYTES - len("/page?x=")))
    heard, closed = exchange(either, longest * PIPELINED_REQUESTS)
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == PIPELINED_REQUESTS
    assert not closed
    many = get("/livez", LONG * 5) * 20  # in one read, which ends within the last
    heard, closed = exchange(either, many + many[:3000], many[3000 : len(many) // 20])
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 21
    assert not closed


def test_a_target_over_8_kib_is_414(either: RunningService) -> None:
    short = get("/page?x=" + "a" * (TARGET_BYTES - len("/page?x=")))
    assert exchange(either, short)[0].startswith(b"HTTP/1.1 200 OK\r\n")
    for long in (short.replace("?x=", "?xy="), get("/" + "%E3" * 80_000)):
        for parts in ([long], [long[:100], long[100:]]):
            heard, closed = exchange(either, *parts)
            assert heard.startswith(b"HTTP/1.1 414 ")
            assert closed


HOSTS = {
    "none": ("", "1.1", 400),
    "none in HTTP/1.0": ("", "1.0", 200),
    "two": ("Host: localhost\r\nhost: localhost\r\n", "1.1", 400),
    "two in HTTP/1.0": ("Host: localhost\r\nHost: other\r\n", "1.0", 400),
    "an empty one": ("Host:\r\n", "1.1", 200),
}


@pytest.mark.parametrize("hosts", HOSTS)
def test_a_request_has_one_host_field(either: RunningService, hosts: str) -> None:
    fields, version, status = HOSTS[hosts]
    heard, _ = exchange(either, f"GET /page HTTP/{version}\r\n{fields}\r\n")
    assert heard.startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize(
    "rubbish", ["FOO / HTTP/1.1\r\n\r\n", "GET /\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_a_refusal_has_the_headers_of_every_response(either: RunningService, rubbish: str) -> None:
    with connected(either) as one:
        one.sendall(rubbish.encode("latin-1"))
        heard, closed = hear(one)
    assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert heard.endswith(b"\r\n\r\nInvalid HTTP request received.")
    for name in (b"date", b"connection", b"content-security-policy", b"x-content-type-options"):
        assert heard.count(b"\r\n" + name + b": ") == 1
    assert closed


def test_nothing_is_executed_or_written_after_the_last_response(
    either: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    """HTTP/1.0 with keep-alive, a second request, and the first byte of a third."""
    old = get("/livez", "Connection: keep-alive\r\n", version="1.0")
    for last in (old, get("/livez", "Connection: close\r\n")):
        for parts in ([last + OTHER + "G"], [last, OTHER + "G"], [last + "G"]):
            with executed(either) as requests:
                heard, closed = exchange(either, *parts)
            assert heard.count(b"HTTP/1.1 ") == 1
            assert closed
            assert requests == ["GET /livez"]
    assert [record.getMessage() for record in caplog.records] == []


class WriteSpy:
    """A transport that keeps what is written to it."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@pytest.mark.parametrize("before", [0, 1], ids=["the first", "the second"])
def test_a_pipelined_request_is_disconnected_when_its_client_leaves(
    either: RunningService, before: int
) -> None:
    """`before` it, others have their responses; the one behind it never starts."""
    paths, messages, spies = list[str](), list[str](), list[WriteSpy]()
    has_begun, has_ended = threading.Event(), threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])
        if len(paths) > before:
            cycle = receive.__self__
            cycle.transport = WriteSpy(cycle.transport)
            spies.append(cycle.transport)
            messages.append((await receive())["type"])
            has_begun.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    messages.append((await receive())["type"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})
        if spies:
            has_ended.set()

    with application(either, app):
        with connected(either) as client:
            client.sendall("".join(get(f"/{n}") for n in range(before + 2)).encode())
            assert has_begun.wait(5)
            reset_at_close(client)
        assert has_ended.wait(10)
    assert messages == ["http.request", "http.disconnect"]
    assert [spy.written for spy in spies] == [[]], "written after the client had left"
    assert paths == [f"/{n}" for n in range(before + 1)]


HALF_CLOSED = {
    "a cached page": [get()],
    "a cold page": [get("/page?date=1999-09-09")],
    "a shared read": [get("/notes")],
    "an error": [get("/nothing")],
    "a write": [POST + "Content-Length: 17\r\n\r\n", '{"text": "a nt"} '],
    "pipelined requests": [get("/nothing") + get("/notes") + get("/livez")],
    "a shared read and what is behind it": [get("/notes"), get("/livez") + get()],
    "half a request at the end": [get("/nothing") + get("/livez") + get()[:20]],
    "half a body at the end": [
        get("/nothing") + get("/livez") + POST + "Content-Length: 9\r\n\r\n"
    ],
}


@pytest.mark.parametrize("conversation", HALF_CLOSED)
def test_a_half_closed_client_gets_its_responses(fast: RunningService, conversation: str) -> None:
    parts = HALF_CLOSED[conversation]
    with connected(fast) as one:
        for part in parts:
            one.sendall(part.encode())
        one.shutdown(socket.SHUT_WR)
        heard, closed = hear(one, quiet=2)
    whole = "".join(parts).count("\r\n\r\n") - (conversation == "half a body at the end")
    assert heard.count(b"HTTP/1.1 ") == whole
    assert closed


@pytest.mark.parametrize("fast_path", [True, False])
def test_a_request_on_its_way_at_shutdown_gets_the_last_response(fast_path: bool) -> None:
    with serving_standin(fast_path=fast_path) as running, connected(running) as kept:
        kept.sendall(get().encode())
        assert not hear(kept)[1]
        with connected(running) as idle:
            idle.sendall(get().encode())
            hear(idle)
            running.server.stop()
            while not any(one.closing for one in connections(running)):
                time.sleep(0.001)
            kept.sendall(get().encode())
            heard, closed = hear(kept)
            assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"connection: close\r\n" in heard
            assert closed
            assert hear(idle) == (b"", True)


def test_accepted_connections_have_a_bounded_send_buffer_and_a_kernel_timeout(
    fast: RunningService,
) -> None:
    with connected(fast) as one:
        one.sendall(get().encode())
        one.recv(1)
        theirs = connection_of(fast, one).transport.get_extra_info("socket")
        with socket.socket(fileno=os.dup(theirs.fileno())) as accepted:
            size = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
            assert size <= 2 * SEND_BUFFER_BYTES
            patience = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert patience == STALL_SECONDS * 1000


def test_the_oldest_idle_connection_makes_room_for_a_new_one(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kirosample.http.server.most_connections", lambda: 20)
    with serving_standin() as running, ExitStack() as stack, caplog.at_level(logging.WARNING):

        def connect() -> socket.socket:
            one = stack.enter_context(connected(running))
            one.sendall(get("/livez").encode())
            assert one.recv(10_000)
            return one

        with delayed(running, 2, "/page/9"):
            busy = stack.enter_context(connected(running))
            busy.sendall(get("/page/9").encode())
            first, second = connect(), connect()
            first.sendall(get("/livez").encode())  # now the second is the oldest
            assert first.recv(10_000)
            others = [connect() for _ in range(18)]
            assert second.recv(1) == b""
            for one in (first, *others):
                one.sendall(get("/livez").encode())
                assert one.recv(10_000)
            assert busy.recv(100).startswith(b"HTTP/1.1 200 OK")
    assert len(caplog.records) == 1, "one warning, however many are closed"


def test_more_pipelined_requests_than_the_limit_are_refused(either: RunningService) -> None:
    with delayed(either, 0.02):
        heard, closed = exchange(either, get("/livez") * (PIPELINED_REQUESTS + 10))
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == PIPELINED_REQUESTS + 1, "with the one in progress"
    assert heard.count(b"HTTP/1.1 400 Bad Request\r\n") == 1
    assert closed
