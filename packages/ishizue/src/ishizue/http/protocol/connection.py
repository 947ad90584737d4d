"""One connection: uvicorn's HTTP protocol with bounds, an orderly close, and a fast path.

uvicorn's own closes an idle connection the moment the server stops, over a request that is still in
the socket; accepts a head of any length; waits forever for the rest of a request; queues any number
of pipelined requests; and when the client leaves tells only the latest of them.
"""

import re
import time
from enum import Enum, auto
from functools import partial
from typing import Any

import httptools
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ishizue.health import LIVENESS_PATH
from ishizue.http.exchange import Exchange
from ishizue.http.fair_queue import Place
from ishizue.http.protocol.access_log import AccessLog
from ishizue.http.protocol.arrivals import Arrival, Arrivals
from ishizue.http.protocol.bounds import Backlog, ConnectionLimit, StartQueue, reset
from ishizue.http.protocol.fast_path import FastPath
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
from ishizue.http.security.clients import place_of
from ishizue.http.security.headers import security_lines
from ishizue.http.security.proxies import TrustedProxies
from ishizue.http.wire import start, wire_response
from ishizue.limits import ARRIVAL_SECONDS

PIPELINED_REQUESTS = 32
"""Requests that a connection may send before the first is answered."""

_PARSED_BYTES = 4 * 1024
"""What the parser gets at a time. `HEAD_BYTES` is checked after each such piece of a read."""

_LINGERING_SECONDS = 2
"""How long the rest of a refused request is read and discarded before closing."""

_CLOSING_SECONDS = 0.1
"""How long an idle connection is still read at shutdown, for a request on its way."""

_PARTS = re.compile(rb".+?\r\n\r\n|.+", re.DOTALL)
"""Splits what was read after each blank line."""

_NOT_HTTP = (400, "Invalid HTTP request received.")
_BUSY = (503, "The service is busy at the moment. Please try again shortly.")


class _Refused(Exception):
    """Raised in a parser callback to stop the parser. Its arguments are those of `_refuse`."""


class _Input(Enum):
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
_NEXT, _REQUEST, _LAST_REQUEST, _BUFFERED, _IGNORED, _DISCARDED = _Input
_ARRIVING = (_REQUEST, _LAST_REQUEST)
_OVER = (_IGNORED, _DISCARDED)


class Connection(HttpToolsProtocol):
    """One connection, with one timer.

    A timer for each deadline would cost more than some responses. This one fires at the earliest
    that may be due, finds out which are, and is set again.
    """

    def __init__(
        self,
        *arguments: Any,
        limit: ConnectionLimit,
        backlog: Backlog,
        starts: StartQueue,
        heads: Arrivals,
        bodies: Arrivals,
        proxies: TrustedProxies,
        fast_path: FastPath | None = None,
        log: AccessLog | None = None,
        **named: Any,
    ) -> None:
        self._limit = limit
        self._backlog = backlog
        self._starts = starts
        self._heads = heads
        self._bodies = bodies
        self._proxies = proxies
        self._fast_path = fast_path
        self._log = log
        self.peer = ""
        self.peer_is_trusted = False
        self.descriptor = -1
        self.closing = False  # the server stops
        self.half_closed = False  # the client has finished sending
        self._input = _NEXT
        self._held = b""  # what arrived while BUFFERED
        self._started: Any = None  # the request that was started last, or waits in `_next`
        self._next: tuple[Any, Any] | None = None  # the request that waits for the client to read
        self._place: Place = ()  # where a request waits for a turn in which it may start
        self._sending = b""  # the body of the response that is being written
        self._refusal: tuple[int, str] | None = None  # sent after the responses to earlier requests
        self._head_bytes = 0  # of the latest request, all but its body
        self._head: Arrival | None = None  # the request that is arriving, without its body
        self._body: Arrival | None = None  # its body
        self._in_request_line = False
        self._target_has_raw_bytes = False  # bytes from 0x80, which the parser got encoded
        self.active_at = time.perf_counter()
        super().__init__(*arguments, **named)

    def is_idle(self) -> bool:
        """Whether no request awaits a response."""
        is_served = self.cycle is None or self.cycle.response_complete
        return is_served and self._input is not _BUFFERED

    @property
    def _is_arriving(self) -> bool:
        return self._input in _ARRIVING

    @property
    def _is_over(self) -> bool:
        """Whether no further request is served."""
        return self._input in _OVER

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # any byte that is unsent pauses writing
        self.peer = self.client[0] if self.client else ""
        if self._fast_path:
            self.descriptor = transport.get_extra_info("socket").fileno()
            self.peer_is_trusted = bool(self._fast_path.proxies.trusts(self.peer))
        self._look_again_after(ARRIVAL_SECONDS)
        self._limit.admit(self, self.connections)

    def data_received(self, data: bytes) -> None:
        if (
            self._fast_path is None
            or self._input is not _NEXT
            or self.closing
            or self.half_closed
            or (self.cycle is not None and not self.cycle.response_complete)
            or self.flow.write_paused
            or not data.startswith(b"GET ")
            or not self._fast_path.serve(self, data)
        ):
            self.parse(data)

    def write(self, head: bytes, body: bytes, sent: int = 0) -> None:
        """Write a response but for its first `sent` bytes. The body is not copied."""
        if not body:
            self.transport.write(head[sent:])
            return
        rest = memoryview(body)[sent - len(head) :] if sent > len(head) else body
        self._sending = body
        self.transport.writelines((head[sent:], rest))
        self._sending = b""

    def pause_writing(self) -> None:
        """The kernel took only a part of the response: the client reads more slowly."""
        self._backlog.add(self, self._sending)
        super().pause_writing()

    def resume_writing(self) -> None:
        """The kernel has the rest: start the request that waits for this."""
        self._backlog.remove(self)
        super().resume_writing()
        if self._next:
            self._start_asgi_task(*self._next)

    def buffer(self) -> None:
        """Keep what arrives until `take`: the fast path waits for a flight."""
        self._input = _BUFFERED

    def take(self) -> bytes:
        """Return what has arrived since `buffer`."""
        held, self._held = self._held, b""
        self._hold(0)
        self._input = _NEXT
        return held

    def parse(self, data: bytes) -> None:
        """Have uvicorn's protocol serve these bytes."""
        if self._input is _BUFFERED:
            self._held += data
            self.flow.pause_reading()
            self._hold(len(self._held))
            return
        self._parse(data)
        self._hold(self._head_bytes if self._is_arriving else 0)

    def _parse(self, data: bytes) -> None:
        for at in range(0, len(data), _PARSED_BYTES):
            if self._is_over or self.transport.is_closing():
                return
            piece = data[at : at + _PARSED_BYTES]
            try:
                self._feed(piece)
            except httptools.HttpParserUpgrade:
                return  # the last request is complete, and what follows it is not HTTP
            except httptools.HttpParserError as error:
                if not self._is_over:
                    cause = error.__context__
                    self._refuse(*(cause.args if isinstance(cause, _Refused) else _NOT_HTTP))
                return
            if self._is_arriving:
                self._head_bytes += len(piece)
                if self._head_bytes > HEAD_BYTES:
                    self._refuse(431, f"The head of the request is over {HEAD_BYTES} bytes.")
        if self.half_closed:
            self._close_after_latest()

    def _hold(self, size: int) -> None:
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
            if self._input is _NEXT:
                part = part.lstrip(b"\r\n")  # RFC 9112, 2.2
                self._in_request_line = True
            if self._in_request_line:
                line = part.partition(b"\n")[0]
                self._in_request_line = line == part
                if not line.isascii():
                    self._target_has_raw_bytes = True
                    part = percent_encoded(line) + part[len(line) :]
            self.parser.feed_data(part)

    def connection_lost(self, exc: Exception | None) -> None:
        self._backlog.remove(self)
        self._hold(0)
        self._give_up()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task:
            self.timeout_keep_alive_task.cancel()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio.Protocol has it
        """A client that has finished sending (TCP half-close) still gets its responses."""
        was_answered = self._input is _DISCARDED and not self._refusal
        if was_answered or self._body_is_cut_off() or self.is_idle():
            return False
        self._complete_input()
        self.half_closed = True
        self._close_after_latest()
        return True

    def _body_is_cut_off(self) -> bool:
        """Whether the request in progress never gets the rest of its body; drops one that waits."""
        cycle = self.cycle
        if not (self._is_arriving and cycle and not cycle.response_complete and cycle.more_body):
            return False
        if not self.pipeline:
            return True
        _end(self.pipeline.popleft()[0])
        self.cycle = self.pipeline[0][0] if self.pipeline else self._started
        return False

    def _close_after_latest(self) -> None:
        """Have the response to the latest request close the connection, unless a refusal does."""
        if self.cycle is not None and not self.cycle.response_complete and not self._refusal:
            self.cycle.keep_alive = False

    def on_message_begin(self) -> None:
        if self._input is _IGNORED:
            raise _Refused
        self._input = _REQUEST
        self._head_bytes = 0
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
            self._input = _LAST_REQUEST

    def on_body(self, body: bytes) -> None:
        self._head_bytes -= len(body)
        super().on_body(body)
        if not self.cycle.response_complete:
            self._count_body(len(body))

    def _count_body(self, size: int) -> None:
        """Count bytes until the application is done with the request. Raises _Refused."""
        scope: dict[str, Any] = self.cycle.scope  # type: ignore[assignment]
        if self._body is None:
            _, site, _ = place_of(self._proxies.client(scope))
            self._body = Arrival(self, site)
            scope["exchange"].on_end = partial(self._bodies.remove, self._body)
        for lost in self._bodies.count(self._body, self._body.size + size):
            lost.connection.lose_body()
        if self._is_over:
            raise _Refused

    def lose_body(self) -> None:
        """Refuse the request whose body is arriving."""
        self.cycle.body = bytearray()
        self._refuse(*_BUSY)

    def on_message_complete(self) -> None:
        if self._body:
            self._body.is_whole = True
            self._body = None
        self._complete_input()
        super().on_message_complete()

    def _complete_input(self) -> None:
        """Nothing more of the request arrives."""
        if self._input is _REQUEST:
            self._input = _NEXT
        elif self._input is _LAST_REQUEST:
            self._input = _IGNORED

    def on_response_complete(self) -> None:
        self.active_at = time.perf_counter()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._send_refusal(*self._refusal)

    def timeout_keep_alive_handler(self) -> None:
        patience = ARRIVAL_SECONDS if self._is_arriving else self.timeout_keep_alive
        left = self.active_at + patience - time.perf_counter()
        if not self.is_idle() or self.transport.get_write_buffer_size():
            self._look_again_after(ARRIVAL_SECONDS)
        elif left > 0:
            self._look_again_after(left)
        else:
            super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        self.closing = True
        if self.is_idle():
            self.loop.call_later(_CLOSING_SECONDS, self._close_if_idle)
        else:
            self._close_after_latest()

    def end(self) -> None:
        """Close after the last response.

        The rest of its request is read and dropped for a moment: the kernel would reset the
        connection over unread bytes, and the client might see that instead of the response.
        """
        self._drop_waiting()  # no response may follow the last one
        self._refusal = None
        is_incomplete = self._is_arriving or self._input is _DISCARDED
        if is_incomplete and not self.half_closed:
            self._input = _DISCARDED
            self.transport.write_eof()
            self.loop.call_later(_LINGERING_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _refuse(self, status: int, why: str) -> None:
        """Stop parsing. Send this after the responses to the requests before it, and close."""
        if self._is_arriving and self.url and self.parser.get_method() == b"HEAD":
            why = ""  # a response to HEAD has no body
        is_cut_off = self._body_is_cut_off()
        self._input = _DISCARDED
        if is_cut_off:
            if self.cycle.response_started:
                self.transport.abort()  # the client would take the refusal for a part of it
                return
            self._give_up()
        elif not self.is_idle():
            self._refusal = (status, why)
            return
        self._send_refusal(status, why)

    def _send_refusal(self, status: int, why: str) -> None:
        headers = {"Connection": "close"} | ({"Retry-After": "2"} if status == 503 else {})
        refusal = wire_response(PlainTextResponse(why, status, headers))
        begin = start(refusal.status, self.server_state.default_headers)
        head = begin + refusal.headers + security_lines("http") + b"\r\n"
        self.transport.write(head + refusal.body)
        self.end()
        if self._log:
            self._log.refused(status, len(why), self.peer)

    def _give_up(self) -> None:
        """The client no longer reads: end the current request, drop those behind it."""
        self._drop_waiting()
        if self._next or self._place:
            _end(self._started)
        self._next = None
        if self._place:
            self._starts.leave(self._place)
            self._place = ()
        if self._started is not None:
            self._started.scope["exchange"].leave()
            if not self._started.response_complete:
                self._started.disconnected = True
                self._started.message_event.set()

    def _drop_waiting(self) -> None:
        for cycle, _ in self.pipeline:
            _end(cycle)
        self.pipeline.clear()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Start the request in its turn, once the client has taken the response before it."""
        self._started = cycle
        self._next = (cycle, app) if self.flow.write_paused else None
        if self._next:
            return
        exchange: Exchange = cycle.scope["exchange"]
        exchange.connection = self
        exchange.cycle = cycle
        exchange.began = time.perf_counter()
        if self._starts.admits():
            super()._start_asgi_task(cycle, app)
            return
        place = place_of(self._proxies.client(cycle.scope))
        _, site, _ = place
        if cycle.scope["path"] == LIVENESS_PATH and self._starts.admits_check(site):
            super()._start_asgi_task(cycle, app)
        else:
            self._place = (*place, partial(self._start_in_turn, cycle, app))
            self._starts.wait(self._place)

    def _start_in_turn(self, cycle: Any, app: Any) -> None:
        self._place = ()
        super()._start_asgi_task(cycle, app)

    def _look_again_after(self, seconds: float) -> None:
        """Fire the timer then, or after the shortest deadline that may have begun by then."""
        self.timeout_keep_alive_task = self.loop.call_later(
            min(seconds, ARRIVAL_SECONDS, self.timeout_keep_alive), self.timeout_keep_alive_handler
        )

    def _close_if_idle(self) -> None:
        if self.is_idle():
            self.transport.close()


def _end(cycle: Any) -> None:
    """Forget a request that never starts."""
    cycle.scope["exchange"].end()
