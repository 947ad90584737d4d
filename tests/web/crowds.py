"""More connections than a process may usually have, each with one request."""

import asyncio
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.http.wire import connections, get
from tools.servers import Running

_CONNECTING = 50  # at once: a listener's backlog has an end


@contextmanager
def many_sockets() -> Iterator[None]:
    """As many as 16,384, if that is allowed: a test's process has both ends of each connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd:
    """Clients of a server, each with a connection for each request."""

    def __init__(self, server: Running) -> None:
        self._server = server
        self._port = int(server.url.rpartition(":")[2])
        self._connecting = asyncio.Semaphore(_CONNECTING)

    async def ask(
        self, path: str, headers: str = "", *, together: asyncio.Barrier | None = None
    ) -> int:
        """The status of the response. `together`: all of these connect before one of them asks."""
        async with self._connecting:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            if together:
                await together.wait()
            writer.write(get(path, headers).encode())
            return int((await reader.readline()).split()[1])
        finally:
            writer.close()

    async def all_wait(self, number: int) -> None:
        """Return once this many requests are in progress."""
        for _ in range(1_000):
            if sum(not each.is_idle() for each in connections(self._server)) >= number:
                return
            await asyncio.sleep(0.02)
        raise TimeoutError

    async def slowest_livez(self, crowd: Sequence[asyncio.Future[int]]) -> float:
        """The longest response time of `/livez` until all of these have a response."""
        slowest = 0.0
        while not all(each.done() for each in crowd):
            began = time.monotonic()
            assert await self.ask("/livez") == 200
            slowest = max(slowest, time.monotonic() - began)
        return slowest
