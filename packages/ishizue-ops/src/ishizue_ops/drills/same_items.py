"""Drills 6 and 9: the same items of the same users, through two servers or in the same instant."""

import asyncio
import random
from uuid import uuid4

from ishizue.testing.client import Connection
from ishizue.testing.postgres import fetch
from ishizue_ops.load.load import Load, show, statuses
from ishizue_ops.load.report import Outcome, outcome
from ishizue_ops.load.sandbox import sandbox
from ishizue_ops.load.workload import workload

_TWO_SERVERS = "two servers on one database, with the same items and users"
_SAME_INSTANT = "twenty simultaneous writes of one item by one user"
_TIMES = 20
_COUNTERS = """
    SELECT deadlocks, nextval(pg_get_serial_sequence('{table}', 'id')) - 1
    FROM pg_stat_database WHERE datname = current_database()"""
"""How many deadlocks there were so far, and how many ids the table's sequence gave."""


async def two_servers(*, seconds: float = 10) -> Outcome:
    async with sandbox(servers=2) as here:
        load = Load()
        ports = [server.port for server in here.servers]
        items = workload().items[:8]
        users = [uuid4() for _ in range(40)]
        few = users[:2]

        async def fickle(connection: Connection) -> None:
            """Write or undo; half of the items have two users, and lose both again and again."""
            item = random.choice(items)
            user = random.choice(few if items.index(item) % 2 else users)
            undoes = (item, user) in load.ids and random.random() < 0.5
            await load.write(connection, item, user, undo=undoes)

        async with load.running(*(load.repeat(ports[n % 2], fickle) for n in range(40))):
            await asyncio.sleep(seconds)
        result = outcome(_TWO_SERVERS, load, here.postgres.dsn, here.servers)
        writes = load.of("write")
        [(deadlocks, rows)] = fetch(here.postgres.dsn, _COUNTERS.format(table=workload().table))
        result.only("writes", writes, {200, 201, 204, 404, 503})
        result.note(f"rows created: {rows}, for {len(items)} items")
        result.require(deadlocks == 0, f"{deadlocks} deadlocks")
        result.require(statuses(writes)[204] > 0, "nothing was undone")
        return result


async def same_instant(*, rounds: int = 20) -> Outcome:
    async with sandbox() as here:
        load = Load()
        port = here.server.port
        connections = [Connection(port) for _ in range(_TIMES)]
        wrong: list[str] = []
        async with load.running(*load.clients(port, writers=8, readers=0)):
            await asyncio.sleep(0.5)
            for item in workload().items[100 : 100 + rounds]:
                for connection in connections:
                    await connection.open()
                user = uuid4()
                responses = await asyncio.gather(
                    *(load.write(connection, item, user) for connection in connections)
                )
                statuses = sorted(response.status for response in responses)
                answered = [status for status in statuses if status != 503]
                bodies = {response.body for response in responses if response.status < 300}
                if answered != [200] * (len(answered) - 1) + [201] or len(bodies) != 1:
                    wrong.append(f"{item}: {statuses}, {bodies}")
        for connection in connections:
            await connection.close()
        result = outcome(_SAME_INSTANT, load, here.postgres.dsn, here.servers)
        result.note(f"writes, with those of others: {show(load.of('write'))}; {rounds} rounds")
        result.require(not wrong, f"not one new write and the others existing: {wrong}")
        return result
