"""What a server serves: an application, and the fast path in front of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ishizue.http.dispatch import Application
from ishizue.http.protocol import bounds
from ishizue.http.protocol.bounds import Arrival, Arrivals
from ishizue.http.protocol.connection import Connection
from ishizue.http.protocol.fast_path import AccessLog, FastPath, SharedReads
from ishizue.http.service_state import ServiceState
from ishizue.limits import max_unsent_bytes
from ishizue.memory import memory_limit
from ishizue.telemetry import RequestLog

_HEADS_BYTES = 64 * 1024**2
"""Maximum size of all heads that are not whole; less on a small machine."""


class Service:
    """An application behind the fast path."""

    def __init__(
        self,
        application: Application[Any],
        service_state: ServiceState,
        shared_reads: SharedReads,
        log: RequestLog | None = None,
    ) -> None:
        self.application = application
        self.service_state = service_state
        self._log = AccessLog(log, application.route_of, service_state.proxies) if log else None
        self.fast_path = FastPath(
            service_state.page_cache,
            shared_reads,
            service_state.proxies,
            self._log,
            security_of=application.security_of,
        )

    def call_when_served(self, called: Callable[[bytes, int, bytes], None]) -> None:
        """Call this with the target, the status and the `User-Agent` of each GET."""
        self.application.on_served = self.fast_path.on_served = called

    def protocol(
        self, most_connections: int, *, fast_path: bool = True
    ) -> Callable[..., Connection]:
        """The factory of a server's connections."""
        most = max_unsent_bytes(memory_limit())
        most_of_heads = min(most, _HEADS_BYTES)
        return partial(
            Connection,
            limit=bounds.ConnectionLimit(most_connections),
            backlog=bounds.Backlog(most),
            heads=Arrivals(most_of_heads, most_of_heads, Arrival.smallness),
            bodies=Arrivals(most, most // 8, Arrival.speed),
            starts=bounds.StartQueue(bounds.REQUESTS_OF_A_TURN),
            proxies=self.service_state.proxies,
            fast_path=self.fast_path if fast_path else None,
            log=self._log,
        )
