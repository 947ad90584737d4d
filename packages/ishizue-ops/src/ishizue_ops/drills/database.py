"""Drills 3, 4 and 5: the database is stopped hard and started again, or its table is locked."""

import asyncio
import random
import time
from contextlib import suppress

from ishizue.testing.client import Aborted, Connection
from ishizue_ops.load.load import Load, slowest, statuses
from ishizue_ops.load.report import Outcome, outcome
from ishizue_ops.load.sandbox import locked, sandbox
from ishizue_ops.load.workload import workload

_RECOVERY_SECONDS = 2
_PAGE_SECONDS = 1
_WRITE_SECONDS = 3
_GROWTH_MB = 100  # 10,000 waiting writes take about 7 KB each


async def stopped(*, times: int = 2) -> Outcome:
    return await _outages("the database stopped hard and started", times=times, away=2)


async def away(*, seconds: float = 30) -> Outcome:
    return await _outages("the database away for 30 s", times=1, away=seconds)


async def _outages(title: str, *, times: int, away: float) -> Outcome:
    async with sandbox() as here:
        load = Load()
        port = here.server.port
        pid = here.server.pid
        clients = load.clients(port, writers=32, readers=8, pages=workload().more_pages)
        outages = []
        async with load.running(*clients):
            for _ in range(times):
                await load.succeed()
                began = time.monotonic()
                await here.postgres.stop_hard()
                await asyncio.sleep(away)
                await here.postgres.start()
                outages.append((began, time.monotonic()))
                await asyncio.sleep(_RECOVERY_SECONDS + 2)
        result = outcome(title, load, here.postgres.dsn, here.servers)
        for began, ended in outages:
            writes = load.of("write", began, ended + _RECOVERY_SECONDS + 1)
            failed = [s.ended for s in writes if s.status not in (200, 201)]
            result.recovered("the first write after the outage", writes, ended, _RECOVERY_SECONDS)
            last = max(failed, default=ended) - ended
            result.within("the last 503 after the outage", last, _RECOVERY_SECONDS)
        writes = load.of("write")
        result.only("writes", writes, {200, 201, 503})
        result.note(f"the slowest write took {slowest(writes):.2f} s")
        result.require(statuses(writes)[503] > 0, "no write met the outage")
        during = [s for began, ended in outages for s in load.of("page", began, ended)]
        result.only("pages during the outage", during, {200})
        result.within("the slowest of these pages", slowest(during), _PAGE_SECONDS)
        alive = here.server.alive() and here.server.pid == pid
        result.require(alive, "the server did not survive")
        return result


async def table_locked(*, seconds: float = 5) -> Outcome:
    async with sandbox() as here:
        load = Load()
        port = here.server.port
        abandoned = 0

        async def impatient(connection: Connection) -> None:
            """Write and disconnect, so that more writes wait than there are connections."""
            nonlocal abandoned
            _, raw = await load.begin(connection, random.choice(workload().items[:20]))
            await connection.send(raw)
            abandoned += 1
            await asyncio.sleep(0.01)
            await connection.close()

        clients = load.clients(port, writers=24, readers=8)
        clients += [load.repeat(port, impatient) for _ in range(16)]
        async with load.running(*clients):
            await load.succeed()
            before = here.server.memory()
            async with locked(here.postgres.dsn):
                began = time.monotonic()
                listed = asyncio.create_task(_read_list(load, port))
                await asyncio.sleep(seconds)
                growth = here.server.memory() - before
            released = time.monotonic()
            await listed
            await asyncio.sleep(_RECOVERY_SECONDS)
        result = outcome("a lock held on the table for 5 s", load, here.postgres.dsn, here.servers)
        writes = load.of("write", began)
        pages = load.of("page", began, released)
        result.only("writes since the lock", writes, {200, 201, 503})
        result.note(f"{abandoned:,} more writes by clients that disconnected")
        result.within("the slowest write", slowest(writes), _WRITE_SECONDS)
        result.require(statuses(writes)[503] > 0, "no write met the lock")
        result.only("pages during the lock", pages, {200})
        result.within("the slowest page", slowest(pages), _PAGE_SECONDS)
        result.within("the list that needs the table", slowest(load.of("list")), _WRITE_SECONDS)
        result.recovered("the first write after the lock", writes, released, _RECOVERY_SECONDS)
        result.below("memory grew while writes queued", growth, _GROWTH_MB)
        return result


async def _read_list(load: Load, port: int) -> None:
    connection = Connection(port)
    with suppress(Aborted):  # the load has a sample of it
        await load.read(connection, workload().list_page, "list")
    await connection.close()
