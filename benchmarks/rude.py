"""Clients that wrk cannot be: some leave before the response, some stay and never read.

    rude.py leaves|deaf PORT CONNECTIONS FILE

FILE has requests that NUL separates. It runs until it is ended.
"""

import asyncio
import itertools
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SECONDS = {"leaves": 0.05, "deaf": 3600.0}
"""How long a client stays, after which it comes again."""

_PIPELINED = 8  # requests of a client that does not read
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: instead of an orderly close


async def client(manner: str, port: int, requests: Iterator[bytes]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        with socket.socket() as connection, suppress(OSError):  # the server refuses, or closes
            connection.setblocking(False)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await loop.sock_connect(connection, ("127.0.0.1", port))
            raw = next(requests) * (_PIPELINED if manner == "deaf" else 1)
            await loop.sock_sendall(connection, raw)
            await asyncio.sleep(_SECONDS[manner])


async def clients(manner: str, port: int, connections: int, requests: Iterator[bytes]) -> None:
    await asyncio.gather(*(client(manner, port, requests) for _ in range(connections)))


if __name__ == "__main__":
    each = itertools.cycle(Path(sys.argv[4]).read_bytes().split(b"\0")[:-1])
    asyncio.run(clients(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), each))
