"""The bounds of a connection, and how it ends."""

import asyncio
import logging
import select
import socket
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from tests.http.standin import serving_standin

from ishizue.http.protocol.head import HEAD_BYTES, HEAD_FIELDS, TARGET_BYTES
from ishizue.http.protocol.parsing import PIPELINED_REQUESTS
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    application,
    connected,
    connections,
    delayed,
    exchange,
    executed,
    get,
    hear,
    hear_all,
    reset_at_close,
    statuses,
)

POST = "POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n"
OTHER = get("/notes/1", method="DELETE")
LONG = f"A: {'a' * 1000}\r\n"
BODY = "x" * 4 * HEAD_BYTES
WITH_BODY = get(headers=f"Content-Length: {len(BODY)}\r\n")
LONG_HEAD = get(headers=f"A: {'a' * 60 * 1024}\r\n")
MOST_FIELDS, MORE_FIELDS = (get(headers="a:\r\n" * n) for n in (HEAD_FIELDS - 1, HEAD_FIELDS))
LONGEST_TARGET = get("/page?x=" + "a" * (TARGET_BYTES - len("/page?x=")))
LONGER_TARGET = LONGEST_TARGET.replace("?x=", "?xy=")
RAW_TARGET = get("/page?q=\u685c", "A: \u685c\r\n").encode().decode("latin-1")
MANY = get("/livez", LONG * 5) * 20
OLD = get("/livez", "Connection: keep-alive\r\n", version="1.0")
LAST = get("/livez", "Connection: close\r\n")

Conversation = tuple[list[str], list[int]]
"""What is sent in parts, and the statuses of the responses."""

KEPT: dict[str, Conversation] = {
    "long heads": ([get("/livez") + LONG_HEAD * 2], [200] * 3),
    "100 fields in two parts": ([MOST_FIELDS[:200], MOST_FIELDS[200:]], [200]),
    "twice 100 fields": ([MOST_FIELDS * 2], [200] * 2),
    "a long body in parts": ([WITH_BODY, BODY[:100_000], BODY[100_000:], get()], [200] * 2),
    "a long body with its head": ([WITH_BODY + BODY + get()], [200] * 2),
    "long targets": ([LONGEST_TARGET * PIPELINED_REQUESTS], [200] * PIPELINED_REQUESTS),
    "many heads in one read": ([MANY + MANY[:3000], MANY[3000 : len(MANY) // 20]], [200] * 21),
    "a target in raw UTF-8, byte by byte": (list(RAW_TARGET), [200]),
    "twice a target in raw UTF-8, with a header": ([RAW_TARGET * 2], [200] * 2),
    "an empty Host": (["GET /page HTTP/1.1\r\nHost:\r\n\r\n"], [200]),
}
CLOSED: dict[str, Conversation] = {
    "101 fields in two parts": ([MORE_FIELDS[:200], MORE_FIELDS[200:]], [431]),
    "101 fields before the end": ([MORE_FIELDS[:-2] + "b:"], [431]),
    "a longer target": ([LONGER_TARGET], [414]),
    "a longer target in two parts": ([LONGER_TARGET[:100], LONGER_TARGET[100:]], [414]),
    "no Host": (["GET /page HTTP/1.1\r\n\r\n"], [400]),
    "no Host in HTTP/1.0": (["GET /page HTTP/1.0\r\n\r\n"], [200]),
    "two Hosts": ([get(headers="host: localhost\r\n")], [400]),
    "two Hosts in HTTP/1.0": ([get(headers="Host: other\r\n", version="1.0")], [400]),
    "an unknown method": (["FOO / HTTP/1.1\r\n\r\n"], [400]),
    "a target that is not UTF-8": (["GET /\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n"], [400]),
    **{
        f"an uncertain end: {fields}": (
            [get("/notes/1", f"Transfer-Encoding: {fields}\r\n", method="DELETE") + "0\r\n\r\n"],
            [400],
        )
        for fields in ("gzip", "gzip, chunked", "xchunked", "chunked\r\nTransfer-Encoding: chunked")
    },
    # Nothing is executed or written after the last response.
    "a body too large": ([f"{POST}Content-Length: 20000\r\n\r\n", "x" * 17_000, OTHER], [413]),
    "chunks too large": ([CHUNKED, f"4e20\r\n{'x' * 17_000}", OTHER], [413]),
    "a request behind a body too large": (
        [f"{POST}Content-Length: 20000\r\n\r\n{'x' * 20_000}{OTHER}G"],
        [413],
    ),
    **{
        f"{where} {name}": (parts, [200])
        for name, last in (("HTTP/1.0 with keep-alive", OLD), ("Connection: close", LAST))
        for where, parts in {
            "in a read with": [last + OTHER + "G"],
            "after": [last, OTHER + "G"],
            "half a line behind": [last + "G"],
        }.items()
    },
}


@pytest.mark.parametrize("conversation", [*KEPT, *CLOSED])
def test_a_connection_is_kept_or_closed_and_nothing_follows_the_last_response(
    either: RunningService, caplog: pytest.LogCaptureFixture, conversation: str
) -> None:
    parts, expected = (KEPT | CLOSED)[conversation]
    with executed(either) as requests:
        heard, closed = exchange(either, *parts)
    assert statuses(heard) == expected
    for name in (b"date", b"content-security-policy", b"x-content-type-options"):
        assert heard.count(b"\r\n" + name + b": ") == len(expected)
    assert closed is (conversation in CLOSED)
    assert heard.count(b"\r\nconnection: close\r\n") == closed
    assert "DELETE /notes/1" not in requests
    assert [record.getMessage() for record in caplog.records] == []


def test_the_rest_of_a_body_too_large_is_read_so_that_the_response_arrives(
    fast: RunningService,
) -> None:
    with connected(fast, f"{POST}Content-Length: 3000000\r\n\r\n") as client:
        select.select([client], [], [], 5)
        for _ in range(30):
            client.sendall(b"x" * 100_000)  # raises after a reset
        assert hear_all(client).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_does_not_arrive_is_408_and_closes_the_connection(
    fast: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ishizue.http.requests.BODY_DEADLINE_SECONDS", 0.2)
    with connected(fast, f"{POST}Content-Length: 9\r\n\r\n{{") as client:
        assert hear_all(client).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent", [get()[:-2], get(headers="Transfer-Encoding: chunked\r\n") + "0\r\n"]
)
def test_endless_headers_or_trailers_are_431(fast: RunningService, sent: str) -> None:
    with connected(fast, sent) as client:
        if sent.endswith("0\r\n"):
            hear(client)
        parts = 0
        while parts < 1000 and not select.select([client], [], [], 0.001)[0]:
            client.sendall(LONG.encode())
            parts += 1
        heard = hear_all(client)
    assert b"HTTP/1.1 431 Request Header Fields Too Large\r\n" in heard
    assert b"content-security-policy: " in heard
    assert len(LONG) * parts < 4 * HEAD_BYTES


def test_trailers_are_bounded_like_headers_and_never_among_them(either: RunningService) -> None:
    seen: list[list[bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.request":
            seen.append([name for name, _ in scope["headers"]])
        await respond(send)

    with application(either, app):
        for trailers in (0, HEAD_FIELDS, HEAD_FIELDS + 1):
            body = "2\r\nhi\r\n0\r\n" + "X-Forwarded-For: 192.0.2.1\r\n" * trailers + "\r\n"
            for parts in ([CHUNKED + body], [CHUNKED, body]):
                with connected(either) as client:
                    for part in parts:
                        client.sendall(part.encode())
                        time.sleep(0.02)
                    if trailers > HEAD_FIELDS:
                        assert statuses(hear_all(client)) == [431]
                    else:
                        assert statuses(hear(client)) == [204]
    assert seen == [[b"host", b"content-type", b"transfer-encoding"]] * 4


async def respond(send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize("before", [0, 1], ids=["the first", "the second"])
def test_a_pipelined_request_is_disconnected_when_its_client_leaves(
    either: RunningService, before: int
) -> None:
    """`before` it, others have their responses; the one behind it never starts."""
    paths, messages = list[str](), list[str]()
    has_begun, has_ended = threading.Event(), threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])
        if len(paths) > before:
            messages.append((await receive())["type"])
            has_begun.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    messages.append((await receive())["type"])
        await respond(send)
        if messages:
            has_ended.set()

    with application(either, app):
        with connected(either, "".join(get(f"/{n}") for n in range(before + 2))) as client:
            assert has_begun.wait(5)
            reset_at_close(client)
        assert has_ended.wait(10)
    assert messages == ["http.request", "http.disconnect"]
    assert paths == [f"/{n}" for n in range(before + 1)]


HALF_CLOSED = {
    "a cached page": [get()],
    "a cold page": [get("/page?date=1999-09-09")],
    "a shared read": [get("/notes")],
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
    with connected(fast) as client:
        for part in parts:
            client.sendall(part.encode())
        client.shutdown(socket.SHUT_WR)
        heard = hear_all(client)
    whole = "".join(parts).count("\r\n\r\n") - (conversation == "half a body at the end")
    assert heard.count(b"HTTP/1.1 ") == whole


def test_a_request_on_its_way_at_shutdown_gets_the_last_response(fast_path: bool) -> None:
    with serving_standin(fast_path=fast_path) as running, connected(running, get()) as kept:
        hear(kept)
        with connected(running, get()) as idle:
            hear(idle)
            running.server.stop()
            while not any(accepted.closing for accepted in connections(running)):
                time.sleep(0.001)
            kept.sendall(get().encode())
            heard = hear_all(kept)
            assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"connection: close\r\n" in heard
            assert hear_all(idle) == b""


def test_the_oldest_idle_connection_makes_room_for_a_new_one(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ishizue.http.server.most_connections", lambda: 20)
    with serving_standin() as running, ExitStack() as stack, caplog.at_level(logging.WARNING):

        def connect() -> socket.socket:
            client = stack.enter_context(connected(running))
            client.sendall(get("/livez").encode())
            assert client.recv(10_000)
            return client

        with delayed(running, 2, "/page/9"):
            busy = stack.enter_context(connected(running))
            busy.sendall(get("/page/9").encode())
            first, second = connect(), connect()
            first.sendall(get("/livez").encode())  # now the second is the oldest
            assert first.recv(10_000)
            others = [connect() for _ in range(18)]
            assert second.recv(1) == b""
            for client in (first, *others):
                client.sendall(get("/livez").encode())
                assert client.recv(10_000)
            assert busy.recv(100).startswith(b"HTTP/1.1 200 OK")
    assert len(caplog.records) == 1, "one warning, however many are closed"


def test_more_pipelined_requests_than_the_limit_are_refused(either: RunningService) -> None:
    with delayed(either, 0.02):
        heard, closed = exchange(either, get("/livez") * (PIPELINED_REQUESTS + 10))
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == PIPELINED_REQUESTS + 1, "with the one in progress"
    assert heard.count(b"HTTP/1.1 400 Bad Request\r\n") == 1
    assert closed
