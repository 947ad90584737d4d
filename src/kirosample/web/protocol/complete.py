"""An answer as all get it within a second: a long one is sent without a copy for each."""

import os
from typing import Any

_LONG = 8 * 1024
"""Bytes from which on copying them costs more than a file."""


class Complete:
    """The bytes of one answer, and where they are long the same in a file in memory (Linux).

    From there the kernel sends them as they lie. So they are never written anew: what is still on
    its way to slow clients would change.
    """

    __slots__ = ("_file", "_length", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._length = len(data)
        self._file = _file_in_memory(data) if self._length >= _LONG else None

    def send(self, transport: Any, socket: int) -> None:
        """Send all of it over a plain connection: what the kernel does not take, the transport."""
        sent = 0
        if self._file is not None and not transport.get_write_buffer_size():
            try:
                sent = os.sendfile(socket, self._file, 0, self._length)
            except OSError:
                sent = 0  # the socket is full, or the transport will find out what it is
        if sent < self._length:
            transport.write(self.data[sent:])

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)


def _file_in_memory(data: bytes) -> int | None:
    """Its descriptor; None where there is no such thing, or no room for one more."""
    if not hasattr(os, "memfd_create"):
        return None
    try:
        file = os.memfd_create("answer", os.MFD_CLOEXEC)
    except OSError:
        return None
    if os.write(file, data) < len(data):
        os.close(file)
        return None
    return file
