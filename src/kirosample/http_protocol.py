"""uvicorn's HTTP protocol, with bounds on what one connection may ask and how it ends."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kirosample.limits import CLOSING_SECONDS, PIPELINED_REQUESTS


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
        else:
            super().send_400_response(msg)

    def _give_up(self) -> None:
        """Nobody reads any more: end the request being answered, drop those behind it."""
        self.pipeline.clear()
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answering = cycle
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
