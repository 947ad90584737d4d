"""Two servers that get the same bytes, one with its fast path and one without."""

import asyncio
import fcntl
import logging
import socket
import struct
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any
from unittest.mock import patch

from kirosample.favorites import Store
from kirosample.http.caching.shared_reads import SharedPage
from kirosample.storage.single_flight import Flight
from kirosample.web.pages import favorites as favorites_page
from tools.fuzz.oracle import Request
from tools.fuzz.streams import ECHO, FAST, LAST, SHARED
from tools.running import undated
from tools.servers import SETTINGS, Running, serving

_QUIET_TURNS = 20
"""Turns of the event loop after which an idle server waits for more."""

_MOST_TURNS = 5_000
_PATIENT_SECONDS = 0.003


@dataclass(slots=True)
class Heard:
    """What one server did with one stream."""

    data: bytes = b""
    """What it sent, without the date."""
    closed: bool = False
    executed: list[Request] = field(default_factory=list)
    fast: int = 0
    """How many of those the fast path served."""
    errors: list[str] = field(default_factory=list)
    """The errors that it logged."""


class Target:
    """One server and the requests that it executes."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heard = Heard()
        self._address = ("127.0.0.1", int(running.url.rpartition(":")[2]))
        running.client.get("/livez")  # starts the application
        self._usual = running.server.config.loaded_app
        running.server.config.loaded_app = self._application
        running.fast_path.on_served = lambda address, *_: self._answered(address)
        with running.visitor() as client:
            client.get("/livez")  # over a new connection, which records the event loop

    def hear(self, reads: Sequence[bytes], *, settled: bool, patient: bool = False) -> Heard:
        """Send each of these as one read over one connection; with `patient`, wait for it.

        With `settled`, each is sent after the responses to those before.
        """
        assert self._loop
        conversation = self._converse(reads, settled=settled, patient=patient)
        return asyncio.run_coroutine_threadsafe(conversation, self._loop).result(60)

    def page(self, path: str, **headers: str) -> bytes:
        """The body of a page, which is cached from then on."""
        with self._running.client.stream("GET", path, headers=headers) as response:
            return b"".join(response.iter_raw())

    async def _converse(self, reads: Sequence[bytes], *, settled: bool, patient: bool) -> Heard:
        heard = self._heard = Heard()
        with _errors(heard.errors), socket.create_connection(self._address) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setblocking(False)
            connection = _Connection(client, heard, patient)
            await connection.accepted(self._running.server.server_state.connections)
            for number, data in enumerate(reads, 1):
                await connection.send(data)
                if settled or number == len(reads):
                    await connection.settle()
                if heard.closed:
                    break
        await connection.lost()
        heard.data = undated(heard.data)
        return heard

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        """The application, with requests that have an effect or a number only echoed."""
        if scope["type"] != "http":
            await self._usual(scope, receive, send)
            return
        self._loop = asyncio.get_running_loop()
        query = scope["query_string"]
        target = scope["raw_path"].decode("latin-1") + (
            f"?{query.decode('latin-1')}" if query else ""
        )
        method = scope["method"]
        self._heard.executed.append((method, "" if method == "CONNECT" else target))
        if not target.startswith(ECHO) and method in ("GET", "HEAD"):
            await self._usual(scope, receive, send)
            return
        last = target.startswith(LAST)
        body, more = b"", not last
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = f"{method} {target} {len(body)}".encode("latin-1")
        headers = [(b"content-length", b"%d" % len(answer)), (b"x-echo", b"1")]
        if last:
            headers.append((b"connection", b"close"))
        if not scope["exchange"].respond(200, headers, b"", answer):  # like the application
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": answer})

    def _answered(self, address: bytes) -> None:
        self._heard.executed.append(("GET", address.decode("latin-1")))
        self._heard.fast += 1


class _Connection:
    """Both ends of a connection, in the server's event loop."""

    def __init__(self, client: socket.socket, heard: Heard, patient: bool) -> None:
        self._client = client
        self._heard = heard
        self._pause = _PATIENT_SECONDS if patient else 0
        self._protocol: Any = None

    async def accepted(self, connections: set[Any]) -> None:
        port = self._client.getsockname()[1]
        for _ in range(_MOST_TURNS):
            for protocol in connections:
                if protocol.client and protocol.client[1] == port:
                    self._protocol = protocol
                    return
            await asyncio.sleep(0)
        raise TimeoutError("the server accepts no connection")

    async def send(self, data: bytes) -> None:
        """Send, and let the server read unless it has stopped reading."""
        with suppress(OSError):
            await asyncio.get_running_loop().sock_sendall(self._client, data)
        await self._turns(lambda: not self._unread(), 200)

    async def settle(self) -> None:
        """Wait until the server has responded or waits for more."""
        await self._turns(lambda: self._protocol.is_idle() and not self._unread(), _QUIET_TURNS)
        await self._turns(lambda: False, 2)

    async def lost(self) -> None:
        """Wait until the server has noticed the disconnect."""
        for _ in range(_MOST_TURNS):
            if self._protocol.transport.is_closing():
                return
            await asyncio.sleep(0)

    async def _turns(self, done: Callable[[], bool], quiet: int) -> None:
        """Run the event loop until done, closed or idle for some turns."""
        before, still = None, 0
        for _ in range(_MOST_TURNS):
            self._hear()
            if self._heard.closed or done() or still >= quiet:
                return
            await asyncio.sleep(self._pause)
            now = (len(self._heard.data), len(self._heard.executed), self._unread())
            before, still = now, still + 1 if now == before else 0

    def _hear(self) -> None:
        while not self._heard.closed:
            try:
                data = self._client.recv(1 << 20)
            except BlockingIOError:
                return
            except ConnectionResetError:
                data = b""
            self._heard.data += data
            self._heard.closed = not data

    def _unread(self) -> int:
        """The bytes that the server has not read; loopback delivers immediately."""
        transport = self._protocol.transport
        if transport.is_closing():
            return 0
        descriptor = transport.get_extra_info("socket").fileno()
        with suppress(OSError):
            return int(struct.unpack("i", fcntl.ioctl(descriptor, termios.FIONREAD, b"\0" * 4))[0])
        return 0


@contextmanager
def _errors(errors: list[str]) -> Iterator[None]:
    """Collect the errors logged during the block."""

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            why = record.exc_info[1] if record.exc_info else None
            errors.append(record.getMessage().strip() + (f": {why!r}" if why else ""))

    handler, root = Collect(logging.ERROR), logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


@dataclass(frozen=True, slots=True)
class Pair:
    fast: Target
    plain: Target
    pages: dict[str, tuple[bytes, ...]]
    """The bodies of each page: plain and compressed."""


@contextmanager
def pair() -> Iterator[Pair]:
    """Both servers with warm page caches, and lists that need no database."""
    trusting = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing?sslmode=disable"
    with ExitStack() as stack:
        stack.enter_context(patch.object(favorites_page, "page_flight", _page_flight))
        fast, plain = (
            Target(stack.enter_context(serving(nowhere, settings=trusting, fast_path=at_once)))
            for at_once in (True, False)
        )
        pages = {
            path: tuple(
                {
                    target.page(path, **{"accept-encoding": encoding})
                    for target in (fast, plain)
                    for encoding in ("identity", "gzip")
                    for _ in range(2)
                }
            )
            for path in (*FAST, *SHARED)
        }
        assert all(len(bodies) <= 2 for bodies in pages.values()), "both have the same pages"
        yield Pair(fast, plain, pages)


def _page_flight(_portal: object, store: Store, language: Any, *_: Any) -> Flight[SharedPage]:
    """A list that is ready after a few turns of the event loop."""

    async def read() -> SharedPage:
        for _ in range(3):
            await asyncio.sleep(0)
        return SharedPage(f"<p>the favorites in {language}</p>".encode() * 100)

    return store.single_flight.flight(("page", language), read)
