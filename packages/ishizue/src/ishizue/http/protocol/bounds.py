"""What bounds all connections of a server, and what one client may take of it.

Arrivals are heads that are not whole, and bodies: what clients have sent and is in memory.
"""

import asyncio
import logging
import socket
import struct
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import nsmallest
from operator import attrgetter
from typing import Any, NamedTuple

from ishizue.http.context import ServedConnection
from ishizue.http.fair_queue import Waiting, WaitingWork
from ishizue.limits import SEND_BUFFER_BYTES

log = logging.getLogger(__name__)

_LOG_SECONDS = 60

REQUESTS_OF_A_TURN = 64
"""Requests started in one turn of the event loop, unless they take too long together."""

_MIN_REQUESTS_OF_A_TURN = 8

_CHECKS_OF_A_TURN = 16
"""Health checks that start in a full turn."""

_KERNEL_BYTES = 2 * SEND_BUFFER_BYTES
"""What the kernel holds for a client that has not taken all of a response."""

_LONG_TURN_SECONDS = 0.015
"""After a turn that took this long, half as many requests start in the next one."""


class _Closings:
    """Counts closed connections, and logs them at most once a minute."""

    def __init__(self, message: str) -> None:
        self._message = message
        self._closed = 0
        self._logged_at = float("-inf")

    def add(self, closed: int, limit: int) -> None:
        self._closed += closed
        if time.monotonic() - self._logged_at > _LOG_SECONDS:
            log.warning(self._message, limit, self._closed)
            self._logged_at = time.monotonic()
            self._closed = 0


class ConnectionLimit:
    """Keeps a server at `most` open connections, below the process's limit of open files."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._closings = _Closings("%d connections are open, the limit: closed %d, idle ones first")

    def admit(self, new: ServedConnection, connections: Collection[Any]) -> None:
        """Make room for `new`, one of `connections`; close it if no other is idle.

        Finding the oldest scans all connections, so each scan makes room for many.
        """
        if len(connections) <= self._most:
            return
        idle = [
            connection
            for connection in connections
            if connection is not new and connection.is_idle()
        ]
        oldest = nsmallest(self._most // 32 + 1, idle, key=attrgetter("active_at")) or [new]
        for connection in oldest:
            connection.transport.abort()
        self._closings.add(len(oldest), self._most)


class _Reader(NamedTuple):
    """A client that has not taken all of a response."""

    body: bytes
    unsent: int
    """Bytes of the response that the kernel did not take at first."""

    since: float


class Backlog:
    """The responses that clients have not taken yet, in at most `most` bytes of memory.

    A body that several connections send is in memory once, and counts once. Beyond `most` the
    slowest readers are closed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._readers: dict[Any, _Reader] = {}
        self._closings = _Closings("%d bytes are unsent, the limit: closed %d, the slowest first")

    def __len__(self) -> int:
        """The number of clients that have not taken all of a response."""
        return len(self._readers)

    @property
    def size(self) -> int:
        readers = self._readers.values()
        bodies = {id(reader.body): len(reader.body) for reader in readers}
        own = sum(reader.unsent for reader in readers if not reader.body)
        return sum(bodies.values()) + own + len(readers) * _KERNEL_BYTES

    def add(self, connection: Any, body: bytes) -> None:
        """Add a body that the kernel did not take whole; empty if no other client has the bytes."""
        unsent = connection.transport.get_write_buffer_size()
        self._readers[connection] = _Reader(body, unsent, time.perf_counter())
        if self.size > self._most:  # not at once: the transport is within its `write`
            asyncio.get_running_loop().call_soon(self._make_room)

    def remove(self, connection: Any) -> None:
        """Remove the response: the client has taken it, or is gone."""
        self._readers.pop(connection, None)

    def _make_room(self) -> None:
        """Close an eighth of the readers until the rest fits, the slowest first."""
        while self.size > self._most:
            slowest = nsmallest(len(self) // 8 + 1, self._readers, key=self._speed)
            for connection in slowest:
                self.remove(connection)
                reset(connection.transport)
            self._closings.add(len(slowest), self._most)

    def _speed(self, connection: Any) -> float:
        """Bytes a second, the kernel's included: a client that has just begun is not slow."""
        _, unsent, since = self._readers[connection]
        taken = unsent - connection.transport.get_write_buffer_size() + _KERNEL_BYTES
        return float(taken / (time.perf_counter() - since))


class StartQueue:
    """Starts at most `most` requests in a turn of the loop; sites and their clients take turns.

    When a thousand connections send a request at once, even cheap ones add up: work that needs
    several turns, such as a health check on a new connection, would wait for all of them each turn.
    """

    def __init__(self, most: int) -> None:
        self._most = self._now = self._left = most
        self._turn_began = 0.0
        self._checked = set[Hashable]()
        self._waiting = WaitingWork()

    def admits(self) -> bool:
        """Whether one more request may start in this turn; if so, counts it."""
        if not self._left:
            return False
        if self._left == self._now:
            self._turn_began = time.perf_counter()
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._left -= 1
        return True

    def admits_check(self, site: Hashable) -> bool:
        """Whether this site's health check may start although the turn is full."""
        if site in self._checked or len(self._checked) >= _CHECKS_OF_A_TURN:
            return False
        self._checked.add(site)
        return True

    def wait(self, waiting: Waiting) -> None:
        """Call this work in a turn with room, when it is its place's turn."""
        self._waiting.add(*waiting)

    def leave(self, waiting: Waiting) -> None:
        """Stop waiting: the client closed the connection."""
        self._waiting.remove(*waiting)

    def _next_turn(self) -> None:
        if time.perf_counter() - self._turn_began > _LONG_TURN_SECONDS:
            self._now = max(self._now // 2, min(self._most, _MIN_REQUESTS_OF_A_TURN))
        else:
            self._now = min(self._now * 2, self._most)
        self._left = self._now
        self._checked.clear()
        while self._waiting.waiting and self.admits():
            place, begin = self._waiting.next()
            self._waiting.remove(place, begin)
            begin()


def reset(transport: Any) -> None:
    """Close with a reset: the kernel then keeps nothing for the client."""
    with suppress(OSError):
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    transport.abort()


@dataclass(slots=True, eq=False)
class Arrival:
    """A head or a body that a client sends."""

    connection: Any
    site: Hashable
    size: int = 0
    is_whole: bool = False
    """All of it is there: the client could do nothing to lose it."""

    began: float = field(default_factory=time.perf_counter)

    def speed(self) -> float:
        """Bytes a second."""
        return self.size / (time.perf_counter() - self.began)

    def smallness(self) -> float:
        return -self.size


class Arrivals:
    """Counts bytes as they arrive: at most `most`, and at most `share` of one site.

    A site over its share loses the arrival with the lowest `rank`, and so does the site with most
    bytes when all is full. What is whole is not lost.
    """

    def __init__(self, most: int, share: int, rank: Callable[[Arrival], float]) -> None:
        self._most = most
        self._share = share
        self._rank = rank
        self._sizes = Counter[Hashable]()
        self._of_site: defaultdict[Hashable, dict[Arrival, None]] = defaultdict(dict)
        self.size = 0

    def count(self, arrival: Arrival, size: int) -> list[Arrival]:
        """Set the size of an arrival. Returns those that are lost, which may be this one."""
        lost = []
        self._add(arrival, size - arrival.size)
        while arrival.size and (self.size > self._most or self._sizes[arrival.site] > self._share):
            lost.append(self._worst(arrival))
            self.remove(lost[-1])
        return lost

    def remove(self, arrival: Arrival) -> None:
        """It is no longer in memory, if it was."""
        self._add(arrival, -arrival.size)
        if arrival in self._of_site[arrival.site]:
            del self._of_site[arrival.site][arrival]
        if not self._of_site[arrival.site]:
            del self._of_site[arrival.site], self._sizes[arrival.site]

    def _add(self, arrival: Arrival, size: int) -> None:
        arrival.size += size
        self.size += size
        self._sizes[arrival.site] += size
        self._of_site[arrival.site][arrival] = None

    def _worst(self, arrival: Arrival) -> Arrival:
        site = arrival.site
        if self._sizes[site] <= self._share:
            site = max(self._sizes, key=self._sizes.__getitem__)
        arriving = (each for each in self._of_site[site] if not each.is_whole)
        return min(arriving, key=self._rank, default=arrival)
