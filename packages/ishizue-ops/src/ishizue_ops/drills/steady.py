"""Drill 8: a long load in which no request repeats; the server's memory must not grow."""

import asyncio
import random
import statistics
import time
from uuid import uuid4

from ishizue.testing.client import Connection
from ishizue_ops.load.load import Load
from ishizue_ops.load.report import Outcome, outcome
from ishizue_ops.load.sandbox import ServerProcess, sandbox
from ishizue_ops.load.workload import workload

TITLE = "steady load with unique addresses, queries and Host headers"
_CLIENTS = 32


async def drill(
    *,
    seconds: float = 600,
    per_second: int = 100,
    warm_up_writes: int = 60_000,
    warm_up_pages: int = 4_000,
    most_mb: float = 5,
) -> Outcome:
    """Send requests that never repeat, after a warm-up.

    It fills what is bounded: the page cache, and the 50,000 clients of the rate limit.
    """
    async with sandbox() as here:
        load = Load()
        warm = asyncio.Event()

        def share_of_writes() -> float:
            """Clients write at full speed until there are enough writes, then read enough pages."""
            writes = load.ledger.sent
            if writes < warm_up_writes:
                return 0.95
            if len(load.samples) - writes < warm_up_pages:
                return 0
            warm.set()
            return 0.4

        async def once(connection: Connection) -> None:
            await _unique(load, connection, share_of_writes())
            if warm.is_set():
                await asyncio.sleep(random.uniform(0, 2 * _CLIENTS / per_second))

        clients = [load.repeat(here.server.port, once) for _ in range(_CLIENTS)]
        async with load.running(*clients):
            began = time.monotonic()
            await warm.wait()
            warmed = time.monotonic()
            memory = await _watch(here.server, seconds)
        result = outcome(TITLE, load, here.postgres.dsn, here.servers)
        window = max(5, len(memory) // 10)
        first, last = (statistics.median(part) for part in (memory[:window], memory[-window:]))
        requests = [s for s in load.samples if s.began > warmed]
        what = f"requests in {seconds:.0f} s, after a warm-up of {warmed - began:.0f} s"
        result.only(what, requests, {200, 201, 404, 503})
        worst = max(requests, key=lambda sample: sample.seconds)
        away = [f"{s.kind} at {s.began - warmed:.0f} s" for s in requests if s.status == 503]
        result.note(f"the slowest: {worst.seconds:.2f} s, a {worst.kind}; 503: {away or 'none'}")
        result.note(f"memory (PSS): {first:.1f} MB at first, {max(memory):.1f} MB at its peak")
        result.below("memory grew", last - first, most_mb)
        return result


async def _watch(server: ServerProcess, seconds: float) -> list[float]:
    """Measure the server's memory once a second."""
    memory = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        memory.append(server.memory())
        await asyncio.sleep(1)
    return memory


async def _unique(load: Load, connection: Connection, share_of_writes: float) -> None:
    """Send a request that was never sent before."""
    if random.random() < share_of_writes:
        await load.write(connection, random.choice(workload().items), uuid4())
        return
    target = workload().unique_read()
    number = random.getrandbits(60)
    headers = load.headers() | {"Host": f"host-{number}.example", "User-Agent": f"agent {number}"}
    await load.read(connection, target, headers=headers)
