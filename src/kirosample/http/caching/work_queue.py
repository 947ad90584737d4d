"""Work that blocks the event loop for a millisecond or more, one piece at a time."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

MAX_WAITING = 512
"""Pieces of work that may wait."""

MAX_WAITING_PER_CLIENT = MAX_WAITING // 8
"""How many of them one client (IPv4 address or IPv6 /64) may have."""

Value = TypeVar("Value")

_LOOP_ITERATIONS = 4
"""Iterations of the event loop between two pieces of work: enough to accept a connection, read its
request and respond."""

_WOKEN_AT_ONCE = 8
"""Callers of the same work that are woken together; all but the first find it done."""


class Overloaded(Exception):
    """Too much work is waiting."""


@dataclass(slots=True)
class _Work:
    """Waiting work: the client that asked first, and every caller."""

    client: str
    callers: deque[asyncio.Future[None]] = field(default_factory=deque)


class WorkQueue:
    """Runs blocking work in order of arrival.

    The event loop iterates between two pieces, so that requests which need none of it (health
    checks, cached pages, writes) are served in between. Work with the same key waits once, however
    many callers it has. At most `most` pieces wait, `most_per_client` of them for one client.
    """

    def __init__(
        self, *, most: int = MAX_WAITING, most_per_client: int = MAX_WAITING_PER_CLIENT
    ) -> None:
        self._most = most
        self._most_per_client = most_per_client
        self._waiting: dict[Hashable, _Work] = {}
        self._ahead: dict[Hashable, _Work] = {}
        self._by_client: Counter[str] = Counter()
        self._busy = False
        self._running = 0

    def __len__(self) -> int:
        """The number of waiting pieces of work."""
        return len(self._waiting) + len(self._ahead)

    async def run(
        self, key: Hashable, client: str, work: Callable[[], Value], *, ahead: bool = False
    ) -> Value:
        """Return what `work` returns. Raises Overloaded if too much is waiting.

        `work` should reuse what another caller with the same key has just done. Work `ahead` of all
        other is never refused: it is for a few keys that many clients need.
        """
        if self._busy:
            await self._wait(key, client, ahead=ahead)
        else:
            self._busy, self._running = True, 1
        try:
            return work()
        finally:
            self._end()

    async def _wait(self, key: Hashable, client: str, *, ahead: bool) -> None:
        queue = self._ahead if ahead else self._waiting
        waiting = queue.get(key)
        if waiting is None:
            full = len(queue) >= self._most or self._by_client[client] >= self._most_per_client
            if full and not ahead:
                raise Overloaded
            waiting = queue[key] = _Work(client)
            self._by_client[client] += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.callers.append(woken)
        try:
            await woken
        except asyncio.CancelledError:
            if woken.done() and not woken.cancelled():
                self._end()  # it was this caller that ran
            raise

    def _end(self) -> None:
        """Note that one caller is done."""
        self._running -= 1
        if not self._running:
            self._schedule_next(_LOOP_ITERATIONS)

    def _schedule_next(self, iterations: int) -> None:
        """Start the next work after so many iterations of the loop."""
        if iterations:
            asyncio.get_running_loop().call_soon(self._schedule_next, iterations - 1)
        else:
            self._next()

    def _next(self) -> None:
        """Wake the callers of the work that has waited longest."""
        self._running = 0
        while not self._running and (queue := self._ahead or self._waiting):
            key, work = next(iter(queue.items()))
            while work.callers and self._running < _WOKEN_AT_ONCE:
                caller = work.callers.popleft()
                if not caller.done():
                    caller.set_result(None)
                    self._running += 1
            if not work.callers:
                del queue[key]
                self._by_client[work.client] -= 1
                if not self._by_client[work.client]:
                    del self._by_client[work.client]
        self._busy = bool(self._running)
