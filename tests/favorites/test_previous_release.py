"""The previous release serves on this schema, as every deployment needs it to.

A deployment migrates first, then old and new tasks serve side by side on the new schema, and after
a rollback only old ones. So the newest release, by its tag `v…`, is checked out and run beside this
source on a database that this source has migrated, under likes, withdrawals and reads that are all
counted. It runs with this environment's packages.

Before the first tag, this source is its own predecessor.
"""

import asyncio
import os
import random
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from ishizue.clock import system_clock
from ishizue.testing.client import Connection
from ishizue.testing.processes import printed
from ishizue_ops.load.load import Load, show, statuses
from ishizue_ops.load.sandbox import ServerProcess
from kirosample.almanac import date_in_japan
from kirosample.favorites import TYPES
from kirosample.horoscope import SIGNS
from tools.workload import WORKLOAD

pytestmark = [pytest.mark.slow, pytest.mark.external]

ROOT = Path(__file__).parents[2]

VISITORS = [uuid4() for _ in range(10)]

ITEMS = (
    *WORKLOAD.items[:5],
    *(f"horoscope:{date_in_japan(system_clock())}.{sign.id}" for sign in SIGNS[:5]),
)
"""Some of every type."""

LISTS = (
    "/favorites",
    "/favorites?mine=true",
    "/en/favorites?mine=true",
    "/api/favorites",
    "/api/favorites/mine",
    "/api/favorites/stats",
)


def git(repository: Path, *arguments: str) -> str:
    # The clone may belong to another account, as in a container.
    safe = f"safe.directory={repository}"
    return printed("git", "-c", safe, "-C", repository, *arguments).strip()


def previous_release(repository: Path, folder: Path) -> Path:
    """The source of the newest release before this one, or this one if there is none.

    On CI a clone without tags fails, because it would hide the previous release.
    """
    if not (repository / ".git").exists():
        return repository / "src"  # an unpacked archive, which has no other release
    shallow = git(repository, "rev-parse", "--is-shallow-repository") == "true"
    if os.environ.get("CI") == "true" and shallow:
        pytest.fail("this clone is shallow and has no tags: check out with fetch-depth: 0")
    tags = git(repository, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-v:refname").split()
    if not tags:
        return repository / "src"
    archive = folder / "release.tar"
    git(repository, "archive", f"--output={archive}", tags[0], "src")
    printed("tar", "-xf", archive, "-C", folder)
    return folder / "src"


async def wrong(dsn: str, logs: Path, *sources: Path) -> list[str]:
    """What goes wrong when these sources serve side by side on a database."""
    load = Load()
    for item, visitor in WORKLOAD.read_back(dsn)[0]:
        load.ledger.add(item, visitor)
        load.ledger.settle(item, visitor, 201)
    async with AsyncExitStack() as stack:
        ports = []
        for number, source in enumerate(sources):
            log = logs / f"server-{number}.log"
            server = ServerProcess(dsn, log, PYTHONPATH=str(source))
            stack.push_async_callback(server.close)
            try:
                await server.start()
            except TimeoutError as error:  # it notices that it cannot write
                return [str(error)]
            ports.append(server.port)

        async def visit(connection: Connection) -> None:
            item = random.choice(ITEMS)
            visitor = random.choice(VISITORS)
            choice = random.random()
            if choice < 0.3:
                path = random.choice(LISTS)
                cookie = WORKLOAD.signed(visitor)
                await load.read(connection, path, "list", {**load.headers(), **cookie})
            elif choice < 0.6 and (item, visitor) in load.ids:
                await load.write(connection, item, visitor, undo=True)
            else:
                await load.write(connection, item, visitor)

        async with load.running(*(load.repeat(port, visit) for port in ports * 4)):
            # By number, not only by time: a busy machine handles few in a second.
            for _ in range(50):
                await asyncio.sleep(0.1)
                if len(load.samples) >= 500:
                    break
        try:
            failures = load.ledger.audit(dsn).failures
        except asyncpg.PostgresError as error:
            failures = [f"the likes cannot be read: {error}"]
    seen = statuses(load.samples)
    if set(seen) - {200, 201, 204, 404} or not seen[201] or not seen[204] or load.refused:
        failures.append(f"answers: {show(load.samples)}, {load.refused} refused")
    return failures


def test_the_previous_release_serves_on_this_schema_beside_this_one(
    database: str, tmp_path: Path
) -> None:
    assert {WORKLOAD.content(item)["type"] for item in ITEMS} == set(TYPES)
    asyncio.run(ServerProcess(database, tmp_path / "migrate.log").migrate())
    previous = previous_release(ROOT, tmp_path)
    assert asyncio.run(wrong(database, tmp_path, previous, ROOT / "src")) == []
