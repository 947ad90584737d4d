"""Visitors fill a database; it is backed up, lost, restored, compared and served from again."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.drills.crowd import ITEMS, Crowd
from tests.drills.wire import Answer, Link
from tests.drills.world import COOKIE_KEY, Serving
from tests.postgres import folder, fresh_database, system_server
from tests.restore import backup
from tests.restore.contents import Contents, read

_LIKED, _NEVER_LIKED = ITEMS[:200], ITEMS[-1]
_LIST = "/api/favorites?limit=100"


@dataclass(slots=True)
class Drill:
    """What was seen; `failures` in words, `seconds` of each step."""

    before: Contents
    after: Contents
    dump_bytes: int
    seconds: dict[str, float]
    failures: list[str] = field(default_factory=list)


async def drill(
    programs: Path, *, fill_seconds: float = 5, tamper: Callable[[str], None] | None = None
) -> Drill:
    """With the PostgreSQL whose programs are in this folder.

    `tamper` is given the restored database's address before it is compared: by the tests of this.
    """
    crowd, seconds = Crowd(), dict[str, float]()
    with folder() as path:
        file = path / "favorites.dump"
        with system_server(programs) as server, fresh_database(server) as dsn:
            async with serving(dsn, path) as running:
                await running.command("migrate")
                await running.start()
                async with crowd.busy(*_visitors(crowd, running.port)):
                    await asyncio.sleep(fill_seconds)
                served = await _ask(running.port, lambda link: crowd.read(link, _LIST))
            before = await read(dsn)
            with _timed(seconds, "backup"):
                await asyncio.to_thread(backup.dump, programs, dsn, file)
        # That server has ended, and its folder is removed. This is another one.
        with system_server(programs) as server, fresh_database(server) as dsn:
            with _timed(seconds, "restore"):
                await asyncio.to_thread(backup.restore, programs, dsn, file)
            if tamper:
                await asyncio.to_thread(tamper, dsn)
            result = Drill(before, await read(dsn), file.stat().st_size, seconds)
            result.failures += before.differences(result.after)
            result.failures += (await crowd.ledger.audit(dsn)).differences()
            async with serving(dsn, path) as running:
                seconds["start"] = await running.start()
                result.failures += await _noticed(running.port, crowd, served, before)
    return result


def _visitors(crowd: Crowd, port: int) -> list[Awaitable[None]]:
    """Some think better of it, so that numbers are missing in between."""
    few = [uuid4() for _ in range(50)]

    async def fickle(link: Link) -> None:
        item, visitor = random.choice(_LIKED), random.choice(few)
        withdraws = item in crowd.ids and random.random() < 0.4
        await (crowd.withdraw if withdraws else crowd.like)(link, item, visitor)

    return [
        *(crowd.repeat(port, fickle) for _ in range(8)),
        *(crowd.liker(port, _LIKED) for _ in range(8)),
    ]


async def _noticed(port: int, crowd: Crowd, served: Answer, before: Contents) -> list[str]:
    """What a visitor would notice of the loss, in words."""
    noticed = []
    listed = await _ask(port, lambda link: crowd.read(link, _LIST))
    if (listed.status, listed.body) != (200, served.body):
        noticed.append("the list of favorites is not the one served before the loss")
    item, visitor = next(
        pair for pair, history in crowd.ledger.histories.items() if history.bounds()[0] == 1
    )
    again = await _ask(port, lambda link: crowd.like(link, item.removeprefix("quote:"), visitor))
    if again.status != 200:
        noticed.append(f"a like from before the loss, made again, is answered {again.status}")
    new = await _ask(port, lambda link: crowd.like(link, _NEVER_LIKED, uuid4()))
    if new.status != 201 or json.loads(new.body)["id"] <= before.last_number("favorites_id_seq"):
        noticed.append(f"a new favorite is answered {new.status}, {new.body.decode()}")
    return noticed


async def _ask(port: int, question: Callable[[Link], Awaitable[Answer]]) -> Answer:
    link = Link(port)
    try:
        return await question(link)
    finally:
        await link.close()


@asynccontextmanager
async def serving(dsn: str, path: Path) -> AsyncIterator[Serving]:
    """A server on this database, not yet started; ended after the block."""
    settings = {
        "DATABASE_URL": dsn,
        "KIROSAMPLE_COOKIE_KEYS": COOKIE_KEY,
        "KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    serving = Serving(settings, path / "server.log")
    try:
        yield serving
    finally:
        await serving.close()


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[step] = time.monotonic() - began
