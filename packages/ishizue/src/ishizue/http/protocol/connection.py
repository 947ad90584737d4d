"""One connection: its deadlines, what it sends and in which order, and an orderly close.

uvicorn's own closes an idle connection the moment the server stops, over a request that is still in
the socket; waits forever for the rest of a request; and when the client leaves tells only the
latest request of it. `parsing.py` has what arrives.
"""

import time
from functools import partial
from typing import Any

from starlette.responses import PlainTextResponse

from ishizue.health import LIVENESS_PATH
from ishizue.http.context import Exchange
from ishizue.http.fair_queue import Waiting
from ishizue.http.protocol.bounds import Backlog, ConnectionLimit, StartQueue
from ishizue.http.protocol.fast_path import AccessLog, FastPath
from ishizue.http.protocol.parsing import DISCARDED, NEXT, ParsingProtocol
from ishizue.http.security.clients import place_of
from ishizue.http.security.headers import DEFAULT
from ishizue.http.wire import start, wire_response
from ishizue.limits import ARRIVAL_SECONDS

_LINGERING_SECONDS = 2
"""How long the rest of a refused request is read and discarded before closing."""

_CLOSING_SECONDS = 0.1
"""How long an idle connection is still read at shutdown, for a request on its way."""


class Connection(ParsingProtocol):
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
        fast_path: FastPath | None = None,
        log: AccessLog | None = None,
        **named: Any,
    ) -> None:
        self._limit = limit
        self._backlog = backlog
        self._starts = starts
        self._fast_path = fast_path
        self._log = log
        self.peer_is_trusted = False
        self.descriptor = -1
        self._started: Any = None  # the request that was started last, or waits in `_next`
        self._next: tuple[Any, Any] | None = None  # the request that waits for the client to read
        self._waiting: Waiting | None = None  # a request that waits for a turn in which to start
        self._sending = b""  # the body of the response that is being written
        self._refusal: tuple[int, str] | None = None  # sent after the responses to earlier requests
        super().__init__(*arguments, **named)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # any byte that is unsent pauses writing
        self.peer = self.client[0] if self.client else ""
        if self._fast_path:
            self.descriptor = transport.get_extra_info("socket").fileno()
            self.peer_is_trusted = bool(self.proxies.trusts(self.peer))
        self._look_again_after(ARRIVAL_SECONDS)
        self._limit.admit(self, self.connections)

    def data_received(self, data: bytes) -> None:
        if (
            self._fast_path is None
            or self.input is not NEXT
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

    def connection_lost(self, exc: Exception | None) -> None:
        self._backlog.remove(self)
        self.hold(0)
        self._give_up()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task:
            self.timeout_keep_alive_task.cancel()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio.Protocol has it
        """A client that has finished sending (TCP half-close) still gets its responses."""
        was_answered = self.input is DISCARDED and not self._refusal
        if was_answered or self._body_is_cut_off() or self.is_idle():
            return False
        self.complete_input()
        self.half_closed = True
        self.close_after_latest()
        return True

    def _body_is_cut_off(self) -> bool:
        """Whether the request in progress never gets the rest of its body; drops one that waits."""
        cycle = self.cycle
        if not (self.is_arriving and cycle and not cycle.response_complete and cycle.more_body):
            return False
        if not self.pipeline:
            return True
        _end(self.pipeline.popleft()[0])
        self.cycle = self.pipeline[0][0] if self.pipeline else self._started
        return False

    def close_after_latest(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete and not self._refusal:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """uvicorn calls this when the application has sent the response."""
        self.active_at = time.perf_counter()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._send_refusal(*self._refusal)

    def timeout_keep_alive_handler(self) -> None:
        patience = ARRIVAL_SECONDS if self.is_arriving else self.timeout_keep_alive
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
            self.close_after_latest()

    def end(self) -> None:
        """Close after the last response.

        The rest of its request is read and dropped for a moment: the kernel would reset the
        connection over unread bytes, and the client might see that instead of the response.
        """
        self._drop_waiting()  # no response may follow the last one
        self._refusal = None
        is_incomplete = self.is_arriving or self.input is DISCARDED
        if is_incomplete and not self.half_closed:
            self.input = DISCARDED
            self.transport.write_eof()
            self.loop.call_later(_LINGERING_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def refuse(self, status: int, why: str) -> None:
        if self.is_arriving and self.url and self.parser.get_method() == b"HEAD":
            why = ""  # a response to HEAD has no body
        is_cut_off = self._body_is_cut_off()
        self.input = DISCARDED
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
        head = begin + refusal.headers + DEFAULT.lines("http") + b"\r\n"
        self.transport.write(head + refusal.body)
        self.end()
        if self._log:
            self._log.refused(status, len(why), self.peer)

    def _give_up(self) -> None:
        """The client no longer reads: end the current request, drop those behind it."""
        self._drop_waiting()
        if self._next or self._waiting:
            _end(self._started)
        self._next = None
        if self._waiting:
            self._starts.leave(self._waiting)
            self._waiting = None
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
        """Start the request in its turn, once the client has taken the response before it.

        uvicorn calls this when the headers are parsed.
        """
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
        place = place_of(self.proxies.client(cycle.scope))
        _, site, _ = place
        if cycle.scope["path"] == LIVENESS_PATH and self._starts.admits_check(site):
            super()._start_asgi_task(cycle, app)
        else:
            self._waiting = Waiting(place, partial(self._start_in_turn, cycle, app))
            self._starts.wait(self._waiting)

    def _start_in_turn(self, cycle: Any, app: Any) -> None:
        self._waiting = None
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
