"""Heads that are not whole, and bodies: bounded in bytes that have come, by site."""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.http.protocol.bounds import Arrival, Arrivals
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    connected,
    connection_of,
    delayed,
    get,
    hear,
    hear_all,
    reset_at_close,
    until,
)

SHARE = 100_000
"""Bytes that the bodies of a site may take; eight such sites fill the bound."""

BODY = 60_000
HEAD = "POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, fast_path: bool) -> Iterator[RunningService]:
    """A server whose bodies and heads may each take eight shares of memory."""
    monkeypatch.setattr("ishizue.http.service.memory_limit", lambda: 8 * 8 * SHARE)
    with serving_standin(proxies=TRUSTED, fast_path=fast_path) as running:
        yield running


@contextmanager
def sending(running: RunningService, site: int, arrived: int) -> Iterator[socket.socket]:
    """A client of this site, of whose body so much has arrived."""
    with connected(running) as client:
        forwarded = f"X-Forwarded-For: 198.51.{site}.1\r\nContent-Length: {BODY}\r\n\r\n"
        accepted = connection_of(running, client)
        client.sendall(f"{HEAD}{forwarded}".encode() + bytes(arrived))
        until(lambda: (accepted._body.size if accepted._body else 0) >= arrived)
        yield client


def finish(client: socket.socket, arrived: int) -> bytes:
    client.sendall(bytes(BODY - arrived))
    return hear(client)


def test_a_body_that_is_announced_takes_no_room(small: RunningService) -> None:
    with ExitStack() as stack:
        announced = [stack.enter_context(sending(small, 1, 0)) for _ in range(40)]
        with sending(small, 2, 2000) as other:
            assert finish(other, 2000).startswith(b"HTTP/1.1 200 OK")
        assert finish(announced[0], 0).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("seconds", [0, 1], ids=["the handler reads", "nobody reads yet"])
def test_a_site_over_its_share_loses_its_slowest_body(
    small: RunningService, seconds: float
) -> None:
    with delayed(small, seconds), ExitStack() as stack:
        other, slow, quick = (
            stack.enter_context(sending(small, site, arrived))
            for site, arrived in ((2, 2000), (1, 45_000), (1, 50_000))
        )
        quick.sendall(bytes(6000))
        refused = hear_all(slow)
        assert refused.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"\r\nretry-after: 2\r\n" in refused
        assert finish(quick, 56_000).startswith(b"HTTP/1.1 200 OK")
        assert finish(other, 2000).startswith(b"HTTP/1.1 200 OK")
        bodies = connection_of(small, other)._bodies
        until(lambda: bodies.size == 0)


def test_when_all_is_full_the_site_with_most_bytes_loses_its_slowest_body(
    small: RunningService,
) -> None:
    with ExitStack() as stack:
        arrived = [(1, 48_000), (1, 50_000), *((n // 2, 48_500) for n in range(4, 18)), (9, 30_000)]
        slowest, *kept, last = (
            stack.enter_context(sending(small, site, size)) for site, size in arrived
        )
        assert hear_all(slowest).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert finish(last, 30_000).startswith(b"HTTP/1.1 200 OK")
        assert not select.select(kept, [], [], 0)[0]


def test_a_client_that_leaves_gives_back_what_waited(small: RunningService) -> None:
    with connected(small) as other, delayed(small, 0.2):
        bodies = connection_of(small, other)._bodies
        with connected(small) as client:
            reset_at_close(client)
            whole = f"{HEAD}Content-Length: {9000}\r\n\r\n".encode() + bytes(9000)
            client.sendall(whole * 3)
            until(lambda: bodies.size == 27_000)
        until(lambda: bodies.size == 0)


def test_of_heads_that_are_not_whole_the_largest_of_the_site_with_most_bytes_goes_first(
    small: RunningService,
) -> None:
    port = int(small.url.rpartition(":")[2])
    with ExitStack() as stack:

        def begun(site: int, size: int) -> socket.socket:
            source = (f"127.1.{site}.1", 0)
            client = socket.create_connection(("127.0.0.1", port), source_address=source)
            stack.enter_context(client)
            client.sendall(get(headers=f"A: {'a' * size}")[:-2].encode())
            accepted = connection_of(small, client)
            until(lambda: accepted._head and accepted._head.size >= size)
            return client

        other = begun(1, 50_000)
        crowd = [begun(2, 50_000) for _ in range(13)]
        largest = begun(2, 60_000)
        begun(1, 50_000)
        assert hear_all(largest) == b""
        for kept in (other, *crowd):
            kept.sendall(b"\r\n\r\n")
            assert hear(kept).startswith(b"HTTP/1.1 200 OK")


def test_what_is_whole_is_not_lost_and_what_has_ended_gives_its_bytes_back() -> None:
    arrivals = Arrivals(100, 50, Arrival.speed)
    whole, begun = Arrival(None, "site"), Arrival(None, "site")
    assert arrivals.count(whole, 40) == []
    whole.is_whole = True
    assert arrivals.count(begun, 20) == [begun]
    assert arrivals.size == 40
    for arrival in (whole, begun, begun):
        arrivals.remove(arrival)
    assert (arrivals.size, arrivals._sizes, arrivals._of_site) == (0, {}, {})
