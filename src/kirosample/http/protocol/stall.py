"""Clients that take nothing of a response."""

import fcntl
import socket
import struct
import sys
import termios
from array import array
from contextlib import suppress
from typing import Any


class Stall:
    """How long a client has taken nothing of what it is sent, as far as calls of `seconds` see."""

    __slots__ = ("_since", "unsent")

    def __init__(self) -> None:
        self.unsent = 0
        """Bytes that the client had not acknowledged at the latest call."""

        self._since = 0.0

    def seconds(self, transport: Any, now: float) -> float:
        """Seconds since the client last took something."""
        before, self.unsent = self.unsent, _bytes_to_send(transport)
        if not before or self.unsent < before:
            self._since = now
        return now - self._since


def _bytes_to_send(transport: Any) -> int:
    """What the client has not acknowledged: in the transport, and on Linux in the kernel."""
    queued = array("i", [0])
    if sys.platform == "linux":
        with suppress(OSError):  # closed already
            fcntl.ioctl(transport.get_extra_info("socket"), termios.TIOCOUTQ, queued)
    return transport.get_write_buffer_size() + queued[0]  # type: ignore[no-any-return]


def reset(transport: Any) -> None:
    """Close with a reset: the kernel then keeps nothing for the client."""
    with suppress(OSError):
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    transport.abort()
