"""Responses as bytes on the wire."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

Header = tuple[bytes, bytes]

_ASSEMBLED = 32
"""Responses of one second that are kept, beside the page cache."""

LONG_BYTES = 8 * 1024
"""From this size on, copying a response for each client costs more than two buffers."""


@dataclass(frozen=True, slots=True, eq=False)
class WireResponse:
    """A response but for the headers that every response has: date, server, security."""

    status: int
    headers: bytes
    body: bytes
    cache_control: Callable[[float], str] | None = None
    """`Cache-Control` at a POSIX time; None if `headers` have it."""


def header_lines(headers: Iterable[Header]) -> bytes:
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])


def wire_response(
    response: Response, cache_control: Callable[[float], str] | None = None
) -> WireResponse:
    headers = header_lines(response.raw_headers)
    return WireResponse(response.status_code, headers, bytes(response.body), cache_control)


class _Start:
    """Serializes the status line and uvicorn's default headers, `Date` among them.

    uvicorn makes a new list of these every second: each list is serialized once.
    """

    def __init__(self) -> None:
        self._default_headers: list[Header] | None = None
        self._lines = b""

    def __call__(self, status: int, default_headers: list[Header]) -> bytes:
        if default_headers is not self._default_headers:
            self._default_headers = default_headers
            self._lines = header_lines(default_headers)
        return STATUS_LINE[status] + self._lines


start = _Start()


class Sender(Protocol):
    """What sends a response: a connection."""

    transport: Any

    def write(self, head: bytes, body: bytes) -> None:
        """Write a response."""


class Assembler:
    """Adds the headers that change with the second, as the date does, and the constant ones.

    `now` gives POSIX seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._default_headers: list[Header] | None = None
        self._assembled: dict[tuple[WireResponse, bytes], tuple[bytes, bytes]] = {}

    def assemble(
        self, response: WireResponse, constant: bytes, default_headers: list[Header]
    ) -> tuple[bytes, bytes]:
        """The response with `constant` header lines and uvicorn's headers of this second.

        It is its head and its body; a short one is in one piece, without a body.
        """
        if default_headers is not self._default_headers:
            self._default_headers = default_headers
            self._assembled = {}
        assembled = self._assembled.get((response, constant))
        if assembled is None:
            if len(self._assembled) >= _ASSEMBLED:
                self._assembled.clear()
            begin = start(response.status, default_headers)
            cache_control = b""
            if response.cache_control:
                value = response.cache_control(self._now()).encode()
                cache_control = header_lines([(b"cache-control", value)])
            head = b"".join((begin, response.headers, cache_control, constant, b"\r\n"))
            is_long = len(head) + len(response.body) >= LONG_BYTES
            assembled = (head, response.body) if is_long else (head + response.body, b"")
            self._assembled[response, constant] = assembled
        return assembled
