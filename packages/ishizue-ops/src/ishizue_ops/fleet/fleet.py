"""The design on one machine: its hosts, tasks and database, and users behind its load balancer.

The balancer is this program, on the host of one of its nodes: it checks `/livez` of each registered
task, which is in rotation after one success and out of it after two failures, and sends each user's
request to one of them. A task starts as on ECS in the zone with the fewest and is registered once
`healthcheck` passes. It stops in this order: no new requests, the deregistration delay,
SIGTERM. The gate, the image and the secrets are left out: tests of the template hold that a task is
registered only when it is healthy.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from ishizue_ops import timing
from ishizue_ops.app_contract import LIVENESS_PATH, PORT
from ishizue_ops.fleet.database import Cluster, Database, database
from ishizue_ops.fleet.network import Host, Network, at, build
from ishizue_ops.load.http import Aborted, Connection, Refused, fetch, request
from ishizue_ops.load.load import Load, Sample, show, slowest
from ishizue_ops.load.report import Outcome, outcome
from ishizue_ops.load.sandbox import ServerProcess
from ishizue_ops.load.workload import workload
from ishizue_ops.project import names
from ishizue_ops.template import Design

RECOVERY_SECONDS = 2
"""How long after the database's return a request that needs it may still fail."""

_CLIENTS = 10
_PAUSE_SECONDS = 0.1
_PATIENCE_SECONDS = 5
"""Users of a lost zone must not wait for so long that nobody is left to use the other one."""

_WARM_UP = 50
"""Requests before a drill counts: each task renders its first pages."""

_AROUND = 100
"""Successful requests before and after what a drill breaks."""

_TASKS = 3
"""Hosts for tasks in each zone: a deployment that is taken back needs three for one task."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a drill runs on, and how many times faster than the design's and AWS's its times are."""

    design: Design
    cluster: Cluster
    folder: Path
    speed: float
    failover: float
    """How long AWS documents that a failover of this kind of database takes."""
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """Show what happens, with the seconds since the drill began."""
        print(f"  {time.monotonic() - self.began:.0f} s: {text}", flush=True)

    def scaled(self, seconds: float) -> float:
        """How long a time of the design's or AWS's is here."""
        return seconds / self.speed


@dataclass(eq=False, slots=True)
class Task:
    host: Host
    server: ServerProcess
    weight: int
    """Its share of the requests, of the sum of all."""
    in_rotation: bool = False
    requests: int = 0
    checks: asyncio.Task[None] | None = None


class Fleet:
    """`tasks` are running, `ever` are all that ever ran."""

    def __init__(self, setting: Setting, network: Network, database: Database) -> None:
        self.setting, self.network, self.database = setting, network, database
        self.load = Load()
        self.tasks: list[Task] = []
        self.ever: list[Task] = []
        [scaling] = setting.design.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
        self.size = int(scaling.properties["MinCapacity"])
        """How many tasks the design runs at least."""

    async def start(self, program: Sequence[str] = (), *, weight: int = 100) -> Task:
        """Start a task and return it when it is in rotation, with this share of the requests."""
        running = Counter(task.host.zone for task in self.tasks)
        used = {task.host for task in self.ever}
        free = [host for host in self.network.of("tasks") if host not in used]
        host = min(free, key=lambda host: running[host.zone])
        log = self.setting.folder / f"{host.name}.log"
        dsn, settings = self.database.endpoint, self._settings()
        server = ServerProcess(dsn, log, program, inside=host.command([]), **settings)
        task = Task(host, server, weight)
        self.tasks.append(task)
        self.ever.append(task)
        await server.launch()
        async with asyncio.timeout(timing.GATE_SECONDS):
            while await server.command("healthcheck"):  # noqa: ASYNC110
                await asyncio.sleep(self.setting.scaled(timing.CONTAINER_CHECK_SECONDS))
            task.checks = asyncio.create_task(self._check(task))
            while not task.in_rotation:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return task

    async def stop(self, task: Task) -> int:
        """Stop a task and return its exit code."""
        self._deregister(task)
        await asyncio.sleep(self.setting.scaled(timing.DEREGISTRATION_SECONDS))
        task.server.signal(signal.SIGTERM)
        return await task.server.exited(timing.STOP_SECONDS)

    async def lose(self, task: Task) -> float:
        """End a lost task; when it was out of rotation."""
        await task.server.close()
        async with asyncio.timeout(60):
            while task.in_rotation:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        self._deregister(task)
        return time.monotonic()

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        """Users write and read at a steady rate before, during and after the block."""
        clients = [self.load.repeat(PORT, self._visit) for _ in range(_CLIENTS)]
        async with self.load.running(*clients):
            await self.load.succeed(_WARM_UP, within=60)
            self.load.samples.clear()
            await self.load.succeed(_AROUND, within=60)
            yield
            await self.load.succeed(_AROUND, within=60)

    def failed(self) -> list[Sample]:
        return [sample for sample in self.load.samples if sample.failed]

    def result(self, title: str, may_fail: Callable[[Sample], bool]) -> Outcome:
        """The audit, with a failure for each failed request that is not allowed."""
        load, servers = self.load, [task.server for task in self.ever]
        found = outcome(title, load, self.database.primary.dsn, servers, may_fail)
        shares = [task.requests for task in self.tasks]
        found.require(all(shares), f"requests by task: {shares}")
        slow = f"the slowest took {slowest(load.samples):.2f} s"
        found.note(f"responses: {show(load.samples)}; {slow}")
        return found

    def _deregister(self, task: Task) -> None:
        """Send it no new requests; those in flight complete."""
        assert task.checks
        task.checks.cancel()
        self.tasks.remove(task)

    async def _check(self, task: Task) -> None:
        failures, seconds = 0, self.setting.scaled(timing.BALANCER_CHECK_TIMEOUT_SECONDS)
        while True:
            try:
                async with asyncio.timeout(max(1, seconds)):
                    raw = request("GET", LIVENESS_PATH)
                    live = (await fetch(PORT, raw, str(task.host.address))).status == 200
            except (Refused, Aborted, TimeoutError):
                live = False
            failures = 0 if live else failures + 1
            if live or failures >= timing.BALANCER_CHECK_COUNT:
                task.in_rotation = live
            await asyncio.sleep(self.setting.scaled(timing.BALANCER_CHECK_SECONDS))

    async def _visit(self, _: Connection) -> None:
        """A new user reads or writes, over a connection of the balancer's to one of the tasks."""
        tasks = [task for task in self.tasks if task.in_rotation] or self.tasks
        [task] = random.choices(tasks, [task.weight for task in tasks])
        task.requests += 1
        target = random.choice((*workload().pages, workload().list_page, workload().list))
        kind = "list" if workload().needs_database(target) else "page"
        connection = Connection(PORT, str(task.host.address), _PATIENCE_SECONDS)
        began = time.monotonic()
        try:
            if random.random() < 0.5:
                kind = "write"
                await self.load.write(connection, random.choice(workload().items[:50]), uuid4())
            else:
                await self.load.read(connection, target, kind, self.load.headers())
        except Refused:
            self.load.samples.append(Sample(began, time.monotonic(), kind, 0, reused=False))
        finally:
            await connection.close()
        await asyncio.sleep(random.uniform(0, 2 * _PAUSE_SECONDS))

    def _settings(self) -> dict[str, str]:
        """The application's settings in the template that are not secret.

        The embedded PostgreSQL has no TLS.
        """
        design = self.setting.design
        [service] = design.of_type("AWS::ECS::Service")
        task = design.resolve(service.properties["TaskDefinition"], service.stack)
        assert task
        [app] = [c for c in task.properties["ContainerDefinitions"] if c["Name"] == "app"]
        settings = {entry["Name"]: entry["Value"] for entry in app["Environment"]}
        drain = max(1, round(self.setting.scaled(timing.DRAIN_SECONDS)))
        changed = {names().setting("DRAIN_SECONDS"): str(drain), names().setting("DB_TLS"): "off"}
        return settings | changed | {"PORT": str(PORT)}


@asynccontextmanager
async def fleet(setting: Setting, *, synchronous: bool = True) -> AsyncIterator[Fleet]:
    """The design's tasks in rotation during the block; the primary is in the first zone."""
    async with AsyncExitStack() as stack:
        network = stack.enter_context(build(setting.design, tasks=_TASKS))
        hosts, cluster, folder = network.of("database"), setting.cluster, setting.folder
        store = await stack.enter_async_context(
            database(hosts, cluster, folder, synchronous=synchronous)
        )
        here = Fleet(setting, network, store)
        # The balancer's node that no drill loses.
        stack.enter_context(at(network.of("alb")[-1]))
        try:
            await asyncio.gather(*(here.start() for _ in range(here.size)))
            setting.say("the fleet serves")
            yield here
        finally:
            for task in here.ever:
                if task.checks:
                    task.checks.cancel()
                await task.server.close()
