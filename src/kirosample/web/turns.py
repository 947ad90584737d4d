"""Expensive work, one piece at a time, so that nothing else waits for more than one piece of it."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from kirosample.web import problems

Value = TypeVar("Value")

_LOOP_TURNS = 4
"""Of the event loop between two pieces of work: enough to accept a connection, read its request and
respond to it."""

_WOKEN_AT_ONCE = 8
"""Of the callers that wait for the same work; all but the first find it done."""


@dataclass(slots=True)
class _Work:
    """Work that waits for its turn: who asked first, and all who wait for it."""

    client: str
    callers: deque[asyncio.Future[None]] = field(default_factory=deque)


class Turns:
    """Runs what blocks the event loop for a millisecond or more: first come, first served.

    The loop turns between two pieces of work, so that requests which need none of it (health
    checks, pages in the cache, likes) are served in between. Work that many ask for waits once,
    under its key, however many wait for it. At most `most` pieces wait, `most_of_client` of them
    for one client.
    """

    def __init__(self, *, most: int, most_of_client: int) -> None:
        self._most = most
        self._most_of_client = most_of_client
        self._waiting: dict[Hashable, _Work] = {}
        self._ahead: dict[Hashable, _Work] = {}
        self._of_client: Counter[str] = Counter()
        self._taken = False
        self._running = 0

    def __len__(self) -> int:
        """How many pieces of work wait."""
        return len(self._waiting) + len(self._ahead)

    async def run(
        self, key: Hashable, client: str, work: Callable[[], Value], *, ahead: bool = False
    ) -> Value:
        """What `work` returns or raises. Raises Problem (503) where too much waits already.

        `work` should find what another caller with the same key has just done. Work `ahead` of all
        other is never refused: for what many visitors ask for, and has few keys.
        """
        if self._taken:
            await self._wait(key, client, ahead=ahead)
        else:
            self._taken, self._running = True, 1
        try:
            return work()
        finally:
            self._end()

    async def _wait(self, key: Hashable, client: str, *, ahead: bool) -> None:
        queue = self._ahead if ahead else self._waiting
        waiting = queue.get(key)
        if waiting is None:
            full = len(queue) >= self._most or self._of_client[client] >= self._most_of_client
            if full and not ahead:
                raise problems.overloaded()
            waiting = queue[key] = _Work(client)
            self._of_client[client] += 1
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.callers.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._end()  # it was this caller's turn
            raise

    def _end(self) -> None:
        """One caller is done."""
        self._running -= 1
        if not self._running:
            self._pass_on(_LOOP_TURNS)

    def _pass_on(self, loop_turns: int) -> None:
        """Have the next caller's turn begin once the loop has turned so often."""
        if loop_turns:
            asyncio.get_running_loop().call_soon(self._pass_on, loop_turns - 1)
        else:
            self._next()

    def _next(self) -> None:
        """Give the turn to those who have waited for longest."""
        self._running = 0
        while not self._running and (queue := self._ahead or self._waiting):
            key, work = next(iter(queue.items()))
            while work.callers and self._running < _WOKEN_AT_ONCE:
                turn = work.callers.popleft()
                if not turn.done():
                    turn.set_result(None)
                    self._running += 1
            if not work.callers:
                del queue[key]
                self._of_client[work.client] -= 1
                if not self._of_client[work.client]:
                    del self._of_client[work.client]
        self._taken = bool(self._running)
