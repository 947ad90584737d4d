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

_LEAVING_SECONDS = 0.05
_PIPELINED = 8  # requests of a client that does not read
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


async def leaves(port: int, requests: Iterator[bytes]) -> None:
    """Send a request, reset the connection, and come again."""
    while True:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            await _send(client, port, next(requests))
            await asyncio.sleep(_LEAVING_SECONDS)


async def deaf(port: int, requests: Iterator[bytes]) -> None:
    """Send requests and never read."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await _send(client, port, next(requests) * _PIPELINED)
        await asyncio.Event().wait()


async def _send(client: socket.socket, port: int, raw: bytes) -> None:
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    with suppress(OSError):  # the server refuses, or closes
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, raw)


async def _main(manner: str, port: int, connections: int, requests: Iterator[bytes]) -> None:
    client = {"leaves": leaves, "deaf": deaf}[manner]
    await asyncio.gather(*(client(port, requests) for _ in range(connections)))


if __name__ == "__main__":
    _manner, _port, _connections, _file = sys.argv[1:]
    _requests = itertools.cycle(Path(_file).read_bytes().split(b"\0")[:-1])
    asyncio.run(_main(_manner, int(_port), int(_connections), _requests))
