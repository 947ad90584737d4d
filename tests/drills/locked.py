"""5: somebody holds a lock on the table, while likes come in and clients give up and try again."""

import asyncio
import random
import time
from uuid import uuid4

import asyncpg
from tests.drills.crowd import ITEMS, Crowd, show, slowest, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.wire import Cut, Link
from tests.drills.world import world

from kirosample.favorites import Database, Item, QueueFull, Store, Unavailable
from kirosample.limits import WRITE_BATCH, WRITE_QUEUE

TITLE = "a lock held on the table for 5 s"
_WRITE_SECONDS = 3
_PAGE_SECONDS = 1
_BACK_SECONDS = 2
_GROWTH_MB = 100  # 10,000 writes that wait take about 7 KB each
_TOO_MANY = 2_000


async def drill(*, seconds: float = 5) -> Outcome:
    async with world() as here:
        crowd, port = Crowd(), here.server.port
        abandoned = 0

        async def impatient(link: Link) -> None:
            """Likes and is gone: so ever more writes wait than there are connections."""
            nonlocal abandoned
            visitor, item = uuid4(), random.choice(ITEMS[:20])
            await link.open()
            crowd.ledger.send(f"quote:{item}", visitor)
            await link.send(crowd.like_request(item, visitor))
            abandoned += 1
            await asyncio.sleep(0.01)
            await link.close()

        clients = [
            *(crowd.liker(port) for _ in range(24)),
            *(crowd.reader(port) for _ in range(8)),
            *(crowd.repeat(port, impatient) for _ in range(16)),
        ]
        lock = await asyncpg.connect(here.postgres.dsn)
        try:
            async with crowd.busy(*clients):
                await crowd.answered()
                before = here.server.memory()
                async with lock.transaction():
                    await lock.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
                    held = time.monotonic()
                    listed = asyncio.create_task(_list(crowd, port))
                    await asyncio.sleep(seconds)
                    growth = here.server.memory() - before
                released = time.monotonic()
                await listed
                await asyncio.sleep(_BACK_SECONDS)
            async with lock.transaction():
                await lock.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
                refused, waited, answered = await _fill_the_queue(crowd, here.postgres.dsn)
        finally:
            await lock.close()
        result = await outcome(TITLE, crowd, here)
        writes, pages = crowd.of("write", held), crowd.of("page", held, released)
        result.note(
            f"writes since then: {show(writes)}; {abandoned:,} more were given up by clients"
        )
        result.within("the slowest write", slowest(writes), _WRITE_SECONDS)
        result.require(set(statuses(writes)) <= {200, 201, 503}, f"writes: {show(writes)}")
        result.require(statuses(writes)[503] > 0, "no write met the lock")
        result.note(f"pages while the lock was held: {show(pages)}")
        result.within("the slowest page", slowest(pages), _PAGE_SECONDS)
        result.require(set(statuses(pages)) == {200}, f"pages were not served: {show(pages)}")
        lists = crowd.of("list")
        result.within(
            "the list of favorites, which is locked, answered", slowest(lists), _WRITE_SECONDS
        )
        after = [s.ended for s in writes if s.began > released and s.status in (200, 201)]
        back = min(after, default=float("inf")) - released
        result.within("the first like after the lock", back, _BACK_SECONDS)
        result.note(f"memory grew by {growth:.1f} MB while writes queued (at most {_GROWTH_MB})")
        result.require(growth < _GROWTH_MB, f"memory grew by {growth:.1f} MB")
        result.note(
            f"of {WRITE_QUEUE + _TOO_MANY:,} likes at once, {refused:,} were refused at once "
            f"and {waited:,} waited (at most {WRITE_QUEUE:,})"
        )
        result.within("all of them answered", answered, _WRITE_SECONDS)
        result.require(refused >= _TOO_MANY - WRITE_BATCH, f"only {refused} were refused")
        result.require(waited <= WRITE_QUEUE + WRITE_BATCH, f"{waited} waited")
        return result


async def _fill_the_queue(crowd: Crowd, dsn: str) -> tuple[int, int, float]:
    """More likes at once than the queue holds, which takes more clients than sockets: in here.

    Answers how many were refused at once, how many waited, and when the last was answered.
    """
    refused = 0
    async with Database({"dsn": dsn}, migrating=False) as database:
        await database.opened()
        store, item = Store(database), Item("quote", ITEMS[0], "", "")
        began = time.monotonic()

        async def like() -> None:
            nonlocal refused
            visitor = uuid4()
            crowd.ledger.send(f"quote:{item.item}", visitor)
            try:
                _, new = await store.like(item, visitor)
                crowd.ledger.settle(f"quote:{item.item}", visitor, 201 if new else 200)
            except QueueFull:
                refused += 1
            except Unavailable:
                pass

        await asyncio.gather(*(like() for _ in range(WRITE_QUEUE + _TOO_MANY)))
        answered = time.monotonic() - began
    return refused, WRITE_QUEUE + _TOO_MANY - refused, answered


async def _list(crowd: Crowd, port: int) -> None:
    link = Link(port)
    try:
        await crowd.read(link, "/favorites", "list")
    except Cut:
        pass  # noted by the crowd
    finally:
        await link.close()
