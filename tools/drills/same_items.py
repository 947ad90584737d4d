"""6 and 9: the same items of the same visitors, through two servers or in the same instant."""

import asyncio
import random
from contextlib import suppress
from uuid import UUID, uuid4

from tools.loadtest import workload
from tools.loadtest.http import Connection
from tools.loadtest.load import Load, show, statuses
from tools.loadtest.outcome import Outcome, outcome
from tools.loadtest.sandbox import sandbox
from tools.loadtest.workload import ITEMS
from tools.postgres import fetch

_TWO_SERVERS = "two servers on one database, with the same items and visitors"
_SAME_INSTANT = "twenty simultaneous writes of one item by one visitor"
_TIMES = 20
_COUNTERS = f"""
    SELECT deadlocks, nextval(pg_get_serial_sequence('{workload.TABLE}', 'id')) - 1
    FROM pg_stat_database WHERE datname = current_database()"""
"""Deadlocks, and ids from the table's sequence, so far."""


async def two_servers(*, seconds: float = 10) -> Outcome:
    async with sandbox(servers=2) as here:
        load, ports = Load(), [server.port for server in here.servers]
        items, visitors = ITEMS[:8], [uuid4() for _ in range(40)]
        few = visitors[:2]
        stale: list[str] = []

        async def fickle(connection: Connection) -> None:
            """Write or undo; half of the items lose their last visitor again and again."""
            item = random.choice(items)
            visitor = random.choice(few if items.index(item) % 2 else visitors)
            undoes = item in load.ids and random.random() < 0.5
            await load.write(connection, item, visitor, undo=undoes)

        async def witness(number: int) -> None:
            """Write through one server and immediately read through the other."""
            item, other, written = ITEMS[100 + number], Connection(ports[(number + 1) % 2]), 0

            async def once(connection: Connection) -> None:
                nonlocal written
                visitor = uuid4()
                if (await load.write(connection, item, visitor)).status != 201:
                    return
                written += 1
                if not await _sees(load, other, item, visitor, written):
                    stale.append(item)

            try:
                await load.repeat(ports[number % 2], once)
            finally:
                await other.close()

        clients = [
            *(load.repeat(ports[number % 2], fickle) for number in range(40)),
            *(witness(number) for number in range(8)),
        ]
        async with load.running(*clients):
            await asyncio.sleep(seconds)
        result = outcome(_TWO_SERVERS, load, here)
        writes, lists = load.of("write"), load.of("list")
        [(deadlocks, rows)] = fetch(here.postgres.dsn, _COUNTERS)
        result.only("writes", writes, {200, 201, 204, 404, 503})
        result.note(f"rows created: {rows}, of {len(items) + 8} items that lost their last visitor")
        result.note(f"reads through the other server: {len(lists):,}; stale: {len(stale)}")
        result.require(deadlocks == 0, f"{deadlocks} deadlocks")
        result.require(not stale, f"{len(stale)} lists were older than their request")
        result.require(bool(lists), "nobody read through the other server")
        result.require(statuses(writes)[204] > 0, "nothing was undone")
        return result


async def _sees(load: Load, connection: Connection, item: str, visitor: UUID, written: int) -> bool:
    """Whether the list counts all these writes of the item, and the visitor's own list has it."""
    with suppress(KeyError):  # a 503 says nothing about age
        everybody = await load.read(connection, workload.LIST, "list")
        if workload.counts(everybody).get(item, 0) < written:
            return False
        await connection.open()
        raw = workload.own_list(visitor, load.headers())
        return list(workload.counts(await load.timed(connection, "list", raw))) == [item]
    return True


async def same_instant(*, rounds: int = 20) -> Outcome:
    async with sandbox() as here:
        load, port = Load(), here.server.port
        connections = [Connection(port) for _ in range(_TIMES)]
        wrong: list[str] = []
        async with load.running(*load.clients(port, writers=8, readers=0)):
            await asyncio.sleep(0.5)
            for item in workload.ITEMS[100 : 100 + rounds]:
                for connection in connections:
                    await connection.open()
                visitor = uuid4()
                responses = await asyncio.gather(
                    *(load.write(connection, item, visitor) for connection in connections)
                )
                statuses = sorted(response.status for response in responses)
                answered = [status for status in statuses if status != 503]
                counts = {workload.written_count(one) for one in responses if one.status < 300}
                if answered != [200] * (len(answered) - 1) + [201] or counts != {1}:
                    wrong.append(f"{item}: {statuses}, counted {counts}")
        for connection in connections:
            await connection.close()
        result = outcome(_SAME_INSTANT, load, here)
        result.note(f"writes, with those of others: {show(load.of('write'))}; {rounds} rounds")
        result.require(not wrong, f"not one new write and the others existing: {wrong}")
        return result
