"""An HTTP/1.1 client that knows whether a request was sent and whether its response came.

Not an HTTP library: drills send half requests and several at once, aiohttp
resends a DELETE without saying so, and httpx is too slow for the writes of a drill.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass

_TIMEOUT_SECONDS = 15.0

_LOOPBACK = "127.0.0.1"

BROWSER_AND_ALB = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    "X-Amzn-Trace-Id": "Root=1-6923e8c1-1f0e5a7b2c3d4e5f60718293",
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ja,en-US;q=0.9,en;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Sec-Fetch-Mode": "navigate",
    "Cookie": "__Host-visitor=4mX0b3n1QeK2sT7uVw8xYg.Zr5pLq9aBcDeFgHiJkLmNo",
}
"""The ten headers besides Host of a phone's browser and the load balancer."""


class Refused(Exception):
    """No connection was made, and nothing was sent."""


class Aborted(Exception):
    """Something was sent, and no complete response came."""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


def request(
    method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> bytes:
    """A request as bytes, with `Host` and `Content-Length` unless the headers have them."""
    fields = {"Host": _LOOPBACK} | (headers or {})
    if body is not None:
        fields.setdefault("Content-Length", str(len(body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b"")


class Connection:
    """A keep-alive connection that reopens after it was closed.

    `reused` is true once the server has answered on the open connection, and so accepted it.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.reused = False

    async def open(self) -> None:
        """Connect unless connected. Raises Refused."""
        if self._streams and not self._streams[0].at_eof():
            return
        await self.close()
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                self._streams = await asyncio.open_connection(_LOOPBACK, self._port)
        except (OSError, TimeoutError):
            raise Refused(f"no connection to port {self._port}") from None

    async def send(self, raw: bytes) -> None:
        """Send on the open connection. Raises Aborted."""
        assert self._streams
        try:
            self._streams[1].write(raw)
            await self._streams[1].drain()
        except OSError:
            await self.close()
            raise Aborted from None

    async def receive(self) -> Response:
        """The next response. Raises Aborted."""
        assert self._streams
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                response = await _read(self._streams[0])
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            await self.close()
            raise Aborted(type(error).__name__) from None
        self.reused = True
        if response.headers.get("connection", "").lower() == "close":
            await self.close()
        return response

    async def exchange(self, raw: bytes) -> Response:
        """Send one request on the open connection and wait for its response. Raises Aborted."""
        await self.send(raw)
        return await self.receive()

    async def close(self) -> None:
        streams, self._streams = self._streams, None
        self.reused = False
        if streams:
            if streams[1].transport.get_write_buffer_size():
                streams[1].transport.abort()  # the server does not read: a flush would never end
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()

    async def reset(self) -> None:
        """Close with a TCP reset, like a machine that loses power."""
        if self._streams:
            connection: socket.socket = self._streams[1].get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._streams[1].transport.abort()
        await self.close()


async def fetch(port: int, raw: bytes) -> Response:
    """Send one request over a connection of its own. Raises Refused, Aborted."""
    connection = Connection(port)
    try:
        await connection.open()
        return await connection.exchange(raw)
    finally:
        await connection.close()


async def _read(reader: asyncio.StreamReader) -> Response:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    fields = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in fields}
    status = int(first.split(" ", 2)[1])
    body = b""
    if status not in (204, 304):
        body = await reader.readexactly(int(headers["content-length"]))
    return Response(status, headers, body)
