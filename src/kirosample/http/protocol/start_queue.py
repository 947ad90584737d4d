"""Bounds the requests that start in one turn of the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable

REQUESTS_OF_A_TURN = 64
"""Requests started in one turn of the event loop, at about 0.25 ms each."""


class StartQueue:
    """Starts at most `most` requests in a turn of the loop, in order.

    When a thousand connections send a request at once, even cheap ones add up: work that needs
    several turns, such as a health check on a new connection, would wait for all of them each turn.
    """

    def __init__(self, most: int) -> None:
        self._most = self._left = most
        self._waiting: deque[Callable[[], None]] = deque()

    def admits(self) -> bool:
        """Whether one more request may start in this turn; if so, counts it."""
        if not self._left:
            return False
        if self._left == self._most:
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._left -= 1
        return True

    def wait(self, begin: Callable[[], None]) -> None:
        """Call `begin` in the next turn with room, after those that wait already."""
        self._waiting.append(begin)

    def _next_turn(self) -> None:
        self._left = self._most
        while self._waiting and self.admits():
            self._waiting.popleft()()
