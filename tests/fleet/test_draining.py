"""SIGTERM under load, on connections that are kept alive: the contract's order of events."""

import asyncio
import signal
import time
from collections import Counter
from dataclasses import dataclass

from tests.drills.wire import Answer, Cut, Link, Refused, request
from tests.drills.world import world

_DRAIN_SECONDS = 2
_CONNECTIONS = 16


@dataclass(slots=True)
class Kept:
    """One connection, kept alive until an answer says that it is the last."""

    sent: int = 0
    answered: int = 0
    ended_at: float = 0.0
    said_so: bool = False

    async def use(self, port: int, raw: bytes) -> None:
        link = Link(port)
        await link.open()
        try:
            while not self.said_so:
                self.sent += 1
                answer = await link.ask(raw)
                self.answered += 1
                self.said_so = answer.headers.get("connection") == "close"
                await asyncio.sleep(0.005)
        except Cut:
            pass  # sent and not answered: the difference tells
        finally:
            self.ended_at = time.monotonic()
            await link.close()


def test_nothing_sent_on_a_kept_connection_is_lost_and_the_last_answer_says_so() -> None:
    async def work() -> None:
        async with world(drain_seconds=_DRAIN_SECONDS) as here:
            port = here.server.port
            kept = [Kept() for _ in range(_CONNECTIONS)]
            async with asyncio.TaskGroup() as group:
                for number, one in enumerate(kept):
                    raw = request("GET", ("/", "/date", "/favorites", "/api/quotes")[number % 4])
                    group.create_task(one.use(port, raw))
                await asyncio.sleep(0.5)
                told = time.monotonic()
                here.server.signal(signal.SIGTERM)
                await asyncio.sleep(0.1)
                first = [await _once(port, path) for path in ("/readyz", "/livez", "/")]
                await asyncio.sleep(_DRAIN_SECONDS - 0.5)
                last = await _once(port, "/")
                code = await here.server.ended()
            assert [answer.status for answer in first] == [503, 200, 200]
            assert b"draining" in first[0].body
            assert last.status == 200, "a new connection was not served in the drain seconds"
            assert Counter(one.sent - one.answered for one in kept) == {0: _CONNECTIONS}
            assert all(one.said_so for one in kept)
            assert min(one.ended_at for one in kept) - told >= _DRAIN_SECONDS
            assert (code, time.monotonic() - told < _DRAIN_SECONDS + 2) == (0, True)

    asyncio.run(work())


def test_a_second_sigterm_and_a_sigint_do_not_wait() -> None:
    async def seconds(*signals: int) -> float:
        async with world(drain_seconds=20) as here:
            began = time.monotonic()
            for number in signals:
                here.server.signal(number)
                await asyncio.sleep(0.3)
            assert await here.server.ended() == 0
            return time.monotonic() - began

    assert asyncio.run(seconds(signal.SIGTERM, signal.SIGTERM)) < 5
    assert asyncio.run(seconds(signal.SIGINT)) < 5


async def _once(port: int, path: str) -> Answer:
    """Over a connection of its own."""
    link = Link(port)
    try:
        await link.open()
        return await link.ask(request("GET", path))
    except Refused:
        raise AssertionError(f"no connection for {path}") from None
    finally:
        await link.close()
