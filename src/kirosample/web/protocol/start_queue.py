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

    def admits(self) -> bool:
        """Whether one more request may begin in this turn, which counts it then."""
        if not self._left:
            return False
        if self._left == self._most:
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._left -= 1
        return True

    def wait(self, begin: Callable[[], None]) -> None:
        """Call `begin` in the turn that has room for it, behind those that wait already."""
        self._waiting.append(begin)

    def _next_turn(self) -> None:
        self._left = self._most
        while self._waiting and self.admits():
            self._waiting.popleft()()
