"""Two servers of the product, one with its fast path and one without, fed without a network."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from ishizue.http.server import Server
from ishizue.http.wire import SharedPage
from ishizue.storage.database_url import DatabaseUrl
from ishizue.storage.single_flight import Flight
from kirosample.app import build
from kirosample.web.context import Favorites
from kirosample.web.pages import favorites as favorites_page
from tools.fuzz.streams import ECHO, LAST, Stream
from tools.servers import SETTINGS, noon

MAX_SECONDS = 10
"""How long a server may take to respond to a stream."""

Request = tuple[str, str]
"""A method and a target of path and query; empty for CONNECT."""


class Heard(asyncio.Transport):
    """A connection without a network, and what the server did with its stream.

    A send to its socket's descriptor fails.
    """

    def __init__(self, protocol: Any) -> None:
        ends = {name: lambda: ("127.0.0.1", 3000) for name in ("getpeername", "getsockname")}
        super().__init__({"socket": SimpleNamespace(fileno=lambda: -1, **ends)})
        self._protocol = protocol
        self._closing = False
        self.data = b""
        self.closed = False
        self.reading = True
        self.executed: list[Request] = []
        self.fast = 0
        """How many of those the fast path served."""
        self.stuck = False
        """Whether a request is neither answered nor waits for the rest of its body."""

    def write(self, data: Any) -> None:
        if not self.closed:
            self.data += data

    def write_eof(self) -> None:
        self.closed = True

    def close(self) -> None:
        if not self._closing:
            self._closing = self.closed = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    abort = close

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing waits here: the client takes everything at once."""


class Target:
    """One server. Requests that have an effect or a number are only echoed."""

    def __init__(self, server: Server, fast_path: Any) -> None:
        self._server = server
        self._application = server.config.loaded_app
        self._heard = Heard(None)
        self._waits_for_body = False
        server.config.loaded_app = self._recorded
        server.server_state.default_headers = [(b"date", b"now")]
        fast_path.on_served = self._served

    async def hear(self, stream: Stream) -> Heard:
        """Send these reads over one connection."""
        protocol: Any = self._server.config.http_protocol_class(  # type: ignore[call-arg]
            config=self._server.config,
            server_state=self._server.server_state,
            app_state=self._server.lifespan.state,
            _loop=asyncio.get_running_loop(),
        )
        heard = self._heard = Heard(protocol)
        protocol.connection_made(heard)
        for data in stream.reads:
            protocol.data_received(data)
            await asyncio.sleep(0)
            if stream.settled or not heard.reading:
                await self._settle(protocol)
            if heard.closed:
                break
        await self._settle(protocol)
        closed = heard.closed
        heard.close()
        await asyncio.sleep(0)
        heard.closed = closed
        return heard

    async def _settle(self, protocol: Any) -> None:
        """Wait until the server has responded or waits for more."""
        until = time.monotonic() + MAX_SECONDS
        while not (protocol.is_idle() or self._waits_for_body or self._heard.closed):
            await asyncio.sleep(0)
            if time.monotonic() > until:
                self._heard.stuck = True
                return

    async def _recorded(self, scope: Any, receive: Any, send: Any) -> None:
        query = scope["query_string"].decode("latin-1")
        method = scope["method"]
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        self._heard.executed.append((method, "" if method == "CONNECT" else target))
        if not target.startswith(ECHO) and method in ("GET", "HEAD"):
            await self._application(scope, receive, send)
            return
        size = 0
        last = target.startswith(LAST)
        more = not last
        while more:
            self._waits_for_body = True
            message = await receive()
            self._waits_for_body = False
            if message["type"] == "http.disconnect":
                return
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        response = f"{method} {target} {size}".encode("latin-1")
        headers = [(b"content-length", b"%d" % len(response)), (b"x-echo", b"1")]
        headers += [(b"connection", b"close")] if last else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": response})

    def _served(self, target: bytes, *_: object) -> None:
        self._heard.executed.append(("GET", target.decode("latin-1")))
        self._heard.fast += 1


@asynccontextmanager
async def pair() -> AsyncIterator[list[Target]]:
    """A server with its fast path and one without, and lists that need no database."""
    settings = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    nowhere = DatabaseUrl("postgresql://nobody@127.0.0.1:1/nothing?sslmode=disable")
    targets = []
    async with AsyncExitStack() as stack:
        stack.enter_context(patch.object(favorites_page, "shared_page", _shared_page))
        for fast_path in (True, False):
            service = build(settings, nowhere, migrating=False, clock=noon).service
            server = Server(service, drain_seconds=0, fast_path=fast_path)
            server.config.load()
            server.lifespan = server.config.lifespan_class(server.config)
            await server.lifespan.startup()
            stack.push_async_callback(server.lifespan.shutdown)
            targets.append(Target(server, service.fast_path))
        yield targets


def _shared_page(
    _portal: object, favorites: Favorites, language: Any, *_: Any
) -> Callable[[], Flight[SharedPage]]:
    """A list that is ready after a few turns of the event loop."""

    async def read() -> SharedPage:
        for _ in range(3):
            await asyncio.sleep(0)
        return SharedPage(f"<p>the favorites in {language}</p>".encode() * 100)

    return lambda: favorites.store.single_flight.flight(("page", language), read)
