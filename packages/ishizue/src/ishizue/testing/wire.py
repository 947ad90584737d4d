"""Conversations with a server, byte by byte, and what its fast path serves."""

import asyncio
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any
from unittest.mock import patch

from ishizue.http.wire import SharedPage
from ishizue.storage.single_flight import Flight
from ishizue.testing.client import BROWSER_AND_ALB
from ishizue.testing.running import RunningService

TEN_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in BROWSER_AND_ALB.items())


def get(target: str = "/page", headers: str = "", version: str = "1.1", method: str = "GET") -> str:
    return f"{method} {target} HTTP/{version}\r\nHost: localhost\r\n{headers}\r\n"


def undated(heard: bytes) -> bytes:
    """What a server sent, with a constant date in each head."""
    return re.sub(rb"date: [A-Z][a-z]{2}, [0-9A-Za-z :]+ GMT\r\n", b"date: now\r\n", heard)


_PATIENCE_SECONDS = 30
"""How long a connection may say nothing, which only a failure does."""

_LAST_WORD = "the-last-word"
_LAST_REQUEST = get(f"/page?date={_LAST_WORD}", "Connection: close\r\n")
"""A request for a page that says which date was asked for."""

Heard = tuple[bytes, bool]
"""What a connection received, and whether it was closed."""


@contextmanager
def connected(running: RunningService, sent: str = "") -> Iterator[socket.socket]:
    """A connection, on which this has been sent."""
    port = int(running.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(sent.encode("latin-1"))
        yield connection


def reset_at_close(connection: socket.socket) -> None:
    """Have the connection end with a reset: to the server, a plain close may be a half-close."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hear(connection: socket.socket, responses: int = 1) -> bytes:
    """So many whole responses, without dates. Raises ConnectionError if fewer come."""
    return hear_until(connection, lambda heard: _whole(heard) >= responses)


def hear_until(connection: socket.socket, enough: Callable[[bytes], bool]) -> bytes:
    """What comes until `enough` is true of it, without dates. Raises ConnectionError at the end."""
    heard = b""
    while not enough(heard):
        part = connection.recv(1 << 20)
        if not part:
            raise ConnectionError(f"the connection ended after {heard!r}")
        heard += part
    return undated(heard)


def hear_all(connection: socket.socket) -> bytes:
    """What comes until the connection ends, without the dates."""
    heard = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(1 << 20):
            heard += part
    return undated(heard)


def _whole(heard: bytes) -> int:
    """How many responses with a length have come whole."""
    responses = 0
    while b"\r\n\r\n" in heard:
        head, _, rest = heard.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        size = int(length[1]) if length else 0
        if len(rest) < size:
            break
        heard = rest[size:]
        responses += 1
    return responses


def exchange(running: RunningService, *parts: str, pause: float = 0.08) -> Heard:
    """Send the parts over one connection, with pauses between, and hear all responses.

    A request of our own comes last. Its response says that the connection was open for it, and is
    left out.
    """
    with connected(running) as connection:
        with suppress(OSError):  # it may be closed before everything is sent
            for part in parts:
                connection.sendall(part.encode("latin-1"))
                time.sleep(pause)
            connection.sendall(_LAST_REQUEST.encode())
            connection.shutdown(socket.SHUT_WR)
        heard = hear_all(connection)
    before, _, last = heard.rpartition(b"HTTP/1.1 ")
    return (before, False) if _LAST_WORD.encode() in last else (heard, True)


def statuses(heard: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", heard)]


def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds, which other threads make true."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def connections(running: RunningService) -> list[Any]:
    """The server's open connections."""
    return list(running.server.server_state.connections)


def connection_of(running: RunningService, client: socket.socket) -> Any:
    """The server's end of a connection, once it is accepted."""
    accepted = list[Any]()

    def is_accepted() -> bool:
        accepted[:] = (end for end in connections(running) if end.client == client.getsockname())
        return bool(accepted)

    until(is_accepted)
    return accepted[0]


@contextmanager
def counting(running: RunningService) -> Iterator[list[tuple[bytes, int, bytes]]]:
    """Targets, statuses and user agents that the fast path serves while the block runs."""
    counted: list[tuple[bytes, int, bytes]] = []
    with patch.object(running.fast_path, "on_served", lambda *served: counted.append(served)):
        yield counted


def application(running: RunningService, app: Any) -> AbstractContextManager[None]:
    """Requests reach this application while the block runs."""
    return patch.object(running.server.config, "loaded_app", app)


@contextmanager
def executed(running: RunningService) -> Iterator[list[str]]:
    """The requests that reach the application while the block runs."""
    requests: list[str] = []
    usual = running.server.config.loaded_app

    async def recording(scope: Any, receive: Any, send: Any) -> None:
        requests.append(f"{scope['method']} {scope['path']}")
        await usual(scope, receive, send)

    with application(running, recording):
        yield requests


@contextmanager
def delayed(running: RunningService, seconds: float, path: str = "") -> Iterator[None]:
    """The application starts late while the block runs, for this path or for all."""
    usual = running.server.config.loaded_app

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(seconds if path in ("", scope["path"]) else 0)
        await usual(scope, receive, send)

    with application(running, slow):
        yield


class HeldRead:
    """A shared read that ends when the test says so."""

    def __init__(self) -> None:
        self._flight: Flight[SharedPage] = Flight()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Semaphore(0)

    def start(self) -> Flight[SharedPage]:
        self._loop = asyncio.get_running_loop()
        self._started.release()
        return self._flight

    def wait(self, requests: int = 1) -> None:
        """Return when so many more requests wait for it."""
        for _ in range(requests):
            assert self._started.acquire(timeout=10)

    def settle(self, outcome: bytes | Exception) -> None:
        assert self._loop
        self._flight.begun = True
        if isinstance(outcome, Exception):
            self._loop.call_soon_threadsafe(self._flight.fail, outcome)
        else:
            self._loop.call_soon_threadsafe(self._flight.complete, SharedPage(outcome))


@contextmanager
def held_read(running: RunningService, path: str) -> Iterator[HeldRead]:
    """The source of this path is this read while the block runs."""
    fast_path = running.fast_path
    held = HeldRead()
    reads = {**fast_path.shared_reads, path.encode(): held.start}
    with patch.object(fast_path, "shared_reads", reads):
        yield held
