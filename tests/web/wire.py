"""Conversations with a server, byte by byte, and what its protocol answers by itself."""

import re
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.servers import Running

TEN_HEADERS = (
    "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: ja-JP,ja;q=0.9\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Sec-Fetch-Mode: navigate\r\nCookie: visitor=a.b; other=c\r\nPriority: u=0, i\r\n"
    "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Port: 443\r\n"
    "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\n"
)


def get(target: str = "/date", headers: str = "", version: str = "1.1", method: str = "GET") -> str:
    return f"{method} {target} HTTP/{version}\r\nHost: localhost\r\n{headers}\r\n"


Heard = tuple[bytes, bool]
"""What a connection got, and whether it was closed."""


@contextmanager
def connected(running: Running) -> Iterator[socket.socket]:
    port = int(running.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def reset_at_close(connection: socket.socket) -> None:
    """Close it with a reset: to the server, a plain close may be a half-close."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hear(connection: socket.socket, quiet: float = 0.25) -> Heard:
    """All that comes until nothing has come for a while, without the date."""
    heard = b""
    while select.select([connection], [], [], quiet if heard else 2 * quiet)[0]:
        try:
            part = connection.recv(1 << 20)
        except ConnectionResetError:
            part = b""
        if not part:
            return undated(heard), True
        heard += part
    return undated(heard), False


def undated(heard: bytes) -> bytes:
    return re.sub(rb"date: [A-Z][a-z]{2}, [0-9A-Za-z :]+ GMT\r\n", b"date: now\r\n", heard)


def exchange(running: Running, *parts: str, pause: float = 0.08) -> Heard:
    """Send the parts over one connection, and hear all answers."""
    heard, closed = b"", False
    with connected(running) as connection:
        for part in parts:
            connection.sendall(part.encode("latin-1"))
            if pause and part is not parts[-1]:
                more, closed = hear(connection, pause)
                heard += more
                if closed:
                    return heard, closed
        more, closed = hear(connection)
    return heard + more, closed


def connections(running: Running) -> list[Any]:
    """The open connections' protocols, of whichever of uvicorn's types."""
    return list(running.server.server_state.connections)


@contextmanager
def counting(running: Running) -> Iterator[list[tuple[bytes, int, int]]]:
    """What is answered at once while the block runs."""
    counted: list[tuple[bytes, int, int]] = []
    running.ready_answers.answered = lambda *answer: counted.append(answer)
    try:
        yield counted
    finally:
        running.ready_answers.answered = None
