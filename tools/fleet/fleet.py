"""Three tasks behind a load balancer on one PostgreSQL, and their visitors."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from tools.fleet.balancer import Balancer, balancer
from tools.fleet.design import container_definitions, design
from tools.fleet.service import Pace, Service
from tools.loadtest import ledger, workload
from tools.loadtest.http import Connection
from tools.loadtest.load import Load, Sample
from tools.loadtest.outcome import Outcome
from tools.loadtest.sandbox import Postgres, ServerProcess
from tools.postgres import execute, folder

TASKS = 3
COLUMNS = ("requests", "errors", *ledger.COLUMNS)

_CLIENTS = 16
_PAUSE_SECONDS = 0.1
_REQUESTS_PER_CONNECTION = 20
_TARGETS = (*workload.PAGES, workload.LIST_PAGE, workload.LIST)


@dataclass(slots=True)
class Result(Outcome):
    """What a fault did to the fleet. An error is any status but 200 and 201, or no response."""

    requests: int = 0
    errors: int = 0

    def counts(self) -> tuple[int, ...]:
        return (self.requests, self.errors, *self.audit.counts())


@dataclass(slots=True)
class Fleet:
    postgres: Postgres
    balancer: Balancer
    service: Service
    load: Load

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        """Visitors write and read at a steady rate before, during and after the block."""
        clients = [self.load.repeat(self.balancer.port, self._visit) for _ in range(_CLIENTS)]
        async with self.load.running(*clients):
            await self.load.succeed(self.service.pace.requests)
            yield
            await self.load.succeed(self.service.pace.requests)

    async def _visit(self, connection: Connection) -> None:
        """A new visitor reads or writes, sometimes over a new connection."""
        if random.random() < 0.5:
            await self.load.write(connection, random.choice(workload.ITEMS[:50]), uuid4())
        else:
            target = random.choice(_TARGETS)
            kind = "list" if workload.needs_database(target) else "page"
            await self.load.read(connection, target, kind, self.load.headers())
        if random.random() < 1 / _REQUESTS_PER_CONNECTION:
            await connection.close()
        await asyncio.sleep(random.uniform(0, 2 * _PAUSE_SECONDS))

    def without_migration(self) -> ServerProcess:
        """A server that is never ready: its database is not migrated."""
        name = f"unmigrated{len(self.service.ever)}"
        execute(self.postgres.dsn, f"CREATE DATABASE {name}")
        address = urlsplit(self.postgres.dsn)._replace(path=f"/{name}")
        return self.service.server(DATABASE_URL=urlunsplit(address))

    def errors(self) -> list[Sample]:
        return [sample for sample in self.load.samples if sample.status not in (200, 201)]

    def result(self, title: str, may_fail: Callable[[Sample], bool] | None = None) -> Result:
        """The audit, with a failure for each error that is not allowed."""
        load, errors = self.load, self.errors()
        result = Result(
            title,
            load.ledger.audit(self.postgres.dsn),
            requests=len(load.samples) + load.refused,
            errors=len(errors) + load.refused,
        )
        result.require_audit(task.server for task in self.service.ever)
        lost = [sample for sample in errors if not (may_fail and may_fail(sample))]
        kinds = sorted({(sample.kind, sample.status) for sample in lost})
        result.require(not lost, f"{len(lost)} requests were lost: {kinds}")
        result.require(not load.refused, f"{load.refused} connections were refused")
        late = sum(task.late_requests for task in self.service.ever)
        result.require(not late, f"deregistered tasks got {late} requests")
        return result


@asynccontextmanager
async def fleet(pace: Pace) -> AsyncIterator[Fleet]:
    """Three tasks in rotation during the block."""
    async with AsyncExitStack() as stack:
        path = stack.enter_context(folder())
        postgres = await asyncio.to_thread(Postgres, path / "postgres")
        stack.callback(postgres.close)
        front = stack.enter_context(balancer(path, check_seconds=pace.balancer_check))
        settings = {
            "KIROSAMPLE_PUBLIC_URL": f"https://localhost:{front.port}",
            "KIROSAMPLE_DRAIN_SECONDS": str(pace.drain),
        }
        definition = container_definitions(await asyncio.to_thread(design))
        service = Service(front, postgres.dsn, settings, path, pace, definition)
        stack.push_async_callback(service.close)
        await service.server().migrate()
        # No drill is about the start of the first three.
        await asyncio.gather(*(service.start(check_seconds=1) for _ in range(TASKS)))
        yield Fleet(postgres, front, service, Load(front.tls))
