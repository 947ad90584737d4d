"""uvicorn's HTTP protocol, with bounds on what one connection may ask and how it ends."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kirosample.limits import CLOSING_SECONDS, PIPELINED_REQUESTS
from kirosample.web.protocol.answers import Header, Opening, lines, written
from kirosample.web.security import security_lines

_opening = Opening()


class Whole:
    """A request's body and its answer in one piece, where uvicorn's way takes several steps.

    An application finds this in its scope as `whole`.
    """

    __slots__ = ("_cycle", "_flow", "_transport")

    def __init__(self, cycle: Any, transport: Any, flow: Any) -> None:
        self._cycle = cycle
        self._transport = transport
        self._flow = flow

    def body(self) -> bytes | None:
        """The request's body; None where not all of it has arrived yet."""
        return None if self._cycle.more_body else bytes(self._cycle.body)

    def answer(self, status: int, headers: Sequence[Header], constant: bytes, body: bytes) -> bool:
        """Write the answer with one system call; False where only uvicorn's way will do.

        The headers tell the body's length, unless the status has none. Those of every answer are
        `constant`, as they travel.
        """
        cycle = self._cycle
        if cycle.disconnected or cycle.response_started or self._flow.write_paused:
            return False
        head = lines(headers)
        if not head.count(b"\r") == head.count(b"\n") == len(headers):
            return False  # uvicorn's way raises: a value has a line's end
        if cycle.scope["method"] == "HEAD":
            body = b""
        opening = _opening.of(status, cycle.default_headers)
        ending = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self._transport.write(b"".join((opening, head, constant, ending, body)))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self._transport.close()
        cycle.on_response()
        return True


class ClosingProtocol(HttpToolsProtocol):
    """One connection.

    uvicorn's own closes an idle one the moment the server is told to stop, and with it a request
    that lies in the socket, not yet read. This one reads on for a moment, and says in its answers
    that they are the last.

    uvicorn's own also keeps every request that is sent in one piece before the first is answered,
    thousands of them, and when the connection is lost tells only the one that came last. This one
    takes a bounded number, and tells the one being answered.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.closing = False
        self._answering: Any = None
        super().__init__(*arguments, **named)

    def is_idle(self) -> bool:
        """Whether every request so far was answered."""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        if not self.transport.is_closing():
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._give_up()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        answering = not self.is_idle()
        self._give_up()
        if answering:
            self.transport.abort()  # a 400 in the middle of another answer would be a part of it
            return
        refusal = written(PlainTextResponse(msg, 400, {"Connection": "close"}))
        opening = _opening.of(refusal.status, self.server_state.default_headers)
        head = opening + refusal.headers + security_lines("http") + b"\r\n"
        self.transport.write(head + refusal.body)
        self.transport.close()

    def _give_up(self) -> None:
        """Nobody reads any more: end the request being answered, drop those behind it."""
        self.pipeline.clear()
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answering = cycle
        cycle.scope["whole"] = Whole(cycle, self.transport, self.flow)
        super()._start_asgi_task(cycle, app)

    def shutdown(self) -> None:
        self.closing = True
        if self.is_idle():
            self.loop.call_later(CLOSING_SECONDS, self._close_if_idle)
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= PIPELINED_REQUESTS:
            raise ValueError("too many requests before the first was answered")
        super().on_headers_complete()
        if self.closing:
            self.cycle.keep_alive = False

    def _close_if_idle(self) -> None:
        if self.is_idle():
            self.transport.close()
