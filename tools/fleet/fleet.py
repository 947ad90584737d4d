"""The design on one machine: its hosts, load balancer, tasks and database, and its users."""

import asyncio
import random
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from infra.checks.template import Design
from tools.fleet import network
from tools.fleet.balancer import Balancer, balancer
from tools.fleet.database import Database, Instance
from tools.fleet.design import container_definitions, environment, tasks
from tools.fleet.network import Network
from tools.fleet.pace import Pace
from tools.fleet.registry import registry
from tools.fleet.service import Service, Task
from tools.loadtest import workload
from tools.loadtest.http import Connection
from tools.loadtest.load import Load, Sample
from tools.loadtest.outcome import Outcome
from tools.postgres import execute

COLUMNS = ("requests", "failing", "seconds", "writes acknowledged", "found", "lost", "twice")

RECOVERY_SECONDS = 2
"""How long after the database's return a request that needs it may still fail."""

_CLIENTS = 16
_PAUSE_SECONDS = 0.1
_REQUESTS_PER_CONNECTION = 20
_HTTPS = 443
_WARM_UP = 50
"""Requests before a drill counts: each task renders its first pages, and all clients connect."""
_PROGRESS_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Setting:
    """What a drill runs on."""

    title: str
    design: Design
    database: str
    """rds, aurora or none."""
    cluster: Path
    """A migrated cluster of PostgreSQL that nobody has open."""
    folder: Path
    hosts: Path
    """What every host reads as /etc/hosts."""
    pace: Pace
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """Show what happens, with the seconds since the drill began."""
        print(f"  {self.title}, {time.monotonic() - self.began:.0f} s: {text}", flush=True)


@dataclass(slots=True)
class Result(Outcome):
    """What a fault did to the fleet. A request fails with any status but 200 and 201, or none."""

    requests: int = 0
    failing: int = 0
    seconds: int = 0
    """In how many of the drill's seconds a request began that failed."""

    def counts(self) -> tuple[int, ...]:
        audit = self.audit
        writes = (audit.acknowledged, audit.found, audit.lost, audit.duplicated)
        return (self.requests, self.failing, self.seconds, *writes)


Run = Callable[[Setting], Coroutine[Any, Any, Result]]


@dataclass(slots=True)
class Fleet:
    setting: Setting
    network: Network
    balancer: Balancer
    service: Service
    database: Database | None
    load: Load
    size: int
    """How many tasks the design runs at least."""

    @property
    def pace(self) -> Pace:
        return self.setting.pace

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        """Users write and read at a steady rate before, during and after the block."""
        clients = [self.load.repeat(_HTTPS, self._visit) for _ in range(_CLIENTS)]
        async with self.load.running(*clients):
            progress = asyncio.create_task(self._show_progress())
            await self.load.succeed(_WARM_UP, within=60)
            self.load.samples.clear()
            await self.load.succeed(self.pace.requests, within=60)
            yield
            await self.load.succeed(self.pace.requests, within=60)
            progress.cancel()

    async def _show_progress(self) -> None:
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            requests, failing = len(self.load.samples), len(self.failed())
            self.setting.say(f"{requests:,} requests, {failing:,} failing")

    async def _visit(self, connection: Connection) -> None:
        """A new user reads or writes, sometimes over a new connection."""
        if self.database and random.random() < 0.5:
            await self.load.write(connection, random.choice(workload.ITEMS[:50]), uuid4())
        else:
            lists = (workload.LIST_PAGE, workload.LIST) if self.database else ()
            target = random.choice((*workload.PAGES, *lists))
            kind = "list" if workload.needs_database(target) else "page"
            await self.load.read(connection, target, kind, self.load.headers())
        if random.random() < 1 / _REQUESTS_PER_CONNECTION:
            await connection.close()
        await asyncio.sleep(random.uniform(0, 2 * _PAUSE_SECONDS))

    def expect_bad_tasks(self) -> None:
        """Start no good ones from now on."""
        self.service.pace = replace(self.pace, start_timeout=self.pace.bad_start_timeout)

    def without_migration(self) -> dict[str, str]:
        """The settings of a task that is never ready: its database is not migrated."""
        assert self.database
        name = f"unmigrated_{secrets.token_hex(4)}"
        execute(self.database.dsn, f"CREATE DATABASE {name}")
        return {"DATABASE_URL": self.database.endpoint.replace("/postgres", f"/{name}")}

    def failed(self) -> list[Sample]:
        return [sample for sample in self.load.samples if sample.status not in (200, 201)]

    def locked(self) -> AbstractAsyncContextManager[None]:
        """Hold a lock that every write waits for."""
        return self.database.locked() if self.database else nullcontext()

    async def lose_zone(self, zone: str) -> list[Task]:
        """Cut off every host of a zone and kill what runs there; its tasks."""
        self.balancer.lose(zone)
        self.network.lose_zone(zone)
        lost = [task for task in self.service.tasks if task.host.zone == zone]
        self.service.zones.remove(zone)
        for task in lost:
            await task.agent.close()
        if self.database:
            await self.database.kill(zone)
        return lost

    def result(self, may_fail: Callable[[Sample], bool] | None = None) -> Result:
        """The audit, with a failure for each failed request that is not allowed."""
        load, failed = self.load, self.failed()
        ledger = load.ledger
        audit = ledger.audit(self.database.dsn) if self.database else ledger.compare(Counter(), 0)
        result = Result(
            self.setting.title,
            audit,
            requests=len(load.samples) + load.refused,
            failing=len(failed) + load.refused,
            seconds=len({int(sample.began) for sample in failed}),
        )
        result.require_audit(
            (task.server for task in self.service.ever), writes=self.database is not None
        )
        lost = [sample for sample in failed if not (may_fail and may_fail(sample))]
        first = min((sample.began for sample in lost), default=0) - self.setting.began
        kinds = sorted({(sample.kind, sample.status) for sample in lost})
        result.require(
            not lost, f"{len(lost)} requests were lost, the first after {first:.1f} s: {kinds}"
        )
        result.require(not load.refused, f"{load.refused} connections were refused")
        late = sum(task.late_requests for task in self.service.ever)
        result.require(not late, f"deregistered tasks got {late} requests")
        return result


@asynccontextmanager
async def fleet(
    setting: Setting, *, synchronous: bool = True, primary_with_nat: bool = True
) -> AsyncIterator[Fleet]:
    """The design's tasks in rotation during the block.

    The primary is in the zone of the first NAT gateway, or in the other. With `synchronous=False`
    commits do not wait for the standby.
    """
    design, pace, folder = setting.design, setting.pace, setting.folder
    async with AsyncExitStack() as stack:
        here = stack.enter_context(network.build(design, tasks=0))
        nodes = here.of("balancer")
        front = stack.enter_context(balancer(nodes, design, folder, pace))
        [outside] = here.of("registry")
        source = stack.enter_context(registry(outside))
        database = None
        if setting.database != "none":
            with_nat = here.of("nat")[0].zone
            first, second = (
                Instance(host, setting.cluster, folder / host.name)
                for host in sorted(
                    here.of("database"),
                    key=lambda host: (host.zone == with_nat) != primary_with_nat,
                )
            )
            database = Database(first, second, setting.hosts)
            stack.push_async_callback(database.close)
            await database.start(synchronous=synchronous)
        service = Service(
            network=here,
            balancer=front,
            registry=source,
            dsn=database.endpoint if database else "none",
            settings=environment(design, pace, str(here.of("clients")[0].address)),
            logs=folder,
            pace=pace,
            definition=container_definitions(design),
            zones=[node.zone for node in nodes],
        )
        stack.push_async_callback(service.close)
        size = tasks(design)
        await asyncio.gather(*(service.start(check_seconds=1) for _ in range(size)))
        setting.say("the fleet serves")
        load = Load(front.tls, lambda: front.addresses)
        yield Fleet(setting, here, front, service, database, load, size)
