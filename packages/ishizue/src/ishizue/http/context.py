"""What a handler knows about the request it serves."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import TypeVar

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ishizue.http.exchange import ClientLeft, exchange_of
from ishizue.http.fair_queue import FairQueue
from ishizue.http.security.clients import place_of
from ishizue.http.service_state import ServiceState
from ishizue.http.wire import Header
from ishizue.telemetry.request_log import NO_ROUTE

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
