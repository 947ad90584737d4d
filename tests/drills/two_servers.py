"""6: two servers on one database: the same favorites, visitors and withdrawals at once."""

import asyncio
import json
import random
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
from tests.drills.crowd import ITEMS, Crowd, show, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.wire import Link, request
from tests.drills.world import world

TITLE = "two servers on one database, with the same favorites and visitors"


async def drill(*, seconds: float = 10) -> Outcome:
    async with world(servers=2) as here:
        crowd, ports = Crowd(), [server.port for server in here.servers]
        items, visitors = ITEMS[:8], [uuid4() for _ in range(40)]
        few = visitors[:2]
        stale: list[str] = []

        async def fickle(link: Link) -> None:
            """Likes or withdraws; half of the items lose their last like again and again."""
            item = random.choice(items)
            visitor = random.choice(few if items.index(item) % 2 else visitors)
            likes = item not in crowd.ids or random.random() < 0.5
            await (crowd.like if likes else crowd.withdraw)(link, item, visitor)

        async def witness(number: int) -> None:
            """Likes through one server, and at once looks through the other."""
            item, other, likes = ITEMS[100 + number], Link(ports[(number + 1) % 2]), 0

            async def once(link: Link) -> None:
                nonlocal likes
                visitor = uuid4()
                if (await crowd.like(link, item, visitor)).status != 201:
                    return
                likes += 1
                if not await _sees(crowd, other, item, visitor, likes):
                    stale.append(item)

            try:
                await crowd.repeat(ports[number % 2], once)
            finally:
                await other.close()

        clients = [
            *(crowd.repeat(ports[number % 2], fickle) for number in range(40)),
            *(witness(number) for number in range(8)),
        ]
        async with crowd.busy(*clients):
            await asyncio.sleep(seconds)
        result = await outcome(TITLE, crowd, here)
        writes, lists = crowd.of("write"), crowd.of("list")
        deadlocks, resurrected = await _ask_database(here.postgres.dsn)
        result.note(f"writes: {show(writes)}; {deadlocks} deadlocks")
        result.note(f"favorites made: {resurrected}, of {len(items) + 8} items, as last likes went")
        result.note(
            f"likes looked for through the other server: {len(lists):,}; unseen: {len(stale)}"
        )
        result.require(deadlocks == 0, f"{deadlocks} deadlocks")
        result.require(not stale, f"{len(stale)} lists were older than their request")
        result.require(bool(lists), "nobody looked through the other server")
        result.require(statuses(writes)[204] > 0, "nothing was withdrawn")
        result.require(
            set(statuses(writes)) <= {200, 201, 204, 404, 503}, f"writes: {show(writes)}"
        )
        return result


async def _sees(crowd: Crowd, link: Link, item: str, visitor: UUID, likes: int) -> bool:
    """Whether everybody's list has all these likes of the item, and the visitor's own has it."""
    with suppress(KeyError):
        everybody = await crowd.read(link, "/api/favorites?limit=100", "list")
        found = {one["item"]: one["likes"] for one in json.loads(everybody.body)["favorites"]}
        if found.get(item, 0) < likes:
            return False
        await link.open()
        raw = request("GET", "/api/favorites/mine", crowd.headers(visitor))
        mine = json.loads((await crowd.timed(link, "list", raw)).body)["favorites"]
        return [one["item"] for one in mine] == [item]
    return True  # a 503 says nothing of age


async def _ask_database(dsn: str) -> tuple[int, int]:
    """Deadlocks so far, and ids given to favorites so far."""
    connection = await asyncpg.connect(dsn)
    try:
        row = await connection.fetchrow(
            "SELECT deadlocks, nextval(pg_get_serial_sequence('favorites', 'id')) - 1 AS ids"
            " FROM pg_stat_database WHERE datname = current_database()"
        )
        return row["deadlocks"], row["ids"]
    finally:
        await connection.close()
