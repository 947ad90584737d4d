"""uvicorn's HTTP protocol, with bounds on what one connection may ask and how it ends."""

import time
from typing import Any

from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kirosample.limits import (
    ARRIVAL_SECONDS,
    CLOSING_SECONDS,
    HEAD_BYTES,
    LINGERING_SECONDS,
    PIPELINED_REQUESTS,
)
from kirosample.web.protocol.answers import opening, written
from kirosample.web.protocol.whole import Whole
from kirosample.web.security import security_lines


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

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.closing = False
        self._ending = False
        self._answering: Any = None
        self._within = self._begins = False
        self._beside_body = 0
        self._active_at = time.perf_counter()
        super().__init__(*arguments, **named)

    def is_idle(self) -> bool:
        """Whether every request so far was answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._look_again_after(self.timeout_keep_alive)

    def data_received(self, data: bytes) -> None:
        if self._ending or self.transport.is_closing():
            return
        self._begins = False
        super().data_received(data)
        if self._within and not self._begins and not self.transport.is_closing():
            self._beside_body += len(data)
            if self._beside_body > HEAD_BYTES:
                self._refuse(431, "The head of the request is too long.")

    def connection_lost(self, exc: Exception | None) -> None:
        self._give_up()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task:
            self.timeout_keep_alive_task.cancel()

    def on_message_begin(self) -> None:
        self._within = self._begins = True
        self._beside_body = 0  # what is read together with its first byte does not count
        self._active_at = time.perf_counter()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= PIPELINED_REQUESTS:
            raise ValueError("too many requests before the first was answered")
        super().on_headers_complete()
        if self.closing:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        if not self._begins:
            self._beside_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._within = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        self._active_at = time.perf_counter()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def timeout_keep_alive_handler(self) -> None:
        patience = ARRIVAL_SECONDS if self._within else self.timeout_keep_alive
        left = self._active_at + patience - time.perf_counter()
        if not self.is_idle():
            self._look_again_after(self.timeout_keep_alive)
        elif left > 0:
            self._look_again_after(min(left, self.timeout_keep_alive))
        else:
            super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

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
        if self._within:
            self._ending = True
            self.transport.write_eof()
            self.loop.call_later(LINGERING_SECONDS, self.transport.close)
        else:
            self.transport.close()

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
        super()._start_asgi_task(cycle, app)

    def _should_upgrade(self) -> bool:
        """Never: who asks for another protocol is answered in this one (RFC 9110, 7.8)."""
        return False

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: anybody may ask."""

    def _unset_keepalive_if_required(self) -> None:
        """Nothing: `timeout_keep_alive_handler` sees whether a request has come."""

    def _look_again_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def _close_if_idle(self) -> None:
        if self.is_idle():
            self.transport.close()
