"""Bounds the requests that start in one turn of the event loop."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from kirosample.http.fair_queue import Line, Place

REQUESTS_OF_A_TURN = 64
"""Requests started in one turn of the event loop, unless they take too long together."""

_MIN_REQUESTS_OF_A_TURN = 8

_LONG_TURN_SECONDS = 0.015
"""After a turn that took this long, half as many requests start in the next one."""


class StartQueue:
    """Starts at most `most` requests in a turn of the loop; sites and their clients take turns.

    When a thousand connections send a request at once, even cheap ones add up: work that needs
    several turns, such as a health check on a new connection, would wait for all of them each turn.
    """

    def __init__(self, most: int) -> None:
        self._most = self._now = self._left = most
        self._turn_began = 0.0
        self._waiting = Line()

    def admits(self) -> bool:
        """Whether one more request may start in this turn; if so, counts it."""
        if not self._left:
            return False
        if self._left == self._now:
            self._turn_began = time.perf_counter()
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._left -= 1
        return True

    def wait(self, place: Place, begin: Callable[[], None]) -> None:
        """Call `begin` in a turn with room, when it is the turn of this place."""
        self._waiting.add((*place, begin))

    def _next_turn(self) -> None:
        if time.perf_counter() - self._turn_began > _LONG_TURN_SECONDS:
            self._now = max(self._now // 2, min(self._most, _MIN_REQUESTS_OF_A_TURN))
        else:
            self._now = min(self._now * 2, self._most)
        self._left = self._now
        while self._waiting.waiting and self.admits():
            place = self._waiting.next()
            self._waiting.remove(place)
            begin: Any = place[-1]
            begin()
