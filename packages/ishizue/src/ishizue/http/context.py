"""One request: its exchange with the connection, and what a handler knows about it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from ishizue.http.fair_queue import FairQueue
from ishizue.http.security.clients import place_of
from ishizue.http.service_state import ServiceState
from ishizue.http.wire import LONG_BYTES, Header, Sender, header_lines, start
from ishizue.telemetry.request_log import NO_ROUTE

_CLOSE: Header = (b"connection", b"close")


class ServedConnection(Sender, Protocol):
    """What an exchange, the fast path and the bounds need of a connection."""

    server_state: ServerState
    flow: FlowControl
    cycle: RequestResponseCycle
    peer: str
    peer_is_trusted: bool
    active_at: float
    """When the connection was last active, by `time.perf_counter`."""

    closing: bool
    half_closed: bool

    def is_idle(self) -> bool:
        """Whether no request awaits a response."""

    def end(self) -> None:
        """Close after the last response."""

    def buffer(self) -> None: ...
    def take(self) -> bytes: ...
    def parse(self, data: bytes) -> None: ...
    def data_received(self, data: bytes) -> None: ...


class ClientLeft(Exception):
    """The client closed the connection before its work began."""


class Exchange:
    """One request and its response. The protocol puts it into the ASGI scope as `exchange`.

    Without a connection (another server), everything goes through ASGI's receive and send.
    """

    __slots__ = (
        "began",
        "client_left",
        "connection",
        "cycle",
        "headers",
        "on_end",
        "on_leaving",
        "outcome",
    )

    def __init__(self, headers: Sequence[Header]) -> None:
        self.headers = dict(reversed(headers))
        """The first value of each header, by its name in lower case."""

        self.began = 0.0
        """When the request was started, by `time.perf_counter`."""

        self.client_left = False
        """Whether the client closed the connection before the response."""

        self.on_leaving: Callable[[], None] | None = None
        """What ends the request's wait for a turn."""

        self.on_end: Callable[[], None] | None = None
        """What no longer counts the request's body."""

        self.outcome: object = None
        """What the shared read gave or raised that the request waited for in the fast path."""

        self.connection: ServedConnection | None = None
        self.cycle: RequestResponseCycle | None = None
        """uvicorn's state of the request, set like `connection` from its start until `write`."""

    def leave(self) -> None:
        """Stop waiting for a turn: the client closed the connection."""
        self.client_left = True
        if self.on_leaving:
            self.on_leaving()

    def end(self) -> None:
        """The application has served the request, or never will."""
        if self.on_end:
            self.on_end()
            self.on_end = None  # it refers to the connection, which refers to this

    def body(self) -> bytes | None:
        """The request's body; None unless all of it has arrived."""
        cycle = self.cycle
        return None if cycle is None or cycle.more_body else bytes(cycle.body)

    def write(
        self, status: int, headers: Sequence[Header], constant: bytes, body: bytes | None
    ) -> bool:
        """Write the response with one system call; False if it must go through ASGI's send.

        A streamed body (None) must go through send. A long body is not copied. `headers` include
        the length of the body, unless the status has none; `constant` are the headers of every
        response, serialized.
        """
        cycle = self.cycle
        connection = self.connection
        self.connection = self.cycle = None  # both refer to this: no reference cycle may remain
        if body is None or cycle is None or connection is None:
            return False
        if cycle.disconnected or cycle.response_started or connection.flow.write_paused:
            return False
        head = header_lines(headers)
        if not head.count(b"\r") == head.count(b"\n") == len(headers):
            return False  # a value has a line break: uvicorn's send raises
        if cycle.scope["method"] == "HEAD":
            body = b""
        ending = b"\r\n"
        if _CLOSE in headers:
            cycle.keep_alive = False
        elif not cycle.keep_alive:
            ending = b"connection: close\r\n\r\n"
        begin = start(status, cycle.default_headers)
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        if len(body) < LONG_BYTES:
            connection.transport.write(b"".join((begin, head, constant, ending, body)))
        else:
            connection.write(b"".join((begin, head, constant, ending)), body)
        cycle.message_event.set()
        if not cycle.keep_alive:
            connection.end()
        cycle.on_response()
        return True


def exchange_of(scope: Scope) -> Exchange:
    """The exchange of this scope, made where another server left none."""
    exchange: Exchange | None = scope.get("exchange")
    if exchange is None:
        exchange = scope["exchange"] = Exchange(scope["headers"])
        exchange.began = time.perf_counter()
    return exchange


Value = TypeVar("Value")


class RequestContext(Request):
    """One request. A product adds its own attributes in a subclass.

    Nothing that the scope refers to may refer to the context: a reference cycle is only freed by
    the garbage collector.
    """

    route = NO_ROUTE
    trace = ""
    response_headers: tuple[Header, ...] = ()
    """Headers for the response, whoever makes it: the handler or the error renderer."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, service_state: ServiceState
    ) -> None:
        super().__init__(scope, receive, send)
        self.service_state = service_state
        self.exchange = exchange_of(scope)

    async def take_turn(
        self,
        queue: FairQueue,
        key: Hashable,
        work: Callable[[], Awaitable[Value]],
        *,
        owner: Hashable = None,
        ahead: bool = False,
    ) -> Value:
        """What `work` returns, once it is this client's turn in the queue.

        An owner's work has a place apart from that of the client's other owners.

        Raises ClientLeft if the client leaves before, Overloaded, and what `work` raises.
        """
        exchange = self.exchange
        if exchange.client_left:
            raise ClientLeft
        caller: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        exchange.on_leaving = partial(queue.withdraw, key, caller, ClientLeft)
        place = (*place_of(self.client.host if self.client else ""), owner)
        try:
            return await queue.run(key, place, work, caller, ahead=ahead)
        finally:
            exchange.on_leaving = None

    async def render_in_turn(
        self, key: Hashable, work: Callable[[], Value], *, ahead: bool = False
    ) -> Value:
        """What `work` returns, once it is this client's turn to block the event loop.

        Raises ClientLeft and Overloaded.
        """

        async def run() -> Value:
            return work()

        return await self.take_turn(self.service_state.rendering, key, run, ahead=ahead)

    async def read_in_turn(
        self, read: Callable[[], Awaitable[Value]], *key: Hashable, owner: Hashable = None
    ) -> Value:
        """What `read` gets from the database; callers with the same key share it.

        Raises ClientLeft, Overloaded, and what `read` raises.
        """
        return await self.take_turn(self.service_state.reads, key or object(), read, owner=owner)
