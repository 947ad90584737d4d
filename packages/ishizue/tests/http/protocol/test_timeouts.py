"""How long a connection waits: for a request, for its client to read, and between requests."""

import socket
import threading
import time
from contextlib import ExitStack, suppress

import pytest
from tests.http.standin import serving_standin

from ishizue.http import server
from ishizue.http.protocol import connection
from ishizue.http.protocol.parsing import PIPELINED_REQUESTS
from ishizue.limits import ARRIVAL_SECONDS
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    connected,
    connection_of,
    connections,
    get,
    hear,
    hear_all,
    held_read,
    until,
)

REFUSED = (
    "POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Origin: http://evil.example\r\nContent-Length: 9\r\n\r\n"
)


@pytest.mark.parametrize(
    "sent",
    ["", get()[:20], f"{get()}GET /page HTT", REFUSED],
    ids=["nothing", "half a head", "a whole request and half a head", "a refused write's head"],
)
def test_a_request_that_does_not_arrive_closes_the_connection(
    monkeypatch: pytest.MonkeyPatch, sent: str, fast_path: bool
) -> None:
    monkeypatch.setattr(connection, "ARRIVAL_SECONDS", 0.5)
    with serving_standin(fast_path=fast_path) as running:
        if not sent:  # which is an idle connection
            running.server.config.timeout_keep_alive = 1
        with connected(running, sent) as slow:
            heard = hear_all(slow)
    assert heard.count(b"HTTP/1.1 ") == sent.count("\r\n\r\n")


@pytest.mark.parametrize("target", ["/page", "/page/9", "/nothing"])
def test_a_client_that_never_reads_is_aborted(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.setattr(server, "STALL_SECONDS", 1)
    with serving_standin() as running, ExitStack() as stack:
        for _ in range(5):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", int(running.url.rpartition(":")[2])))
            client.sendall(get(target).encode() * PIPELINED_REQUESTS)
        until(lambda: len(connections(running)) == 5)
        until(lambda: not connections(running))


def test_a_client_that_never_reads_gets_a_bounded_number_of_responses() -> None:
    with serving_standin() as running, connected(running) as deaf:
        running.client.get("/page")
        sent = 0
        request = get().encode()
        deaf.settimeout(1)
        with suppress(TimeoutError):
            for _ in range(3000):
                sent += deaf.send(request)
                time.sleep(0.0005)
        buffered = max(
            accepted.transport.get_write_buffer_size() for accepted in connections(running)
        )
        assert buffered < 200_000
        assert running.client.get("/page").status_code == 200
        assert 0 < hear_all(deaf).count(b"HTTP/1.1 200 OK") < sent // len(request)


def test_a_slow_reader_is_not_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "STALL_SECONDS", 1)
    monkeypatch.setattr(connection, "ARRIVAL_SECONDS", 0.3)
    with serving_standin() as running, connected(running) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(get().encode() * PIPELINED_REQUESTS)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert slow.recv(4096), "aborted"
            time.sleep(0.05)


on_either_path = pytest.mark.parametrize(
    "target", ["/page", "/livez"], ids=["fast path", "application"]
)


def pass_idle_time(running: RunningService, client: socket.socket) -> None:
    """Have the timer find that this connection's time to be idle has passed."""
    connection = connection_of(running, client)
    connection.active_at -= connection.timeout_keep_alive


def fire_timer(running: RunningService, client: socket.socket) -> None:
    connection = connection_of(running, client)
    fired = threading.Event()
    connection.loop.call_soon_threadsafe(connection.timeout_keep_alive_handler)
    connection.loop.call_soon_threadsafe(fired.set)
    assert fired.wait(20)


@on_either_path
def test_a_connection_is_kept_from_its_last_response_on(target: str) -> None:
    with serving_standin() as running, connected(running) as client:
        for _ in range(2):
            client.sendall(get(target).encode())
            hear(client)
            pass_idle_time(running, client)
        client.sendall(get(target).encode())
        hear(client)
        connection_of(running, client).active_at -= ARRIVAL_SECONDS
        fire_timer(running, client)
        client.sendall(get(target).encode())
        assert hear(client).startswith(b"HTTP/1.1 200 OK\r\n")
        pass_idle_time(running, client)
        fire_timer(running, client)
        assert client.recv(1) == b""


def test_a_connection_that_waits_for_a_shared_read_is_not_idle(fast: RunningService) -> None:
    with connected(fast) as asking, held_read(fast, "/notes") as read:
        asking.sendall(get("/notes").encode())
        read.wait()
        pass_idle_time(fast, asking)
        fire_timer(fast, asking)
        read.settle(b"the page")
        assert b"the page" in hear(asking)
