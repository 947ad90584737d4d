"""Bounds the open connections: a new one replaces the one that has been idle for longest."""

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
    """The time of its last activity, by `time.perf_counter`."""

    def is_idle(self) -> bool:
        """Whether no request awaits a response."""


class ConnectionLimit:
    """Keeps a server at `most` open connections, below the process's limit of open files."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._closed = 0
        self._logged_at = float("-inf")

    def admit(self, new: Connection, connections: Collection[Any]) -> None:
        """Make room for `new`, one of `connections`; close it if no other is idle.

        Finding the oldest scans all connections, so each scan makes room for many.
        """
        if len(connections) <= self._most:
            return
        idle = [one for one in connections if one is not new and one.is_idle()]
        for one in nsmallest(self._most // 32 + 1, idle, key=lambda one: one.active_at) or [new]:
            one.transport.abort()
            self._closed += 1
        if time.monotonic() - self._logged_at > _LOG_SECONDS:
            log.warning(
                "%d connections are open, the limit: closed %d, idle ones first",
                self._most,
                self._closed,
            )
            self._logged_at, self._closed = time.monotonic(), 0
