"""uvicorn's HTTP protocol, with bounds on what one connection may ask and how it ends."""

import fcntl
import socket
import struct
import sys
import termios
import time
from array import array
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import httptools
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kirosample.limits import (
    ARRIVAL_SECONDS,
    CLOSING_SECONDS,
    HEAD_BYTES,
    LINGERING_SECONDS,
    PIPELINED_REQUESTS,
    STALL_SECONDS,
    TARGET_BYTES,
)
from kirosample.web.protocol.answers import Header, opening, written
from kirosample.web.protocol.connection_limit import ConnectionLimit
from kirosample.web.protocol.start_queue import StartQueue
from kirosample.web.protocol.whole import Whole
from kirosample.web.security import security_lines

HEALTH_CHECK = "/livez"
"""Does not queue with other requests."""

_NOT_HTTP = (400, "Invalid HTTP request received.")


class _Refused(Exception):
    """Raised in a parser callback, so that the parser stops: this request is not served."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    uvicorn's own closes an idle one the moment the server is told to stop, and with it a request
    that lies in the socket, not yet read. This one reads on for a moment, and says in its answers
    that they are the last.

    uvicorn's own also takes a head of any length, waits for the rest of a request for ever, keeps
    every request that is sent in one piece before the first is answered, thousands of them, and
    when the connection is lost tells only the one that came last. Here all that is bounded, and the
    one being answered is told.

    It has one timer, which looks when it runs out at what the connection did last: a new one for
    each answer would cost more.
    """

    def __init__(
        self, *arguments: Any, limit: ConnectionLimit, starts: StartQueue, **named: Any
    ) -> None:
        self._limit, self._starts = limit, starts
        self.closing = False
        self._ending = False
        self._answering: Any = None
        self._within = self._begins = False
        self._last = self._half_closed = False
        self._refusal = _NOT_HTTP
        self._beside_body = 0
        self._unsent, self._stalled_at = 0, 0.0
        self.active_at = time.perf_counter()
        super().__init__(*arguments, **named)

    def is_idle(self) -> bool:
        """Whether every request so far was answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._look_again_after(ARRIVAL_SECONDS)
        self._limit.admit(self, self.connections)

    def data_received(self, data: bytes) -> None:
        if self._ending or self.transport.is_closing() or (self._last and not self._within):
            return
        self._begins = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return  # the last request is complete, and what follows it is not HTTP
        except httptools.HttpParserError:
            if self._within or not self._last:
                self._refuse(*self._refusal)
            return
        if self._half_closed:
            self._close_after_last()
        if self._within and not self._begins and not self.transport.is_closing():
            self._beside_body += len(data)
            if self._beside_body > HEAD_BYTES:
                self._refuse(431, "The head of the request is too long.")

    def connection_lost(self, exc: Exception | None) -> None:
        self._give_up()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task:
            self.timeout_keep_alive_task.cancel()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio.Protocol has it
        """A client that has finished sending (TCP half-close) still gets its responses."""
        cycle = self.cycle
        incomplete = self._within and cycle and not cycle.response_complete and cycle.more_body
        if incomplete and self.pipeline:
            self.pipeline.popleft()  # the rest of its body never arrives
            self.cycle = self.pipeline[0][0] if self.pipeline else self._answering
        elif incomplete or self.is_idle():
            return False
        self._within, self._half_closed = False, True
        self._close_after_last()
        return True

    def _close_after_last(self) -> None:
        """Have the response to the latest request close the connection."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False

    def on_message_begin(self) -> None:
        if self._last:
            raise _Refused
        self._within = self._begins = True
        self._beside_body = 0  # what is read together with its first byte does not count
        self.active_at = time.perf_counter()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if len(self.url) > TARGET_BYTES:
            self._stop(414, f"The request target is longer than {TARGET_BYTES} bytes.")
        if len(self.pipeline) >= PIPELINED_REQUESTS:
            self._stop(400, f"More than {PIPELINED_REQUESTS} requests await a response.")
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # may have extra keys
        first = scope["first_headers"] = dict(reversed(self.headers))
        upgrades, version = self.parser.should_upgrade(), self.parser.get_http_version()
        if ambiguous := _ambiguity(self.headers, first, version, upgrades=upgrades):
            self._stop(400, ambiguous)
        super().on_headers_complete()
        # The parser reads nothing as HTTP after an offer to upgrade; the offer itself is ignored.
        if self.closing or upgrades:
            self.cycle.keep_alive = False
        self._last = not self.cycle.keep_alive

    def on_body(self, body: bytes) -> None:
        if not self._begins:
            self._beside_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._within = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        self.active_at = time.perf_counter()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def timeout_keep_alive_handler(self) -> None:
        now = time.perf_counter()
        patience = ARRIVAL_SECONDS if self._within else self.timeout_keep_alive
        left = self.active_at + patience - now
        if self._stalled_for(now) >= STALL_SECONDS:
            self._reset()
        elif self._unsent:
            self._look_again_after(STALL_SECONDS / 4)
        elif not self.is_idle():
            self._look_again_after(ARRIVAL_SECONDS)
        elif left > 0:
            self._look_again_after(left)
        else:
            super().timeout_keep_alive_handler()

    def _stalled_for(self, now: float) -> float:
        """Seconds since the client last took some of what is to be sent, as far as looks tell."""
        before, self._unsent = self._unsent, self._bytes_to_send()
        if not before or self._unsent < before:
            self._stalled_at = now
        return now - self._stalled_at

    def _bytes_to_send(self) -> int:
        """What the client has not acknowledged: in the transport, and on Linux in the kernel."""
        queued = array("i", [0])
        if sys.platform == "linux":
            with suppress(OSError):  # closed already
                fcntl.ioctl(self.transport.get_extra_info("socket"), termios.TIOCOUTQ, queued)
        return self.transport.get_write_buffer_size() + queued[0]

    def _reset(self) -> None:
        """Close with a reset: the kernel keeps nothing for a client that takes nothing."""
        with suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        self.transport.abort()

    def shutdown(self) -> None:
        self.closing = True
        if self.is_idle():
            self.loop.call_later(CLOSING_SECONDS, self._close_if_idle)
        else:
            super().shutdown()

    def end(self) -> None:
        """Close after the answer that was the last one.

        Where the rest of its request is on its way, it is read and dropped for a moment: the kernel
        answers what nobody reads with a reset, and the client might see that instead.
        """
        self.pipeline.clear()  # no response may follow the last one
        if self._within:
            self._ending = True
            self.transport.write_eof()
            self.loop.call_later(LINGERING_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _stop(self, status: int, why: str) -> None:
        """Have the parser stop, and the request refused for this reason. Raises _Refused."""
        self._refusal = status, why
        raise _Refused

    def _refuse(self, status: int, why: str) -> None:
        """Say why nothing more is read, and close."""
        answering = not self.is_idle()
        self._give_up()
        if answering:
            self.transport.abort()  # in the middle of another answer it would be a part of it
            return
        refusal = written(PlainTextResponse(why, status, {"Connection": "close"}))
        begin = opening(refusal.status, self.server_state.default_headers)
        head = begin + refusal.headers + security_lines("http") + b"\r\n"
        self.transport.write(head + refusal.body)
        self.end()

    def _give_up(self) -> None:
        """Nobody reads any more: end the request being answered, drop those behind it."""
        self.pipeline.clear()
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answering = cycle
        cycle.scope["whole"] = Whole(cycle, self)
        if self._starts.admits() or cycle.scope["path"] == HEALTH_CHECK:
            super()._start_asgi_task(cycle, app)
        else:
            self._starts.wait(partial(super()._start_asgi_task, cycle, app))

    def _should_upgrade(self) -> bool:
        """Never: a server may ignore an offer to upgrade (RFC 9110, 7.8)."""
        return False

    def _unset_keepalive_if_required(self) -> None:
        """Nothing: `timeout_keep_alive_handler` sees whether a request has come."""

    def _look_again_after(self, seconds: float) -> None:
        """Not later than the shortest deadline that may have begun by then."""
        self.timeout_keep_alive_task = self.loop.call_later(
            min(seconds, ARRIVAL_SECONDS, self.timeout_keep_alive), self.timeout_keep_alive_handler
        )

    def _close_if_idle(self) -> None:
        if self.is_idle():
            self.transport.close()


def _ambiguity(
    headers: list[Header], first: Mapping[bytes, bytes], version: str, *, upgrades: bool
) -> str:
    """Why two parties could disagree on what this request is or where it ends; else empty.

    The parser takes a request that offers to upgrade, or CONNECT, for one without a body, whatever
    its headers say: what a proxy forwards as its body would be read as the next request.
    """
    if version not in ("1.0", "1.1"):
        return "Neither HTTP/1.0 nor HTTP/1.1."
    if len(first) < len(headers) and [name for name, _ in headers].count(b"host") > 1:
        return "More than one Host header field."
    if b"host" not in first and version == "1.1":
        return "No Host header field."
    if b"transfer-encoding" in first:
        codings = [value.lower() for name, value in headers if name == b"transfer-encoding"]
        if codings != [b"chunked"] or b"content-length" in first:
            return "A Transfer-Encoding other than chunked alone."  # RFC 9112, 6.3
    if upgrades or b"upgrade" in first:
        for name, value in headers:
            if name == b"transfer-encoding" or (name == b"content-length" and value.strip(b" \t0")):
                return "An Upgrade header field, or CONNECT, with a body."
    return ""
