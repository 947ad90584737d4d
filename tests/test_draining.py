"""SIGTERM under load: keep-alive connections are served during the drain, then closed."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from ishizue.limits import SHUTDOWN_SECONDS
from ishizue_ops.load.http import Aborted, Connection, fetch, request
from ishizue_ops.load.sandbox import sandbox
from tests.processes import server
from tools.workload import WORKLOAD

_DRAIN_SECONDS = 2
_CONNECTIONS = 16


@dataclass(slots=True)
class Kept:
    """One connection, kept alive until a response has `Connection: close`."""

    sent: int = 0
    received: int = 0
    ended_at: float = 0.0
    closed: bool = False

    async def use(self, port: int, raw: bytes) -> None:
        connection = Connection(port)
        await connection.open()
        try:
            while not self.closed:
                self.sent += 1
                response = await connection.exchange(raw)
                self.received += 1
                self.closed = response.headers.get("connection") == "close"
                await asyncio.sleep(0.005)
        except Aborted:
            pass  # counted as sent, not as received
        finally:
            self.ended_at = time.monotonic()
            await connection.close()


def test_no_request_on_an_open_connection_is_lost_and_the_last_response_closes_it() -> None:
    async def work() -> None:
        async with sandbox(drain_seconds=_DRAIN_SECONDS) as here:
            port = here.server.port
            kept = [Kept() for _ in range(_CONNECTIONS)]
            async with asyncio.TaskGroup() as group:
                for number, one in enumerate(kept):
                    raw = request(
                        "GET",
                        (WORKLOAD.page, WORKLOAD.long_page, WORKLOAD.list_page, WORKLOAD.list)[
                            number % 4
                        ],
                    )
                    group.create_task(one.use(port, raw))
                await asyncio.sleep(0.5)
                signalled = time.monotonic()
                here.server.signal(signal.SIGTERM)
                await asyncio.sleep(0.1)
                first = [
                    await fetch(port, request("GET", path))
                    for path in ("/readyz", "/livez", WORKLOAD.page)
                ]
                await asyncio.sleep(signalled + _DRAIN_SECONDS / 2 - time.monotonic())
                last = await fetch(port, request("GET", WORKLOAD.page))
                code = await here.server.exited()
            assert [response.status for response in first] == [503, 200, 200]
            assert b"draining" in first[0].body
            assert last.status == 200, "a new connection was not served during the drain"
            assert Counter(one.sent - one.received for one in kept) == {0: _CONNECTIONS}
            assert all(one.closed for one in kept)
            assert min(one.ended_at for one in kept) - signalled >= _DRAIN_SECONDS
            assert code == 0
            assert time.monotonic() - signalled < _DRAIN_SECONDS + SHUTDOWN_SECONDS

    asyncio.run(work())


@pytest.mark.parametrize("signals", [(signal.SIGTERM, signal.SIGTERM), (signal.SIGINT,)])
def test_a_second_sigterm_or_a_sigint_ends_the_drain(signals: Sequence[int]) -> None:
    with server("serve", DATABASE_URL="none", KIROSAMPLE_DRAIN_SECONDS="20") as running:
        running.wait_for("/readyz")
        for number in signals:
            running.process.send_signal(number)
            time.sleep(0.3)
        assert running.process.wait(15) == 0
