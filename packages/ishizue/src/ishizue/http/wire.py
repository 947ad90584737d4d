"""Responses as bytes on the wire."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

Header = tuple[bytes, bytes]

_ASSEMBLED = 32
"""Responses of one second that are kept, beside the page cache."""

_SENDFILE_BYTES = 8 * 1024
"""From this size on, copying a response for each client costs more than sendfile."""


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


class Assembled:
    """All bytes of a response; if there are many, also in a memory file for sendfile (Linux).

    The file is never written again: the kernel may still be sending it to slow clients.
    """

    __slots__ = ("_file", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._file = _memory_file(data) if len(data) >= _SENDFILE_BYTES else None

    def send(self, transport: Any, descriptor: int) -> None:
        """Send all of it over a plain connection; the transport takes what the kernel does not."""
        data, sent = self.data, 0
        if self._file is not None and not transport.get_write_buffer_size():
            try:
                sent = os.sendfile(descriptor, self._file, 0, len(data))
            except OSError:
                sent = 0  # the socket is full, or closed, which the transport will notice
        if sent < len(data):
            transport.write(data[sent:])

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

    def __len__(self) -> int:
        return len(self._assembled)

    def assemble(
        self, response: WireResponse, constant: bytes, default_headers: list[Header]
    ) -> Assembled:
        """The response with `constant` header lines and uvicorn's headers of this second."""
        if default_headers is not self._default_headers:
            self._default_headers, self._assembled = default_headers, {}
        assembled = self._assembled.get((response, constant))
        if assembled is None:
            if len(self._assembled) >= _ASSEMBLED:
                self._assembled.clear()
            begin, cache_control = start(response.status, default_headers), b""
            if response.cache_control:
                value = response.cache_control(self._now()).encode()
                cache_control = header_lines([(b"cache-control", value)])
            head = (begin, response.headers, cache_control, constant)
            parts = (*head, b"\r\n", response.body)
            assembled = self._assembled[response, constant] = Assembled(b"".join(parts))
        return assembled


def _memory_file(data: bytes) -> int | None:
    """Its descriptor; None where the system has none, or none left."""
    if not hasattr(os, "memfd_create"):
        return None
    try:
        file = os.memfd_create("response", os.MFD_CLOEXEC)
    except OSError:
        return None
    if os.write(file, data) < len(data):
        os.close(file)
        return None
    return file
