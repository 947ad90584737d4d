"""Clients that do not read: what their responses take, and who is closed."""

import select
import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.http.standin import LARGE, serving_standin

from ishizue import memory
from ishizue.limits import SEND_BUFFER_BYTES, max_unsent_bytes
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    connected,
    connection_of,
    connections,
    executed,
    get,
    hear_all,
    reset_at_close,
    until,
)


@contextmanager
def deaf(running: RunningService, requests: str = get("/large")) -> Iterator[socket.socket]:
    """A client that has not read yet, and whose response waits."""
    with connected(running) as client:
        reset_at_close(client)
        client.sendall(requests.encode())
        until(lambda: connection_of(running, client).flow.write_paused)
        yield client


def received(client: socket.socket) -> bytes:
    """All that comes until the server closes, without what differs between times and last ones."""
    return hear_all(client).replace(b"connection: close\r\n", b"")


def response(running: RunningService, request: str) -> bytes:
    with connected(running, request) as client:
        client.shutdown(socket.SHUT_WR)
        return received(client)


def is_reset(client: socket.socket) -> bool:
    """Whether the server closes the connection, without reading, which would be progress."""
    poll = select.poll()
    poll.register(client, 0)
    return bool(poll.poll(10_000))


def test_clients_that_do_not_read_share_the_bytes_of_the_response(fast_path: bool) -> None:
    clients = 40
    with serving_standin(fast_path=fast_path) as running, ExitStack() as stack:
        running.client.get("/large")
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        for _ in range(clients):
            stack.enter_context(deaf(running))
        assert tracemalloc.get_traced_memory()[0] < 3 * len(LARGE)
        backlog = connections(running)[0]._backlog
        assert len(backlog) == clients
        assert backlog.size == len(LARGE) + clients * 2 * SEND_BUFFER_BYTES
    assert backlog.size == len(backlog) == 0


def test_beyond_the_bound_the_slowest_are_closed_and_a_reader_gets_every_byte(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fast_path: bool
) -> None:
    most = len(LARGE) + 9 * SEND_BUFFER_BYTES  # of four clients
    monkeypatch.setattr("ishizue.http.service.memory_limit", lambda: 8 * most)
    with serving_standin(fast_path=fast_path) as running, ExitStack() as stack:
        whole = response(running, get("/large"))
        slowest, slow, reader, *_ = [stack.enter_context(deaf(running)) for _ in range(5)]
        assert is_reset(slowest)
        reader.shutdown(socket.SHUT_WR)
        assert received(reader) == whole
        assert connection_of(running, slow).flow.write_paused
    assert "closed 1, the slowest first" in caplog.text


@pytest.mark.parametrize("end", ["close", "half-close", "shutdown"])
def test_the_next_requests_start_when_the_client_has_read_and_all_bytes_arrive_in_order(
    fast_path: bool, end: str
) -> None:
    with serving_standin(fast_path=fast_path) as running, executed(running) as begun:
        middle = get("/livez") + get("/large", method="HEAD")
        large, between = (response(running, request) for request in (get("/large"), middle))
        begun.clear()
        with deaf(running) as client:
            last = "Connection: close\r\n" if end == "close" else ""
            client.sendall((middle + get("/large", last)).encode())
            connection = connection_of(running, client)
            until(lambda: len(connection.pipeline) == 2)
            assert "GET /livez" not in begun
            if end == "half-close":
                client.shutdown(socket.SHUT_WR)
            elif end == "shutdown":
                running.server.stop()
                until(lambda: connection.closing)
            assert received(client) == large + between + large


def test_the_bound_is_a_part_of_the_memory_that_the_container_may_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_CGROUP_LIMITS", [tmp_path / "none", limit])
    limit.write_text("max\n")
    of_machine = memory.memory_limit()
    limit.write_text("134217728\n")
    assert memory.memory_limit() == 128 * 1024 * 1024 < of_machine
    assert max_unsent_bytes(128 * 1024 * 1024) == 16 * 1024 * 1024
    assert max_unsent_bytes(of_machine) < of_machine // 2
