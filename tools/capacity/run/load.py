"""Readers who come at a rate, whether the service keeps up or not, and leave after two seconds."""

import asyncio
import random
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heapreplace
from typing import Any
from uuid import uuid4

from kirosample.limits import READ_DEADLINE_SECONDS
from tools.loadtest import workload
from tools.loadtest.http import request
from tools.loadtest.load import Load

PATIENCE_SECONDS = READ_DEADLINE_SECONDS
"""A request without a 200 or 201 by then is lost, whatever the reason."""

Rates = Mapping[str, float]
"""Requests a second by kind."""

_SENT_LATE_SECONDS = 0.1
_TICK_SECONDS = 0.002

_ITEMS = workload.ITEMS[:200]
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")

_visitors = Load()


def _get(target: str) -> bytes:
    return request("GET", target, _visitors.headers())


REQUESTS: Mapping[str, Callable[[], bytes]] = {
    "hot": lambda: _get(random.choice(workload.PAGES)),
    "cold": lambda: _get(workload.uncached_page()),
    "list": lambda: _get(workload.LIST),
    "like": lambda: _visitors.write_request(random.choice(_ITEMS), uuid4()),
}
"""The kinds of requests. Each is from another address, so that no limit by address applies."""


class _Connection(asyncio.Protocol):
    """One request at a time. The drills' client costs more CPU, which the tasks would miss."""

    def __init__(self, readers: "Readers") -> None:
        self._readers = readers
        self._transport: Any = None
        self._received = b""
        self._size = 0
        self._kind = ""
        self.requests = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self, kind: str) -> None:
        self._kind = kind
        self.requests += 1
        self._transport.write(REQUESTS[kind]())

    def give_up(self, request: int) -> None:
        """Close the connection if it still waits for the response to this request."""
        if self._kind and self.requests == request:
            self._transport.abort()

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._size and (end := self._received.find(b"\r\n\r\n")) > 0:
            length = _LENGTH.search(self._received, 0, end)
            self._size = end + 4 + (int(length[1]) if length else 0)
        if self._size and len(self._received) >= self._size:
            status = int(self._received[9:12])
            self._received, self._size = b"", 0
            self._readers.idle.append(self)
            self._ended(status)

    def connection_lost(self, _: Exception | None) -> None:
        if self in self._readers.idle:
            self._readers.idle.remove(self)
        self._ended(0)

    def _ended(self, status: int) -> None:
        kind, self._kind = self._kind, ""
        if kind:
            self._readers.ended(kind, status)


class Readers:
    """Sends requests at random times at given rates, and counts what becomes of them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.idle: list[_Connection] = []
        self._sent: deque[tuple[float, _Connection, int]] = deque()
        self._opening = set[asyncio.Task[None]]()
        self.arrived: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        """0 is no response in time."""
        self.sent_late = 0

    async def come(self, rates: Callable[[float], Rates], seconds: float) -> None:
        """Send requests for so long, at the rates of each moment, and wait for their end."""
        began = time.monotonic()
        coming = [(random.expovariate(rate), kind) for kind, rate in rates(0).items()]
        heapify(coming)
        while coming or self.arrived.total() > self.statuses.total():
            now = time.monotonic() - began
            while coming and coming[0][0] <= now:
                at, kind = coming[0]
                self._send(kind)
                self.sent_late += now - at > _SENT_LATE_SECONDS
                following = at + random.expovariate(rates(at)[kind])
                if following < seconds:
                    heapreplace(coming, (following, kind))
                else:
                    heappop(coming)
            while self._sent and self._sent[0][0] < time.monotonic():
                _, connection, request = self._sent.popleft()
                connection.give_up(request)
            await asyncio.sleep(_TICK_SECONDS)

    def ended(self, kind: str, status: int) -> None:
        self.statuses[status] += 1
        self.lost[kind] += status not in (200, 201)

    def close(self) -> None:
        for connection in self.idle:
            connection.close()

    def _send(self, kind: str) -> None:
        self.arrived[kind] += 1
        if self.idle:
            self._send_on(self.idle.pop(), kind)
        else:
            task = asyncio.create_task(self._open(kind))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, kind: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(self), "127.0.0.1", self._port
            )
        except OSError:
            self.ended(kind, 0)
        else:
            self._send_on(connection, kind)

    def _send_on(self, connection: _Connection, kind: str) -> None:
        connection.send(kind)
        self._sent.append((time.monotonic() + PATIENCE_SECONDS, connection, connection.requests))
