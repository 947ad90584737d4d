"""Responses as bytes on the wire, gzipped for clients that take it."""

import gzip
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

Header = tuple[bytes, bytes]

_ASSEMBLED = 32
"""Responses of one second that are kept, beside the page cache."""

LONG_BYTES = 8 * 1024
"""From this size on, copying a response for each client costs more than two buffers or sendfile.

By sendfile a page of 42 kB, as clients without gzip get it, takes a fifth to a third less CPU time;
one of 8 kB, which is gzipped, the same.
"""

_LEVEL = 3
"""Every search makes a page. Level 4 takes half as long again as 3 for 5 % less, and 6 three times
as long for 9 % less."""

_LEVEL_OF_LONG = 2
_LASTING_LEVEL = 6
_QUICK_LEVEL = 1

_LONG = 64 * 1024
"""Bytes from which a page is long: a hundred quotes, a calendar."""

_GZIP = re.compile(rb"gzip(?<![^, \t]gzip)[ \t]*(?:;([^,]*))?(?:,|$)")
"""The coding and its weight, in lower case. A pattern that begins with text is found quickly."""


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


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether the client that sent this `Accept-Encoding` takes gzip (RFC 9110, 12.5.3)."""
    if accept_encoding.lstrip().startswith(b"gzip,"):  # as browsers write it
        return True
    found = _GZIP.search(accept_encoding.lower())
    weight = found[1] if found else b"q="
    return not weight or weight.replace(b" ", b"").rstrip(b"0.") != b"q="


def accepts_gzip(request: Request) -> bool:
    """Whether the client of this request takes gzip."""
    return takes_gzip(request.headers.get("accept-encoding", "").encode("latin-1"))


def compressed(body: bytes, *, quickly: bool = False, lasting: bool = False) -> bytes | None:
    """The gzipped body, deterministic; None if that saves less than half.

    `quickly` is for a body that is sent once: a tenth longer, in half the time. `lasting` is for a
    file that is compressed once, at the start.
    """
    usual = _LEVEL_OF_LONG if len(body) > _LONG else _LEVEL
    level = _QUICK_LEVEL if quickly else _LASTING_LEVEL if lasting else usual
    packed = gzip.compress(body, level, mtime=0)
    return packed if len(packed) <= len(body) // 2 else None


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
    descriptor: int

    def write(self, head: bytes, body: bytes, sent: int = 0) -> None:
        """Write a response but for its first `sent` bytes."""


class Assembled:
    """All bytes of a response; if there are many, also in a memory file for sendfile (Linux).

    The file is never written again: the kernel may still be sending it to slow clients. A short
    response is one piece, without a `body`.
    """

    __slots__ = ("_file", "_length", "body", "head")

    def __init__(self, head: bytes, body: bytes) -> None:
        self._length = len(head) + len(body)
        self._file: int | None = None
        if self._length >= LONG_BYTES:
            self._file = _memory_file(head, body)
            self.head, self.body = head, body
        else:
            self.head, self.body = head + body, b""

    def send(self, connection: Sender) -> None:
        """Send all of it over a plain connection, which writes what the kernel does not take."""
        sent = 0
        if self._file is not None and not connection.transport.get_write_buffer_size():
            try:
                sent = os.sendfile(connection.descriptor, self._file, 0, self._length)
            except OSError:
                sent = 0  # the socket is full, or closed, which the transport will notice
        if sent < self._length:
            connection.write(self.head, self.body, sent)

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)


class Assembler:
    """Adds the headers that change with the second, as the date does, and the constant ones.

    `now` gives POSIX seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._default_headers: list[Header] | None = None
        self._assembled: dict[tuple[WireResponse, bytes], Assembled] = {}

    def assemble(
        self, response: WireResponse, constant: bytes, default_headers: list[Header]
    ) -> Assembled:
        """The response with `constant` header lines and uvicorn's headers of this second."""
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
            assembled = self._assembled[response, constant] = Assembled(head, response.body)
        return assembled


class SharedPage:
    """The page of a read that requests share: no cache may store it, and it is compressed once."""

    __slots__ = ("_body", "_media_type", "_packed", "_wire")

    def __init__(self, body: bytes, media_type: str = "text/html") -> None:
        self._body = body
        self._media_type = media_type
        self._packed: bytes | None = None
        self._wire: dict[bool, WireResponse] = {}

    def response(self, *, gzip: bool) -> Response:
        """The page for a client that takes gzip, or does not."""
        headers = {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding"}
        body = self._body
        if gzip:
            if self._packed is None:
                self._packed = compressed(body, quickly=True) or body
            if self._packed is not body:
                body = self._packed
                headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=self._media_type, headers=headers)

    def wire(self, *, gzip: bool) -> WireResponse:
        """The page as bytes, for the fast path."""
        if gzip not in self._wire:
            self._wire[gzip] = wire_response(self.response(gzip=gzip))
        return self._wire[gzip]


def _memory_file(head: bytes, body: bytes) -> int | None:
    """The descriptor of a memory file; None where the system has none, or none left."""
    if not hasattr(os, "memfd_create"):
        return None
    try:
        file = os.memfd_create("response", os.MFD_CLOEXEC)
    except OSError:
        return None
    if os.writev(file, (head, body)) < len(head) + len(body):
        os.close(file)
        return None
    return file
