"""HTTP/1.1 as it travels: a connection that knows what was sent and what was answered."""

import asyncio
import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass

PATIENCE_SECONDS = 15.0
"""After this long without an answer there is none."""


class Refused(Exception):
    """No connection: nothing was sent."""


class Cut(Exception):
    """Something was sent, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def request(
    method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> bytes:
    """The bytes of a request; `Host` and `Content-Length` are added where they are not given."""
    fields = {"Host": "127.0.0.1"} | (headers or {})
    if body is not None:
        fields.setdefault("Content-Length", str(len(body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b"")


class Link:
    """A connection that is kept alive, and opened again where it has ended.

    `reused` says whether the server has already answered on the present one, and so has
    accepted it. With `tls`, it speaks TLS to a server called localhost.
    """

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._port = port
        self._tls = tls
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.reused = False

    async def open(self) -> None:
        """Connect, unless connected. Raises Refused."""
        if self._streams and not self._streams[0].at_eof():
            return
        await self.close()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self._streams = await asyncio.open_connection(
                    "127.0.0.1",
                    self._port,
                    ssl=self._tls,
                    server_hostname="localhost" if self._tls else None,
                )
        except (OSError, TimeoutError):
            raise Refused from None

    async def send(self, raw: bytes) -> None:
        """Send on an open connection. Raises Cut."""
        assert self._streams
        try:
            self._streams[1].write(raw)
            await self._streams[1].drain()
        except OSError:
            await self.close()
            raise Cut from None

    async def receive(self) -> Answer:
        """The next answer. Raises Cut."""
        assert self._streams
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await _answer(self._streams[0])
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            await self.close(keep_reused=True)
            raise Cut(type(error).__name__) from None
        self.reused = True
        if answer.headers.get("connection", "").lower() == "close":
            await self.close()
        return answer

    async def ask(self, raw: bytes) -> Answer:
        """Send one request and wait for its answer. Raises Cut."""
        await self.send(raw)
        return await self.receive()

    async def close(self, *, keep_reused: bool = False) -> None:
        streams, self._streams = self._streams, None
        self.reused = self.reused and keep_reused
        if streams:
            if streams[1].transport.get_write_buffer_size():
                streams[1].transport.abort()  # the server does not read, so waiting is in vain
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()

    async def vanish(self) -> None:
        """End the connection as a machine does that loses its power: with a reset."""
        if self._streams:
            connection: socket.socket = self._streams[1].get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._streams[1].transport.abort()
        await self.close()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    status = int(first.split(" ", 2)[1])
    body = b""
    if status not in (204, 304):
        body = await reader.readexactly(int(headers["content-length"]))
    return Answer(status, headers, body)
