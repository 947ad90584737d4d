"""Telling of answers that the HTTP protocol gives before there is a request in the usual sense."""

import time
from collections.abc import Callable
from functools import lru_cache

from kirosample.telemetry import RequestLog
from kirosample.telemetry.networks import network
from kirosample.telemetry.request_log import NO_ROUTE, trace_id
from kirosample.web.protocol.heads import Forwarded
from kirosample.web.security import TrustedProxies

_FORWARDED_LENGTH = 100
"""The end of the list is what counts, and what a client writes before it is not remembered."""


class EarlyLog:
    """Says what the usual way would say of the same request, found once and remembered.

    `route` is the path of the rule that serves a path.
    """

    def __init__(
        self, log: RequestLog, route: Callable[[str], str], proxies: TrustedProxies
    ) -> None:
        self._log = log
        self._proxies = proxies
        self._route = route
        self._about = lru_cache(maxsize=512)(self._about_get)
        self._client = lru_cache(maxsize=512)(self._client_of)

    def answered(
        self,
        address: bytes,
        status: int,
        length: int,
        began: float,
        peer: str,
        forwarded: Forwarded,
    ) -> None:
        """A GET was answered. What the peer adds counts, if it is a proxy that is believed."""
        _, addresses, trace = forwarded
        client = self._client(peer, addresses[-_FORWARDED_LENGTH:]) if addresses else network(peer)
        told = trace_id(trace) if trace else ""
        self._log.tell(self._about(address, status, length), status, began, client, told)

    def refused(self, status: int, length: int, peer: str) -> None:
        """What came could not be read, and this was the answer."""
        now = time.perf_counter()
        self._log.answered("?", NO_ROUTE, status, length, now, network(peer), "")

    def _about_get(self, address: bytes, status: int, length: int) -> str:
        path = address.partition(b"?")[0].decode("latin-1")
        return self._log.about("GET", self._route(path), status, length)

    def _client_of(self, peer: str, forwarded_for: bytes) -> str:
        headers = [(b"x-forwarded-for", forwarded_for)]
        scope = {"client": (peer, 0), "scheme": "http", "headers": headers}
        self._proxies.forward(scope)
        return network(scope["client"][0])
