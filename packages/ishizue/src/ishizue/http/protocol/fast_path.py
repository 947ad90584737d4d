"""The fast path: serves a GET before a request object exists.

It serves a request that is alone in what was read, if the response to its target is ready or many
share the read of it. uvicorn's protocol gets everything else as it came; both send the same bytes
but for the date. Why: docs/decisions/0005-page-cache-in-the-protocol.md.
"""

import time
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

import httptools

from ishizue.http.caching.page_cache import CacheEntry, PageCache, matches
from ishizue.http.context import Exchange, ServedConnection
from ishizue.http.protocol.head import (
    HEAD_BYTES,
    HEAD_FIELDS,
    HOST,
    NOT_FORWARDED,
    VALUE_BYTES,
    Forwarded,
    agent,
    conditions,
    forwarded,
    has_long_line,
)
from ishizue.http.security.clients import TrustedProxies
from ishizue.http.security.headers import SecurityHeaders
from ishizue.http.wire import Assembler, SharedPage, WireResponse, takes_gzip
from ishizue.storage.single_flight import Flight
from ishizue.telemetry import RequestLog
from ishizue.telemetry.request_log import CLIENT_LEFT, NO_ROUTE, network, trace_id

_FORWARDED_LENGTH = 100
"""Characters at the end of a list that count: what a client writes before them is not cached."""

SharedReads = Mapping[bytes, Callable[[], Flight[SharedPage]]]
"""Functions by request target; each returns the flight that a request may still join. A page is
never older than its request."""


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
        self, target: bytes, status: int, length: int, began: float, peer: str, added: Forwarded
    ) -> None:
        """Log a GET. `added` is what the peer adds, if it is a trusted proxy."""
        _, addresses, trace = added
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


class FastPath:
    """One for all connections of a server: `shared_reads`, and what is ready in the page cache."""

    def __init__(
        self,
        page_cache: PageCache,
        shared_reads: SharedReads,
        proxies: TrustedProxies,
        log: AccessLog | None = None,
        *,
        security_of: Callable[[bytes], SecurityHeaders],
    ) -> None:
        self.shared_reads = shared_reads
        self.proxies = proxies
        self.log = log
        self.on_served: Callable[[bytes, int, bytes], None] | None = None
        """Called with the request target, the status and the `User-Agent` of each GET."""

        self._security_of = security_of
        self._page_cache = page_cache
        self._check = _RequestCheck()
        self._assembler = Assembler(page_cache.now)

    def serve(self, connection: ServedConnection, data: bytes) -> bool:
        """Serve the GET that `data` is, now or when its flight lands; False if it cannot be."""
        if len(data) > VALUE_BYTES and has_long_line(data):
            return False
        began = time.perf_counter()
        end = data.find(b" ", 4)
        target = data[4:end]
        lowered = data.lower()
        accepted, tags = conditions(data, lowered)
        gzip = accepted != b"" and takes_gzip(accepted)
        join = self.shared_reads.get(target)
        hit: Flight[SharedPage] | CacheEntry | None = (
            join() if join else self._page_cache.find(target, gzip=gzip)
        )
        if hit is None or not self._check.is_whole(data, lowered, end):
            return False
        if isinstance(hit, CacheEntry):
            known = (
                tags != b""
                and matches(tags.decode("latin-1"), hit.etag)
                and self._page_cache.now() <= hit.last_stored
            )
            response = hit.not_modified if known else hit.ok
            self._send(connection, response, data, lowered, target, began)
        else:
            connection.buffer()
            hit.add_callback(partial(self._land, connection, data, target, gzip, began))
        return True

    def _land(
        self,
        connection: ServedConnection,
        data: bytes,
        target: bytes,
        gzip: bool,
        began: float,
        outcome: SharedPage | Exception,
    ) -> None:
        """Respond with what the flight brought."""
        held = connection.take()
        lowered = data.lower()
        if connection.transport.is_closing():
            if self.log:
                added = forwarded(data, lowered) if connection.peer_is_trusted else NOT_FORWARDED
                self.log.served(target, CLIENT_LEFT, 0, began, connection.peer, added)
            return
        is_last = (connection.closing or connection.half_closed) and not held
        if is_last or isinstance(outcome, Exception):
            # The application renders errors, and uvicorn adds `Connection: close`.
            connection.parse(data)
            exchange: Exchange = connection.cycle.scope["exchange"]  # type: ignore[typeddict-item]
            exchange.began = began
            exchange.outcome = outcome
        else:
            self._send(connection, outcome.wire(gzip=gzip), data, lowered, target, began)
        if held:
            connection.flow.resume_reading()
            connection.data_received(held)

    def _send(
        self,
        connection: ServedConnection,
        response: WireResponse,
        data: bytes,
        lowered: bytes,
        target: bytes,
        began: float,
    ) -> None:
        """Respond to the request `data`, and log it."""
        added = NOT_FORWARDED
        https = False
        if connection.peer_is_trusted:
            added = forwarded(data, lowered)
            proto = added[0]
            https = self.proxies.https or (proto != b"" and proto.strip().lower() == b"https")
        constant = self._security_of(target).lines("https" if https else "http")
        state = connection.server_state
        assembled = self._assembler.assemble(response, constant, state.default_headers)
        status = response.status
        length = len(response.body)
        # Before it is sent, so that whoever has the response also finds it counted.
        connection.active_at = began
        if self.on_served:
            self.on_served(target, status, agent(data, lowered))
        assembled.send(connection)
        if self.log:
            self.log.served(target, status, length, began, connection.peer, added)


class _RequestCheck:
    """uvicorn's parser without the callbacks that build a request: a header costs it no call."""

    def __init__(self) -> None:
        self._keeps_alive = False
        self._parser = httptools.HttpRequestParser(self)

    def on_message_complete(self) -> None:
        self._keeps_alive = self._parser.should_keep_alive()

    def is_whole(self, data: bytes, lowered: bytes, end: int) -> bool:
        """Whether this is one well-formed request, without a body, that keeps the connection.

        Its target ends at `end`.
        """
        if len(data) > HEAD_BYTES:
            return False
        # The shortest field has four bytes: short heads need no count.
        if len(data) > 4 * HEAD_FIELDS and data.count(b"\r\n") > HEAD_FIELDS + 2:
            return False
        if not data.startswith(b" HTTP/1.1\r\n", end) or data.find(b"\r\n\r\n") != len(data) - 4:
            return False
        if lowered.count(HOST) != 1:
            return False
        self._keeps_alive = False
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._keeps_alive = False
        if not self._keeps_alive:
            self._parser = httptools.HttpRequestParser(self)  # the other one is within a request
        return self._keeps_alive
