"""Shared reads on the fast path: the bytes are the application's, and one read serves many."""

import gzip
import select
import time

import pytest

from kirosample.storage.errors import Unavailable
from tests.http.standin import serving_standin
from tests.http.wire import (
    TEN_HEADERS,
    connected,
    connections,
    counting,
    exchange,
    get,
    hear,
    held_read,
)
from tools.running import RunningService

NOTES = get("/notes")
CONVERSATIONS = {
    "alone": [NOTES],
    "a browser's and the balancer's headers": [get("/notes", TEN_HEADERS)],
    "again and again": [NOTES, NOTES, NOTES],
    "before and after others": [get(), NOTES, get(), get("/nothing"), NOTES],
    "two in one read": [NOTES + NOTES],
    "three different in one read": [get() + NOTES + get("/nothing")],
    "one and a half": [NOTES + NOTES[:20], NOTES[20:]],
    "in pieces": [NOTES[:9], NOTES[9:]],
    "HEAD": [get("/notes", method="HEAD"), NOTES],
    "a tag, which a shared page has not": [get("/notes", "If-None-Match: *\r\n")],
    "Connection: close": [get("/notes", "Connection: close\r\n")],
    "HTTP/1.0": [get("/notes", version="1.0")],
    "with a body": [get("/notes", "Content-Length: 3\r\n") + "abc", NOTES],
    "with a query": [get("/notes?x=1")],
    "a control character in a name": [get("/notes", "A\x00B: c\r\n")],
}


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_responses_are_the_application_s_to_the_byte(
    fast: RunningService, plain: RunningService, conversation: str
) -> None:
    parts = CONVERSATIONS[conversation]
    assert exchange(fast, *parts) == exchange(plain, *parts)


def test_the_fast_path_serves_and_counts_a_shared_read(fast: RunningService) -> None:
    with counting(fast) as counted:
        response = fast.client.get("/notes")
    assert counted == [(b"/notes", 200, int(response.headers["content-length"]))]


def test_one_read_serves_its_callers_in_the_encoding_that_each_takes(fast: RunningService) -> None:
    asked = [get("/notes", headers) for headers in ("", "Accept-Encoding: gzip\r\n", "")]
    with connected(fast) as one, connected(fast) as other, connected(fast) as third:
        with held_read(fast, "/notes") as read:
            for connection, request in zip((one, other, third), asked, strict=True):
                connection.sendall(request.encode())
            read.wait()
            time.sleep(0.1)
            read.settle(b"the page " * 200)
        plain, packed, plain_again = (hear(connection)[0] for connection in (one, other, third))
    assert plain.endswith(b"\r\n\r\n" + b"the page " * 200)
    assert plain == plain_again
    head, _, body = packed.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head
    assert gzip.decompress(body) == b"the page " * 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unavailable("away"), b"HTTP/1.1 503 Service Unavailable"),
        (RuntimeError("broken"), b"HTTP/1.1 500 Internal Server Error"),
    ],
)
def test_the_application_renders_a_read_that_failed(
    fast: RunningService, error: Exception, status: bytes
) -> None:
    with connected(fast) as asking, held_read(fast, "/notes") as read:
        asking.sendall(NOTES.encode())
        read.wait()
        asking.sendall(get().encode())
        read.settle(error)
        heard, closed = hear(asking)
    assert heard.startswith(status)
    assert heard.endswith(b"</p>"), "the next request's page"
    assert not closed


def test_what_arrives_during_a_read_is_served_after_it(fast: RunningService) -> None:
    with connected(fast) as asking, held_read(fast, "/notes") as read:
        asking.sendall(NOTES.encode())
        read.wait()
        for part in (get(), get("/nothing"), get()[:10]):
            asking.sendall(part.encode())
            time.sleep(0.05)
        assert not select.select([asking], [], [], 0.2)[0]
        read.settle(b"the page")
        heard, _ = hear(asking)
        assert [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"404"]
        asking.sendall(get()[10:].encode())
        assert hear(asking)[0].startswith(b"HTTP/1.1 200 OK")


def test_what_arrives_during_a_read_is_bounded(fast: RunningService) -> None:
    with connected(fast) as asking, held_read(fast, "/notes") as read:
        asking.sendall(NOTES.encode())
        read.wait()
        asking.settimeout(1)
        with pytest.raises(TimeoutError):
            asking.sendall(get().encode() * 1_000_000)
        (connection,) = (one for one in connections(fast) if not one.is_idle())
        assert len(connection._held) <= 1 << 20
        read.settle(b"the page")


def test_a_client_that_leaves_during_a_read_is_forgotten(fast: RunningService) -> None:
    with held_read(fast, "/notes") as read:
        with connected(fast) as asking:
            asking.sendall(NOTES.encode())
            read.wait()
        time.sleep(0.2)
        read.settle(b"the page")
        assert fast.client.get("/page").status_code == 200


@pytest.mark.parametrize("behind", ["", get()])
def test_a_read_that_began_before_shutdown_is_served(behind: str) -> None:
    with (
        serving_standin() as running,
        connected(running) as asking,
        held_read(running, "/notes") as read,
    ):
        asking.sendall(NOTES.encode())
        read.wait()
        asking.sendall(behind.encode())
        time.sleep(0.05)
        running.server.stop()
        while not any(one.closing for one in connections(running)):
            time.sleep(0.001)
        read.settle(b"the page")
        heard, closed = hear(asking)
    assert heard.count(b"HTTP/1.1 200 OK") == 1 + bool(behind)
    assert heard.count(b"connection: close\r\n") == 1
    assert closed
