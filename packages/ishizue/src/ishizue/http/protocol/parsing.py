"""What arrives on a connection: uvicorn's HTTP protocol, with bounds.

uvicorn's own accepts a head of any length, keeps bodies of any number, and queues any number of
pipelined requests.
"""

import re
import time
from enum import Enum, auto
from functools import partial
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ishizue.http.context import Exchange
from ishizue.http.protocol.bounds import Arrival, Arrivals, reset
from ishizue.http.protocol.head import (
    HEAD_BYTES,
    HEAD_FIELDS,
    LONG_BYTES,
    TARGET_BYTES,
    ambiguity,
    counting,
    is_utf8,
    percent_encoded,
)
from ishizue.http.security.clients import TrustedProxies, place_of

PIPELINED_REQUESTS = 32
"""Requests that a connection may send before the first is answered."""

_PARSED_BYTES = 4 * 1024
"""What the parser gets at a time. `HEAD_BYTES` is checked after each such piece of a read."""

_SMALL_BYTES = 1024
"""A body is counted beyond this size: a smaller one is no larger than a head, which is not."""

_PARTS = re.compile(rb".+?\r\n\r\n|.+", re.DOTALL)
"""Splits what was read after each blank line."""

_NOT_HTTP = (400, "Invalid HTTP request received.")
_BUSY = (503, "The service is busy at the moment. Please try again shortly.")


class _Refused(Exception):
    """Raised in a parser callback to stop the parser. Its arguments are those of `refuse`."""


class Input(Enum):
    """What the connection does with the bytes that arrive."""

    NEXT = auto()
    """The next bytes begin a request."""

    REQUEST = auto()
    """The bytes belong to the request that is arriving."""

    LAST_REQUEST = auto()
    """The bytes belong to the request that is arriving, the last one to be served."""

    BUFFERED = auto()
    """The bytes are kept until `take`: the fast path waits for a flight."""

    IGNORED = auto()
    """The last request has arrived."""

    DISCARDED = auto()
    """The request was refused, or answered before it had arrived: its rest is read and dropped."""


# Looking a member up in its class is slow before Python 3.12.
NEXT, _REQUEST, _LAST_REQUEST, _BUFFERED, _IGNORED, DISCARDED = Input
_ARRIVING = (_REQUEST, _LAST_REQUEST)
_OVER = (_IGNORED, DISCARDED)


class ParsingProtocol(HttpToolsProtocol):
    """Parses the requests of one connection. `Connection` starts them, and sends the responses."""

    def __init__(
        self,
        *arguments: Any,
        heads: Arrivals,
        bodies: Arrivals,
        proxies: TrustedProxies,
        **named: Any,
    ) -> None:
        self._heads = heads
        self._bodies = bodies
        self.proxies = proxies
        self.peer = ""
        self.closing = False  # the server stops
        self.half_closed = False  # the client has finished sending
        self.input = NEXT
        self._held = b""  # what arrived while BUFFERED
        self._head_bytes = 0  # of the latest request, all but its body
        self._head: Arrival | None = None  # the request that is arriving, without its body
        self._body_bytes = 0  # of the latest request
        self._body: Arrival | None = None  # the body that is arriving
        self._in_request_line = False
        self._target_has_raw_bytes = False  # bytes from 0x80, which the parser got encoded
        self.active_at = time.perf_counter()
        super().__init__(*arguments, **named)

    def is_idle(self) -> bool:
        """Whether no request awaits a response."""
        is_served = self.cycle is None or self.cycle.response_complete
        return is_served and self.input is not _BUFFERED

    @property
    def is_arriving(self) -> bool:
        return self.input in _ARRIVING

    @property
    def is_over(self) -> bool:
        """Whether no further request is served."""
        return self.input in _OVER

    def refuse(self, status: int, why: str) -> None:
        """Stop parsing. Send this after the responses to the requests before it, and close."""
        raise NotImplementedError

    def close_after_latest(self) -> None:
        """Have the response to the latest request close the connection, unless a refusal does."""
        raise NotImplementedError

    def buffer(self) -> None:
        """Keep what arrives until `take`: the fast path waits for a flight."""
        self.input = _BUFFERED

    def take(self) -> bytes:
        """Return what has arrived since `buffer`."""
        held, self._held = self._held, b""
        self.hold(0)
        self.input = NEXT
        return held

    def parse(self, data: bytes) -> None:
        """Have uvicorn's protocol serve these bytes."""
        if self.input is _BUFFERED:
            self._held += data
            self.flow.pause_reading()
            self.hold(len(self._held))
            return
        self._parse(data)
        if self.input in _ARRIVING:
            self.hold(self._head_bytes)
        elif self._head:
            self.hold(0)

    def _parse(self, data: bytes) -> None:
        for at in range(0, len(data), _PARSED_BYTES):
            if self.is_over or self.transport.is_closing():
                return
            piece = data[at : at + _PARSED_BYTES]
            try:
                self._feed(piece)
            except httptools.HttpParserUpgrade:
                return  # the last request is complete, and what follows it is not HTTP
            except httptools.HttpParserError as error:
                if not self.is_over:
                    cause = error.__context__
                    self.refuse(*(cause.args if isinstance(cause, _Refused) else _NOT_HTTP))
                return
            if self.is_arriving:
                self._head_bytes += len(piece)
                if self._head_bytes > HEAD_BYTES:
                    self.refuse(431, f"The head of the request is over {HEAD_BYTES} bytes.")
        if self.half_closed:
            self.close_after_latest()

    def hold(self, size: int) -> None:
        """Count what waits for the rest of a request. Beyond the bound connections are reset."""
        if self._head is None:
            if not size:
                return
            _, site, _ = place_of(self.peer)
            self._head = Arrival(self, site)
        for lost in self._heads.count(self._head, size):
            reset(lost.connection.transport)
        if not size:
            self._heads.remove(self._head)
            self._head = None

    def _feed(self, piece: bytes) -> None:
        """Have the parser read this, with the bytes from 0x80 of a target percent-encoded.

        The parser refuses them, but curl sends a target as it was typed, and proxies forward that.
        Requests begin behind blank lines. One that is pipelined right behind a body is not looked
        for: its raw bytes are refused.
        """
        if piece.isascii():  # at most its end begins a target with such bytes
            end = piece.rfind(b"\r\n\r\n") + 4
            parts = [piece] if end in (3, len(piece)) else [piece[:end], piece[end:]]
        else:
            parts = _PARTS.findall(piece)
        for part in parts:
            if self.input is NEXT:
                part = part.lstrip(b"\r\n")  # RFC 9112, 2.2
                self._in_request_line = True
            if self._in_request_line:
                line = part.partition(b"\n")[0]
                self._in_request_line = line == part
                if not line.isascii():
                    self._target_has_raw_bytes = True
                    part = percent_encoded(line) + part[len(line) :]
            self.parser.feed_data(part)

    def on_message_begin(self) -> None:
        if self.input is _IGNORED:
            raise _Refused
        self.input = _REQUEST
        self._head_bytes = self._body_bytes = 0
        self.active_at = time.perf_counter()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self.url += url
        if len(self.url) > TARGET_BYTES:
            raise _Refused(414, f"The request target is longer than {TARGET_BYTES} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header: uvicorn's method, which this replaces, collects any number."""
        headers = self.headers
        if len(headers) >= HEAD_FIELDS:
            raise _Refused(431, f"The request has more than {HEAD_FIELDS} header fields.")
        name = name.lower()
        if len(value) > LONG_BYTES:
            try:
                counts = counting(name, value)
            except ValueError as error:
                raise _Refused(431, str(error)) from None
            if counts is None:
                return
            value = counts
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        headers.append((name, value))

    def _should_upgrade(self) -> bool:
        """Nothing is: uvicorn's would split each `Connection`, again for each part of a body."""
        return False

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= PIPELINED_REQUESTS:
            raise _Refused(400, f"More than {PIPELINED_REQUESTS} requests await a response.")
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # may have extra keys
        exchange = scope["exchange"] = Exchange(self.headers)
        if self._target_has_raw_bytes:
            self._target_has_raw_bytes = False
            if not is_utf8(self.url):
                raise _Refused(400, "The request target is not valid UTF-8.")
        upgrades = self.parser.should_upgrade()
        version = self.parser.get_http_version()
        if why := ambiguity(self.headers, exchange.headers, version, upgrades=upgrades):
            raise _Refused(400, why)
        super().on_headers_complete()
        self.headers = []  # of trailers, which are never merged into the headers (RFC 9110, 6.5.1)
        # The parser reads nothing as HTTP after an offer to upgrade; the offer itself is ignored.
        if self.closing or upgrades:
            self.cycle.keep_alive = False
        if not self.cycle.keep_alive:
            self.input = _LAST_REQUEST

    def on_body(self, body: bytes) -> None:
        self._head_bytes -= len(body)
        super().on_body(body)
        self._body_bytes += len(body)
        if self._body_bytes > _SMALL_BYTES and not self.cycle.response_complete:
            self._count_body()

    def _count_body(self) -> None:
        """Count the body until the application is done with the request. Raises _Refused."""
        scope: dict[str, Any] = self.cycle.scope  # type: ignore[assignment]
        if self._body is None:
            _, site, _ = place_of(self.proxies.client(scope))
            self._body = Arrival(self, site)
            scope["exchange"].on_end = partial(self._bodies.remove, self._body)
        for lost in self._bodies.count(self._body, self._body_bytes):
            lost.connection.lose_body()
        if self.is_over:
            raise _Refused

    def lose_body(self) -> None:
        """Refuse the request whose body is arriving."""
        self.cycle.body = bytearray()
        self.refuse(*_BUSY)

    def on_message_complete(self) -> None:
        if self._body:
            self._body.is_whole = True
            self._body = None
        self.complete_input()
        super().on_message_complete()

    def complete_input(self) -> None:
        """Nothing more of the request arrives."""
        if self.input is _REQUEST:
            self.input = NEXT
        elif self.input is _LAST_REQUEST:
            self.input = _IGNORED
