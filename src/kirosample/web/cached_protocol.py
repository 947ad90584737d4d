"""The page cache in the HTTP protocol: what is ready is written before anything else is made.

A whole request, alone in what was read, for an address that the page cache has ready, is answered
from its bytes. Everything else goes to uvicorn's own protocol as it came, and the bytes of both
answers are the same but for the date. Why: docs/decisions/0005-page-cache-in-the-protocol.md.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from kirosample.http_protocol import ClosingProtocol, lines
from kirosample.web.compression import takes_gzip
from kirosample.web.early_log import EarlyLog
from kirosample.web.heads import ACCEPT_ENCODING, FORWARDED_PROTO, IF_NONE_MATCH, Head
from kirosample.web.page_cache import PageCache, matches
from kirosample.web.security import security_headers


class Answered(Protocol):
    """Is told of every answer that was given here: its address, status and length in bytes."""

    def __call__(self, address: bytes, status: int, length: int) -> None: ...


class ReadyAnswers:
    """What all connections of one server share: the pages, and which proxies are believed."""

    def __init__(
        self,
        cache: PageCache,
        trusts: Callable[[str], bool | None],
        log: EarlyLog | None = None,
    ) -> None:
        self.cache = cache
        self.trusts = trusts
        self.log = log
        self.answered: Answered | None = None
        self.endings = {
            scheme: lines(security_headers(scheme)) + b"\r\n" for scheme in ("http", "https")
        }
        self._dated: list[tuple[bytes, bytes]] | None = None
        self._openings = {200: b"", 304: b""}
        self.whole = _WholeRequest()

    def opening(self, status: int, default_headers: list[tuple[bytes, bytes]]) -> bytes:
        """The status line and uvicorn's headers: it makes a new list of them every second."""
        if default_headers is not self._dated:
            self._dated, dated = default_headers, lines(default_headers)
            self._openings = {known: STATUS_LINE[known] + dated for known in (200, 304)}
        return self._openings[status]


class CachedProtocol(ClosingProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, shared: ReadyAnswers, **named: Any) -> None:
        self._shared = shared
        self._peer, self._trusted = "", False
        self._within = False
        self._active_at = float("-inf")
        super().__init__(*arguments, **named)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._peer = self.client[0] if self.client else ""
        self._trusted = bool(self._shared.trusts(self._peer))

    def data_received(self, data: bytes) -> None:
        if (
            self._within
            or self.closing
            or (self.cycle is not None and not self.cycle.response_complete)
            or self.flow.write_paused
            or not self._answer(data)
        ):
            super().data_received(data)

    def on_message_begin(self) -> None:
        self._within = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._within = False
        super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        # Set once and looked at when it runs out: a timer for each answer would cost more.
        left = self._active_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._keep_alive_for(left)
        else:
            super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        answered = self.is_idle()  # else it is dropped
        super().send_400_response(msg)
        if answered and self._shared.log:
            self._shared.log.not_http(len(msg), self._peer)

    def _give_up(self) -> None:
        if self._answering is not None:
            self._answering.scope["lost"] = True
        super()._give_up()

    def _answer(self, data: bytes) -> bool:
        """Answer the request if it can be answered at once."""
        began = time.perf_counter()
        end = data.find(b" ", 4)
        address = data[4:end]
        head = Head(data)
        accepted = head.first(ACCEPT_ENCODING)
        gzip = accepted is not None and takes_gzip(accepted.decode("latin-1"))
        ready = self._shared.cache.find(address, gzip=gzip)
        if ready is None or not self._is_whole_get(data, end):
            return False
        status, headers, body = 200, ready.headers, ready.body
        tags = head.first(IF_NONE_MATCH)
        if tags is not None and matches(tags.decode("latin-1"), ready.etag):
            status, headers, body = 304, ready.headers_304, b""
        self._write(head, address, status, headers, body, began)
        return True

    def _is_whole_get(self, data: bytes, end: int) -> bool:
        """Whether this is one whole GET that keeps the connection; its address ends at `end`."""
        return (
            data.startswith(b"GET ")
            and data.startswith(b" HTTP/1.1\r\n", end)
            and data.find(b"\r\n\r\n") == len(data) - 4
            and self._shared.whole.check(data)
        )

    def _write(
        self,
        head: Head,
        address: bytes,
        status: int,
        headers: bytes,
        body: bytes,
        began: float,
    ) -> None:
        shared, scheme = self._shared, "http"
        if self._trusted and (head.first(FORWARDED_PROTO) or b"").strip().lower() == b"https":
            scheme = "https"
        opening = shared.opening(status, self.server_state.default_headers)
        self.transport.write(b"".join((opening, headers, shared.endings[scheme], body)))
        self.server_state.total_requests += 1
        self._begin_keep_alive()
        if shared.answered:
            shared.answered(address, status, len(body))
        if shared.log:
            length = len(body)
            shared.log.answered(head, address, status, length, began, self._peer, self._trusted)

    def _begin_keep_alive(self) -> None:
        self._active_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._keep_alive_for(self.timeout_keep_alive)

    def _keep_alive_for(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )


class _WholeRequest:
    """uvicorn's parser without the callbacks that build a request: a header costs it no call."""

    def __init__(self) -> None:
        self._keeps_alive = False
        self._parser = httptools.HttpRequestParser(self)

    def on_message_complete(self) -> None:
        self._keeps_alive = self._parser.should_keep_alive()

    def check(self, data: bytes) -> bool:
        """Whether this is one well-formed request, without a body, that keeps the connection."""
        self._keeps_alive = False
        with suppress(httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._parser.feed_data(data)
            if self._keeps_alive:
                return True
        self._parser = httptools.HttpRequestParser(self)  # the other one stopped somewhere within
        return False
