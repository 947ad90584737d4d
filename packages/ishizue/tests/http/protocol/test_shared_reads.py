"""Shared reads on the fast path: the bytes are the application's, and one read serves many."""

import gzip
import select

import pytest
from tests.http.standin import serving_standin

from ishizue.storage.errors import Unavailable
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    connected,
    connection_of,
    get,
    hear,
    hear_all,
    held_read,
    statuses,
    until,
)

NOTES = get("/notes")


def test_one_read_serves_its_callers_in_the_encoding_that_each_takes(fast: RunningService) -> None:
    asked = [get("/notes", headers) for headers in ("", "Accept-Encoding: gzip\r\n", "")]
    with connected(fast) as first, connected(fast) as second, connected(fast) as third:
        with held_read(fast, "/notes") as read:
            for connection, request in zip((first, second, third), asked, strict=True):
                connection.sendall(request.encode())
            read.wait(3)
            read.settle(b"the page " * 200)
        plain, packed, plain_again = (hear(connection) for connection in (first, second, third))
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
    with held_read(fast, "/notes") as read, connected(fast, NOTES) as asking:
        read.wait()
        asking.sendall(get().encode())
        read.settle(error)
        heard = hear(asking, 2)
        asking.sendall(get().encode())
        assert hear(asking).startswith(b"HTTP/1.1 200 OK"), "closed"
    assert heard.startswith(status)
    assert heard.endswith(b"</p>"), "the next request's page"


def test_what_arrives_during_a_read_is_served_after_it(fast: RunningService) -> None:
    with held_read(fast, "/notes") as read, connected(fast, NOTES) as asking:
        accepted = connection_of(fast, asking)
        read.wait()
        behind = get() + get("/nothing") + get()[:10]
        asking.sendall(behind.encode())
        until(lambda: len(accepted._held) == len(behind))
        assert not select.select([asking], [], [], 0)[0]
        read.settle(b"the page")
        assert statuses(hear(asking, 3)) == [200, 200, 404]
        asking.sendall(get()[10:].encode())
        assert hear(asking).startswith(b"HTTP/1.1 200 OK")


def test_what_arrives_during_a_read_is_bounded(fast: RunningService) -> None:
    with held_read(fast, "/notes") as read, connected(fast, NOTES) as asking:
        accepted = connection_of(fast, asking)
        read.wait()
        asking.settimeout(1)
        with pytest.raises(TimeoutError):
            asking.sendall(get().encode() * 1_000_000)
        assert len(accepted._held) <= 1 << 20
        read.settle(b"the page")


@pytest.mark.parametrize("behind", ["", get()])
def test_a_read_that_began_before_shutdown_is_served(behind: str) -> None:
    with (
        serving_standin() as running,
        held_read(running, "/notes") as read,
        connected(running, NOTES) as asking,
    ):
        accepted = connection_of(running, asking)
        read.wait()
        asking.sendall(behind.encode())
        until(lambda: len(accepted._held) == len(behind))
        running.server.stop()
        until(lambda: accepted.closing)
        read.settle(b"the page")
        heard = hear_all(asking)
    assert statuses(heard) == [200] * (1 + bool(behind))
    assert heard.count(b"connection: close\r\n") == 1
