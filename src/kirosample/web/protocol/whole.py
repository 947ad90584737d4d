"""A request's body and its answer in one piece, where uvicorn's way takes several steps."""

from collections.abc import Sequence
from typing import Any, Protocol

from kirosample.web.protocol.answers import Header, lines, opening

_CLOSE: Header = (b"connection", b"close")


class Connection(Protocol):
    """What the answer needs of its connection."""

    transport: Any
    flow: Any

    def end(self) -> None:
        """The answer was the last one."""


class Whole:
    """One request. An application finds this in its scope as `whole`."""

    __slots__ = ("_connection", "_cycle")

    def __init__(self, cycle: Any, connection: Connection) -> None:
        self._cycle = cycle
        self._connection = connection

    def body(self) -> bytes | None:
        """The request's body; None where not all of it has arrived yet."""
        return None if self._cycle.more_body else bytes(self._cycle.body)

    def answer(self, status: int, headers: Sequence[Header], constant: bytes, body: bytes) -> bool:
        """Write the answer with one system call; False where only uvicorn's way will do.

        The headers tell the body's length, unless the status has none. Those of every answer are
        `constant`, as they travel.
        """
        cycle, connection = self._cycle, self._connection
        if cycle.disconnected or cycle.response_started or connection.flow.write_paused:
            return False
        head = lines(headers)
        if not head.count(b"\r") == head.count(b"\n") == len(headers):
            return False  # uvicorn's way raises: a value has a line's end
        if cycle.scope["method"] == "HEAD":
            body = b""
        ending = b"\r\n"
        if _CLOSE in headers:
            cycle.keep_alive = False
        elif not cycle.keep_alive:
            ending = b"connection: close\r\n\r\n"
        begin = opening(status, cycle.default_headers)
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        connection.transport.write(b"".join((begin, head, constant, ending, body)))
        cycle.message_event.set()
        if not cycle.keep_alive:
            connection.end()
        cycle.on_response()
        return True
