"""How many requests begin in one turn of the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable


class StartQueue:
    """Begins at most `most` requests in a turn of the loop, first come first served.

    A request that costs a fraction of a millisecond still adds up where a thousand connections send
    one at once: whatever needs several turns, such as a health check on a new connection or a
    statement's result, would wait for all of them each time.
    """

    def __init__(self, most: int) -> None:
        self._most = self._left = most
        self._waiting: deque[Callable[[], None]] = deque()
        self._counting = False

    def start(self, begin: Callable[[], None]) -> None:
        """Call `begin` now, or in the turn of the loop that has room for it."""
        if not self._left:
            self._waiting.append(begin)
            return
        self._left -= 1
        if not self._counting:
            self._counting = True
            asyncio.get_running_loop().call_soon(self._next_turn)
        begin()

    def _next_turn(self) -> None:
        self._left = self._most
        self._counting = False
        for _ in range(min(len(self._waiting), self._most)):
            self.start(self._waiting.popleft())
