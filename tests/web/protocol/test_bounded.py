"""What one connection may ask, how long it may take over it, and how it ends."""

import asyncio
import logging
import os
import re
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from tests.servers import Running, serving
from tests.web.wire import connected, connections, exchange, get, hear, reset_at_close

from kirosample import limits
from kirosample.web.protocol import bounded

POST = "POST /api/favorites HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LONG = f"A: {'a' * 1000}\r\n"


@pytest.mark.parametrize("length", ["Content-Length: 20000\r\n", "Transfer-Encoding: chunked\r\n"])
def test_a_body_too_large_is_told_and_ends_the_connection(
    quiet_server: Running, length: str
) -> None:
    heard, closed = exchange(quiet_server, f"{POST}{length}\r\n", f"4e20\r\n{'x' * 17_000}", get())
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert heard.count(b"HTTP/1.1 ") == 1, "what follows is no request"
    assert closed


def test_the_rest_of_a_body_too_large_is_read_so_that_the_answer_arrives(
    quiet_server: Running,
) -> None:
    with connected(quiet_server) as one:
        one.sendall(f"{POST}Content-Length: 3000000\r\n\r\n".encode())
        select.select([one], [], [], 5)
        for _ in range(30):
            one.sendall(b"x" * 100_000)  # which raises where a reset came
        heard, closed = hear(one)
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert closed


def test_a_body_that_does_not_arrive_ends_the_connection(
    quiet_server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kirosample.web.requests.BODY_DEADLINE_SECONDS", 0.2)
    heard, closed = exchange(quiet_server, f"{POST}Content-Length: 9\r\n\r\n{{")
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert closed


@pytest.mark.parametrize(
    "sent",
    [
        "",
        get()[:20],
        f"{get()}GET /date HTT",
        f"{POST}Origin: http://evil.example\r\nContent-Length: 9\r\n\r\n",
    ],
    ids=["nothing", "half a head", "an answered request and half a head", "a refused write's head"],
)
@pytest.mark.parametrize("answers_at_once", [True, False])
def test_what_does_not_come_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, sent: str, answers_at_once: bool
) -> None:
    monkeypatch.setattr(bounded, "ARRIVAL_SECONDS", 0.5)
    with serving(None, answers_at_once=answers_at_once) as running:
        running.server.config.timeout_keep_alive = 1
        with connected(running) as slow:
            slow.sendall(sent.encode())
            heard, closed = hear(slow, quiet=5)
    assert heard.count(b"HTTP/1.1 ") == sent.count("\r\n\r\n")
    assert closed


@pytest.mark.parametrize(
    "sent", [get()[:-2], get(headers="Transfer-Encoding: chunked\r\n") + "0\r\n"]
)
def test_a_head_without_end_is_431(pages: Running, sent: str) -> None:
    """So are the lines that may follow a body in chunks."""
    with connected(pages) as one:
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
    assert len(LONG) * parts < 4 * limits.HEAD_BYTES


def test_long_bodies_and_many_requests_are_no_long_head(pages: Running) -> None:
    body = "x" * 4 * limits.HEAD_BYTES
    parts = (get(headers=f"Content-Length: {len(body)}\r\n"), body[:100_000], body[100_000:], get())
    heard, closed = exchange(pages, *parts)
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 2
    many = get("/livez", LONG * 5) * 20  # in one piece, of which the last is half there
    heard, closed = exchange(pages, many + many[:3000], many[3000 : len(many) // 20])
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 21
    assert not closed


def test_another_protocol_is_not_spoken_and_asking_for_it_is_no_news(
    pages: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for protocol in ("h2c", "websocket"):
            asked = get(headers=f"Connection: Upgrade\r\nUpgrade: {protocol}\r\n")
            assert exchange(pages, asked)[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.fixture(scope="module")
def both_ways() -> Iterator[tuple[Running, ...]]:
    """A server with the fast path, and one without."""
    with serving(None) as fast, serving(None, answers_at_once=False) as plain:
        yield fast, plain


@contextmanager
def replaced_app(running: Running, app: Any) -> Iterator[None]:
    """Requests reach this application while the block runs."""
    usual = running.server.config.loaded_app
    running.server.config.loaded_app = app
    try:
        yield
    finally:
        running.server.config.loaded_app = usual


@contextmanager
def executed(running: Running) -> Iterator[list[str]]:
    """The requests that reach the application while the block runs."""
    paths: list[str] = []
    usual = running.server.config.loaded_app

    async def recording(scope: Any, receive: Any, send: Any) -> None:
        paths.append(f"{scope['method']} {scope['path']}")
        await usual(scope, receive, send)

    with replaced_app(running, recording):
        yield paths


SMUGGLED = get("/api/favorites/1", method="DELETE")
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
def test_a_body_beside_an_offer_to_upgrade_is_400_and_never_a_request(
    both_ways: tuple[Running, ...], method: str, body: str, offer: str
) -> None:
    framing, sent = BODIES[body]
    head = get("/date", OFFERS.get(offer, "Upgrade: h2c\r\n") + framing, method=method)
    head = head.replace("CONNECT /date", "CONNECT localhost:80")
    for running in both_ways:
        for parts in ([head + sent, get()], [head, sent, get()], [get() + head + sent]):
            with executed(running) as paths:
                heard, closed = exchange(running, *parts, pause=0.02)
            assert "DELETE /api/favorites/1" not in paths
            assert closed
            if parts[0].startswith(head):
                assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")
                assert heard.count(b"HTTP/1.1 ") == 1
                assert paths == []


@pytest.mark.parametrize("offer", OFFERS)
def test_any_other_offer_to_upgrade_is_ignored_and_its_response_is_the_last(
    both_ways: tuple[Running, ...], offer: str
) -> None:
    asked = get("/date", OFFERS[offer])
    for running in both_ways:
        for parts in ([asked], [asked + SMUGGLED], [asked, SMUGGLED], [get(), asked + get("/")]):
            with executed(running) as paths:
                heard, closed = exchange(running, *parts, pause=0.02)
            last = heard.rpartition(b"HTTP/1.1 ")[2]
            assert last.startswith(b"200 OK\r\n")
            assert b"\r\nconnection: close\r\n" in last
            assert b"\r\n\r\n<!doctype html>" in last
            assert closed
            assert set(paths) <= {"GET /date"}


def test_requests_before_an_offer_to_upgrade_are_answered_in_order(
    both_ways: tuple[Running, ...],
) -> None:
    asked = get("/nothing") + get("/about") + get("/livez", OFFERS["h2c"]) + SMUGGLED
    for running in both_ways:
        heard, closed = exchange(running, asked)
        assert re.findall(rb"HTTP/1\.1 (\d+)", heard) == [b"404", b"200", b"200"]
        assert closed


@pytest.mark.parametrize("target", ["/date", "localhost:80"])
def test_connect_is_answered_and_the_connection_closed(
    both_ways: tuple[Running, ...], target: str
) -> None:
    for running in both_ways:
        with executed(running) as paths:
            heard, closed = exchange(running, get(target, method="CONNECT") + SMUGGLED, SMUGGLED)
        assert re.match(rb"HTTP/1\.1 (400|405) ", heard)
        assert heard.count(b"HTTP/1.1 ") == 1
        assert closed
        assert "DELETE /api/favorites/1" not in paths


HOSTS = {
    "none": ("", "1.1", 400),
    "none in HTTP/1.0": ("", "1.0", 200),
    "two": ("Host: localhost\r\nhost: localhost\r\n", "1.1", 400),
    "two in HTTP/1.0": ("Host: localhost\r\nHost: other\r\n", "1.0", 400),
    "an empty one": ("Host:\r\n", "1.1", 200),
}


@pytest.mark.parametrize("hosts", HOSTS)
def test_host_stands_once_in_a_request(both_ways: tuple[Running, ...], hosts: str) -> None:
    fields, version, status = HOSTS[hosts]
    for running in both_ways:
        for _ in range(2):  # the second time from the page cache
            heard, _ = exchange(running, f"GET /date HTTP/{version}\r\n{fields}\r\n")
            assert heard.startswith(f"HTTP/1.1 {status} ".encode())


def test_a_target_over_8_kib_is_414_and_one_below_is_served(
    both_ways: tuple[Running, ...],
) -> None:
    for running in both_ways:
        short = get("/date?x=" + "a" * (limits.TARGET_BYTES - len("/date?x=")))
        assert exchange(running, short)[0].startswith(b"HTTP/1.1 200 OK\r\n")
        for long in (short.replace("?x=", "?xy="), get("/" + "%E3" * 20_000)):
            for parts in ([long], [long[:100], long[100:]]):
                heard, closed = exchange(running, *parts)
                assert heard.startswith(b"HTTP/1.1 414 ")
                assert closed


def test_more_than_64_query_fields_are_400(both_ways: tuple[Running, ...]) -> None:
    for running in both_ways:
        assert exchange(running, get(f"/quotes?{'a&' * 63}"))[0].startswith(b"HTTP/1.1 200 ")
        assert exchange(running, get(f"/quotes?{'a&' * 64}"))[0].startswith(b"HTTP/1.1 400 ")
        assert exchange(running, get(f"/api/quotes?{'&' * 8000}"))[0].startswith(b"HTTP/1.1 400 ")


def test_nothing_is_executed_or_written_after_the_last_response(
    both_ways: tuple[Running, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """HTTP/1.0 that asks to be kept alive, a second request, and the first byte of a third."""
    first = get("/livez", "Connection: keep-alive\r\n", version="1.0")
    for running in both_ways:
        for last in (first, get("/livez", "Connection: close\r\n")):
            for parts in ([last + SMUGGLED + "G"], [last, SMUGGLED + "G"], [last + "G"]):
                with executed(running) as paths:
                    heard, closed = exchange(running, *parts)
                assert heard.count(b"HTTP/1.1 ") == 1
                assert closed
                assert paths == ["GET /livez"]
    assert [record.getMessage() for record in caplog.records] == []


def test_what_is_pipelined_behind_a_refused_body_is_dropped(quiet_server: Running) -> None:
    refused = f"{POST}Content-Length: 20000\r\n\r\n"
    with executed(quiet_server) as paths:
        heard, closed = exchange(quiet_server, refused + "x" * 20_000 + SMUGGLED + "G")
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert heard.count(b"HTTP/1.1 ") == 1
    assert closed
    assert paths == ["POST /api/favorites"]


class WriteSpy:
    """A transport whose writes are kept."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@pytest.mark.parametrize("way", [0, 1], ids=["fast path", "plain"])
@pytest.mark.parametrize("before", [0, 1], ids=["the first", "the second"])
def test_a_pipelined_request_being_answered_is_told_when_its_client_leaves(
    both_ways: tuple[Running, ...], way: int, before: int
) -> None:
    """`before` it, others are answered; behind it, one more waits, which nobody begins."""
    running = both_ways[way]
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

    with replaced_app(running, app):
        with connected(running) as client:
            client.sendall("".join(get(f"/{n}") for n in range(before + 2)).encode())
            assert has_begun.wait(5)
            reset_at_close(client)
        assert has_ended.wait(10)
    assert messages == ["http.request", "http.disconnect"]
    assert [spy.written for spy in spies] == [[]], "written after the client had left"
    assert paths == [f"/{n}" for n in range(before + 1)]


HALF_CLOSED = {
    "a hot page": [get()],
    "a cold page": [get("/date?date=1999-09-09")],
    "the shared list": [get("/favorites")],
    "the API": [get("/api/favorites/stats")],
    "an error": [get("/nothing")],
    "a like": [POST + "Content-Length: 40\r\n\r\n", '{"type": "quote", "item": "nothing-is"} '],
    "pipelined requests": [get("/nothing") + get("/favorites") + get("/livez")],
    "a list and what is behind it": [get("/favorites"), get("/livez") + get("/date")],
    "half a request at the end": [get("/nothing") + get("/livez") + get()[:20]],
    "half a body at the end": [
        get("/nothing") + get("/livez") + POST + "Content-Length: 9\r\n\r\n"
    ],
}


@pytest.mark.parametrize("conversation", HALF_CLOSED)
def test_a_half_closed_client_gets_its_responses(quiet_server: Running, conversation: str) -> None:
    parts = HALF_CLOSED[conversation]
    with connected(quiet_server) as one:
        for part in parts:
            one.sendall(part.encode())
        one.shutdown(socket.SHUT_WR)
        heard, closed = hear(one, quiet=2)
    whole = "".join(parts).count("\r\n\r\n") - (conversation == "half a body at the end")
    assert heard.count(b"HTTP/1.1 ") == whole
    assert closed


def test_a_head_has_30_seconds_to_arrive_whatever_the_keep_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded, "ARRIVAL_SECONDS", 1)
    with serving(None) as running, connected(running) as slow:
        began = time.monotonic()
        slow.sendall(get()[:20].encode())
        assert slow.recv(1) == b""
    assert time.monotonic() - began < limits.KEEP_ALIVE_SECONDS / 4


@pytest.mark.parametrize("target", ["/sitemap.xml", "/nothing", "/date"])
def test_a_client_that_never_reads_is_aborted(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.setattr(bounded, "STALL_SECONDS", 1)
    monkeypatch.setattr(bounded, "ARRIVAL_SECONDS", 0.5)
    with serving(None) as running, ExitStack() as stack:
        clients = []
        for _ in range(5):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", int(running.url.rpartition(":")[2])))
            client.sendall(get(target).encode() * limits.PIPELINED_REQUESTS)
            clients.append(client)
        deadline = time.monotonic() + 20
        for client in clients:
            poll = select.poll()  # tells of a reset without reading, which would be progress
            poll.register(client, 0)
            assert poll.poll(max(deadline - time.monotonic(), 0) * 1000), "kept"


def test_a_slow_reader_is_not_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "STALL_SECONDS", 1)
    monkeypatch.setattr(bounded, "ARRIVAL_SECONDS", 0.3)
    with serving(None) as running, connected(running) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(get("/sitemap.xml").encode() * 2)
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert slow.recv(4096), "aborted"
            time.sleep(0.05)


def test_accepted_connections_have_a_bounded_send_buffer_and_a_kernel_timeout(
    pages: Running,
) -> None:
    with connected(pages) as one:
        one.sendall(get().encode())
        one.recv(1)
        (accepted,) = (
            socket.socket(fileno=os.dup(each.transport.get_extra_info("socket").fileno()))
            for each in connections(pages)
            if each.client == one.getsockname()
        )
        with accepted:
            size = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
            assert size <= 2 * limits.SEND_BUFFER_BYTES
            patience = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert patience == limits.STALL_SECONDS * 1000


def test_the_oldest_idle_connection_makes_room_for_a_new_one(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kirosample.server.most_connections", lambda: 20)
    with serving(None) as running, ExitStack() as stack:

        def connect() -> socket.socket:
            one = stack.enter_context(connected(running))
            one.sendall(get("/livez").encode())
            assert one.recv(10_000)
            return one

        usual = running.server.config.loaded_app

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await asyncio.sleep(2 if scope["path"] == "/about" else 0)
            await usual(scope, receive, send)

        running.server.config.loaded_app = slow
        busy = stack.enter_context(connected(running))
        busy.sendall(get("/about").encode())
        first, second = connect(), connect()
        first.sendall(get("/livez").encode())  # now the second is the oldest
        assert first.recv(10_000)
        others = [connect() for _ in range(18)]
        assert second.recv(1) == b""
        for one in (first, *others):
            one.sendall(get("/livez").encode())
            assert one.recv(10_000)
        assert busy.recv(100).startswith(b"HTTP/1.1 200 OK")
    warnings = [record.getMessage() for record in caplog.records]
    assert warnings == [
        "20 connections are open, the most that are allowed: closed 1, idle ones first"
    ]
