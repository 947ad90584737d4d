"""How many connections are open at once: a new one takes the place of the one idle for longest."""

import logging
import time
from collections.abc import Collection
from heapq import nsmallest
from typing import Any, Protocol

log = logging.getLogger(__name__)

_LOG_SECONDS = 60


class Connection(Protocol):
    """What the limit needs to know of a connection."""

    transport: Any
    active_at: float
    """When it last did something, by `time.perf_counter`."""

    def is_idle(self) -> bool:
        """Whether no request awaits a response."""


class ConnectionLimit:
    """Keeps the open connections of a server at `most`, below what the process may have open."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._closed = 0
        self._logged_at = float("-inf")

    def admit(self, new: Connection, connections: Collection[Any]) -> None:
        """Make room for `new`, which is one of `connections`; close it where none of them is idle.

        Finding the oldest looks at all of them, so one look makes room for many.
        """
        if len(connections) <= self._most:
            return
        idle = [one for one in connections if one is not new and one.is_idle()]
        for one in nsmallest(self._most // 32 + 1, idle, key=lambda one: one.active_at) or [new]:
            one.transport.abort()
            self._closed += 1
        if time.monotonic() - self._logged_at > _LOG_SECONDS:
            log.warning(
                "%d connections are open, the most that are allowed: closed %d, idle ones first",
                self._most,
                self._closed,
            )
            self._logged_at, self._closed = time.monotonic(), 0
