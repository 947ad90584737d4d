"""Drills 7 and 10: bad clients, crawlers and floods, beside users who write and read."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from ishizue.http.server import most_connections
from ishizue.testing.client import Connection, request
from ishizue_ops.load.load import Client, Load, Sample, show, slowest
from ishizue_ops.load.report import Outcome, outcome, unavailable
from ishizue_ops.load.sandbox import sandbox
from ishizue_ops.load.workload import workload

_BAD = "clients that disconnect, trickle or never read"
_CRAWLED = "crawlers and floods while users write and read"
_USER_SECONDS = 1
_GROWTH_MB = 64
_DEAF = 2000
"""The number of clients that never read; fewer if the drill may not open so many files."""

_OTHER_FILES = 100
_CRAWLERS = 64
_OF_EACH_FLOOD = 16
_FLOODS: tuple[Callable[[], str], ...] = (
    lambda: f"{workload().search}?q={random.getrandbits(60)}",
    lambda: f"{workload().search}?{'a&' * 30_000}",
    lambda: f"{workload().search}?{'a&' * 7_500}",
    lambda: f"/{'%E3%81%82' * 6_500}",
)


async def bad_clients(*, seconds: float = 8) -> Outcome:
    async with sandbox() as here:
        load = Load()
        port = here.server.port
        trickled = Counter[int]()

        async def disconnect(connection: Connection) -> None:
            """Send a whole write or a part of it, then reset the connection."""
            _, raw = await load.begin(connection, random.choice(workload().items[:20]))
            part = random.choice((len(raw), random.randrange(1, len(raw))))
            await connection.send(raw[:part])
            await asyncio.sleep(random.choice((0, 0.002, 0.05)))
            await connection.reset()

        async def trickle(connection: Connection) -> None:
            """Send a write byte by byte."""
            item = random.choice(workload().items[:20])
            user, raw = await load.begin(connection, item)
            for byte in raw:
                await connection.send(bytes([byte]))
                await asyncio.sleep(0.001)
            response = await connection.receive()
            load.ledger.settle(item, user, response.status)
            trickled[response.status] += 1

        await load.warm_up(port)
        before = here.server.memory()
        clients = load.clients(port, writers=8, readers=16)
        clients += [load.repeat(port, kind) for kind in (disconnect, trickle) * 4]
        most = min(_DEAF, most_connections() - _OTHER_FILES)
        deaf = [await _never_reads(port, 10_000, workload().page) for _ in range(8)]
        try:
            async with load.running(*clients):
                deaf += [await _never_reads(port, 32, workload().long_page) for _ in range(100)]
                deaf += [await _never_reads(port, 1, workload().largest) for _ in range(most)]
                await asyncio.sleep(seconds)
            growth = here.server.memory() - before  # measured later: it holds up the load
        finally:
            for client in deaf:
                client.close()
        result = outcome(_BAD, load, here.postgres.dsn, here.servers)
        pages = load.of("page")
        writes = load.of("write")
        result.only("users' pages", pages, {200})
        result.only("users' writes", writes, {200, 201, 503})
        result.within("their slowest request", slowest(pages + writes), _USER_SECONDS)
        result.note(f"{most:,} clients never read {workload().largest}")
        result.below("memory grew", growth, _GROWTH_MB)
        answered = bool(trickled) and set(trickled) <= {201, 503}
        result.require(answered, f"responses to writes byte by byte: {dict(trickled)}")
        return result


def _may_be_refused(sample: Sample) -> bool:
    """Whether a request may fail: a crawler may also be told that it has most of what waits."""
    is_crawler = sample.kind in ("crawl", "flood")
    is_blamed = is_crawler and sample.status == 429 and sample.retry_after
    return unavailable(sample) or is_blamed


async def crawlers(*, seconds: float = 8) -> Outcome:
    async with sandbox() as here:
        load = Load()
        port = here.server.port

        def repeat(kind: str, target: Callable[[], str]) -> Client:
            async def once(connection: Connection) -> None:
                await load.read(connection, target(), kind, load.headers())

            return load.repeat(port, once)

        await load.warm_up(port)
        crawling = [repeat("crawl", workload().uncached_page) for _ in range(_CRAWLERS)]
        floods = [repeat("flood", target) for target in _FLOODS for _ in range(_OF_EACH_FLOOD)]
        users = load.clients(port, writers=8, readers=16)
        async with load.running(*users, *crawling, *floods):
            await asyncio.sleep(seconds)
        result = outcome(_CRAWLED, load, here.postgres.dsn, here.servers, _may_be_refused)
        pages = load.of("page")
        writes = load.of("write")
        result.only("users' pages", pages, {200})
        result.only("users' writes", writes, {200, 201})
        result.within("their slowest page", slowest(pages), _USER_SECONDS)
        result.within("their slowest write", slowest(writes), _USER_SECONDS)
        for kind, what in (("crawl", f"{_CRAWLERS} crawlers"), ("flood", "floods")):
            result.note(f"{what}: {show(load.of(kind))}")
            result.require(bool(load.of(kind)), f"no {what}: the drill shows nothing")
        return result


async def _never_reads(port: int, pages: int, page: str) -> socket.socket:
    """A client that requests so many pages in one piece and reads none of them."""
    client = socket.socket()
    if pages > 1_000:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", port))
    with suppress(TimeoutError, OSError):  # the server stops reading, or closes
        async with asyncio.timeout(0.5):
            await loop.sock_sendall(client, request("GET", page) * pages)
    await asyncio.sleep(0.005)  # the drill is about memory, not about time
    return client
