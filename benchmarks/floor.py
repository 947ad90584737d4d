"""The minimal server on our event loop: it answers anything with a file's bytes.

Run as `python -m benchmarks.floor PORT FILE`. It parses no request and logs nothing.
"""

import asyncio
import sys
from pathlib import Path
from typing import cast

import uvloop


class Floor(asyncio.Protocol):
    response = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, _: bytes) -> None:
        self._transport.write(self.response)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Floor, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    Floor.response = Path(sys.argv[2]).read_bytes()
    uvloop.run(_serve(int(sys.argv[1])))
