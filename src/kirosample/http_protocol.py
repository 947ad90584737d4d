"""uvicorn's HTTP protocol, closing a connection only when what it had sent was answered."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kirosample.limits import CLOSING_SECONDS


class ClosingProtocol(HttpToolsProtocol):
    """One connection.

    uvicorn's own closes an idle one the moment the server is told to stop, and with it a request
    that lies in the socket, not yet read. This one reads on for a moment, and says in its answers
    that they are the last.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.closing = False
        super().__init__(*arguments, **named)

    def is_idle(self) -> bool:
        """Whether every request so far was answered."""
        return self.cycle is None or self.cycle.response_complete

    def shutdown(self) -> None:
        self.closing = True
        if self.is_idle():
            self.loop.call_later(CLOSING_SECONDS, self._close_if_idle)
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self.closing:
            self.cycle.keep_alive = False

    def _close_if_idle(self) -> None:
        if self.is_idle():
            self.transport.close()
