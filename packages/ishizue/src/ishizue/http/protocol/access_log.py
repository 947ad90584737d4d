"""Logs responses that are sent before a request object exists."""

import time
from collections.abc import Callable
from functools import lru_cache

from ishizue.http.protocol.head import Forwarded
from ishizue.http.security.clients import TrustedProxies
from ishizue.telemetry import RequestLog
from ishizue.telemetry.request_log import NO_ROUTE, network, trace_id

_FORWARDED_LENGTH = 100
"""Characters at the end of a list that count: what a client writes before them is not cached."""


class AccessLog:
    """Logs what the application would log for the same request, and caches how it is written.

    `route_of` gives the route of a path.
    """

    def __init__(
        self, log: RequestLog, route_of: Callable[[str], str], proxies: TrustedProxies
    ) -> None:
        self._log = log
        self._proxies = proxies
        self._route_of = route_of
        self._about = lru_cache(maxsize=512)(self._about_get)
        self._client = lru_cache(maxsize=512)(self._client_of)

    def served(
        self, target: bytes, status: int, length: int, began: float, peer: str, forwarded: Forwarded
    ) -> None:
        """Log a GET. `forwarded` is what the peer adds, if it is a trusted proxy."""
        _, addresses, trace = forwarded
        client = self._client(peer, addresses[-_FORWARDED_LENGTH:]) if addresses else network(peer)
        traced = trace_id(trace) if trace else ""
        self._log.write(self._about(target, status, length), status, began, client, traced)

    def refused(self, status: int, length: int, peer: str) -> None:
        """Log the response to what could not be parsed."""
        now = time.perf_counter()
        self._log.record("?", NO_ROUTE, status, length, now, network(peer), "")

    def _about_get(self, target: bytes, status: int, length: int) -> str:
        path = target.partition(b"?")[0].decode("latin-1")
        return self._log.fields("GET", self._route_of(path), status, length)

    def _client_of(self, peer: str, forwarded_for: bytes) -> str:
        headers = [(b"x-forwarded-for", forwarded_for)]
        scope = {"client": (peer, 0), "scheme": "http", "headers": headers}
        self._proxies.forward(scope)
        return network(scope["client"][0])
