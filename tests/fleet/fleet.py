"""Three tasks behind a load balancer on one PostgreSQL, and the visitors that they serve."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from tests.drills.crowd import ITEMS, PAGES, Crowd, Sample
from tests.drills.outcome import Outcome
from tests.drills.wire import Link
from tests.drills.world import COOKIE_KEY, Postgres, Serving
from tests.fleet.balancer import Balancer, balancer
from tests.fleet.service import Pace, Service
from tests.postgres import execute, folder

TASKS = 3
_CLIENTS = 16
_PAUSE_SECONDS = 0.1
_REQUESTS_OF_A_CONNECTION = 20


@dataclass(slots=True)
class Result(Outcome):
    """What a drill of the fleet showed. An error is any answer but 200 and 201, or none."""

    requests: int = 0
    errors: int = 0


@dataclass(slots=True)
class Fleet:
    postgres: Postgres
    balancer: Balancer
    service: Service
    crowd: Crowd

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        """While the block runs, visitors like and read at a steady rate."""
        clients = [self.crowd.repeat(self.balancer.port, self._visit) for _ in range(_CLIENTS)]
        async with self.crowd.busy(*clients):
            yield

    async def _visit(self, link: Link) -> None:
        """A new visitor reads or likes; now and then over a new connection."""
        if random.random() < 0.5:
            await self.crowd.like(link, random.choice(ITEMS[:50]), uuid4())
        else:
            target = random.choice((*PAGES, "/favorites", "/api/favorites?limit=5"))
            await self.crowd.read(
                link, target, "list" if "favorites" in target else "page", self.crowd.headers()
            )
        if random.random() < 1 / _REQUESTS_OF_A_CONNECTION:
            await link.close()
        await asyncio.sleep(random.uniform(0, 2 * _PAUSE_SECONDS))

    def without_migration(self) -> Serving:
        """A server to be that is never ready: nobody has migrated its database."""
        execute(self.postgres.dsn, "CREATE DATABASE unmigrated")
        address = urlsplit(self.postgres.dsn)._replace(path="/unmigrated")
        return self.service.serving(DATABASE_URL=urlunsplit(address))

    def errors(self) -> list[Sample]:
        return [sample for sample in self.crowd.samples if sample.status not in (200, 201)]

    async def result(self, title: str, may_fail: Callable[[Sample], bool] | None = None) -> Result:
        """What the drill showed; fails for every error that may not be one."""
        crowd, errors = self.crowd, self.errors()
        reckoning = await crowd.ledger.audit(self.postgres.dsn)
        result = Result(
            title,
            reckoning,
            failures=reckoning.differences(),
            requests=len(crowd.samples) + crowd.refused,
            errors=len(errors) + crowd.refused,
        )
        result.require(reckoning.acknowledged > 0, "nothing was acknowledged: this shows nothing")
        lost = [sample for sample in errors if not (may_fail and may_fail(sample))]
        said = sorted({(sample.kind, sample.status) for sample in lost})
        result.require(not lost, f"{len(lost)} requests were lost: {said}")
        result.require(not crowd.refused, f"{crowd.refused} connections were refused")
        late = [task.given_late for task in self.service.ever]
        result.require(not any(late), f"deregistered tasks were given {sum(late)} requests")
        for task in self.service.ever:
            complaint = task.serving.complaints()
            result.require(not complaint, f"a task's log has {complaint}")
        return result


@asynccontextmanager
async def fleet(pace: Pace) -> AsyncIterator[Fleet]:
    """Three tasks in rotation while the block runs."""
    async with AsyncExitStack() as stack:
        path = stack.enter_context(folder())
        postgres = await asyncio.to_thread(Postgres, path / "postgres")
        stack.callback(postgres.close)
        front = stack.enter_context(balancer(path, check_seconds=pace.balancer_check))
        settings = {
            "DATABASE_URL": postgres.dsn,
            "KIROSAMPLE_COOKIE_KEYS": COOKIE_KEY,
            "KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8",
            "KIROSAMPLE_PUBLIC_URL": f"https://localhost:{front.port}",
            "KIROSAMPLE_DRAIN_SECONDS": str(pace.drain),
        }
        service = Service(front, settings, path, pace)
        stack.push_async_callback(service.close)
        if await service.serving().command("migrate"):
            raise RuntimeError("the database cannot be migrated")
        # How the first three get there is no part of any drill.
        await asyncio.gather(*(service.start(check_seconds=1) for _ in range(TASKS)))
        yield Fleet(postgres, front, service, Crowd(front.tls))
