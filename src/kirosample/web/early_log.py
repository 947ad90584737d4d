"""Telling of answers that the HTTP protocol gives before there is a request in the usual sense."""

import time
from collections.abc import Callable
from functools import lru_cache

from kirosample.telemetry import RequestLog
from kirosample.telemetry.networks import network
from kirosample.telemetry.request_log import NO_ROUTE, trace_id
from kirosample.web.heads import Head
from kirosample.web.security import TrustedProxies

_FORWARDED_FOR, _TRACE = b"x-forwarded-for", b"x-amzn-trace-id"


class EarlyLog:
    """Says what the usual way would say of the same request, found once and remembered.

    `route` is the path of the rule that serves a path.
    """

    def __init__(
        self, log: RequestLog, route: Callable[[str], str], proxies: TrustedProxies
    ) -> None:
        self._log = log
        self._proxies = proxies
        self._route = lru_cache(maxsize=4096)(
            lambda address: route(address.partition(b"?")[0].decode("latin-1"))
        )
        self._client = lru_cache(maxsize=4096)(self._client_of)

    def answered(
        self,
        address: bytes,
        status: int,
        length: int,
        began: float,
        peer: str,
        head: Head | None,
    ) -> None:
        """A GET was answered; `head` is given where the peer is a proxy that is believed."""
        client, trace = "", ""
        if head is not None:
            client = self._client(peer, head.last(_FORWARDED_FOR))
            trace = trace_id(head.first(_TRACE))
        self._log.answered(
            "GET",
            self._route(address),
            status,
            length,
            began=began,
            client=client or network(peer),
            trace=trace,
        )

    def not_http(self, length: int, peer: str) -> None:
        """What came could not be read, and a 400 was the answer."""
        now = time.perf_counter()
        self._log.answered("?", NO_ROUTE, 400, length, began=now, client=network(peer), trace="")

    def _client_of(self, peer: str, forwarded_for: str | None) -> str:
        given = (
            [] if forwarded_for is None else [(b"x-forwarded-for", forwarded_for.encode("latin-1"))]
        )
        scope = {"client": (peer, 0), "scheme": "http", "headers": given}
        self._proxies.forward(scope)
        return network(scope["client"][0])
