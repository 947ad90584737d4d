"""The service at a small scale: real tasks at a quarter of a core, a database and a balancer."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from infra import timing
from tools.capacity.run.balancer import Balancer, balancer
from tools.capacity.run.cgroups import Group, group
from tools.loadtest.http import Aborted, Refused, fetch, request
from tools.loadtest.sandbox import Postgres, ServerProcess
from tools.postgres import folder

CORES = 0.25
"""What each task gets of a core, as Fargate's smallest does."""

MINUTE_SECONDS = 5
"""What a minute takes here: the period of a metric, and with it all that waits for one."""

SCALE = MINUTE_SECONDS / 60
"""Of the design's times."""

_START_SECONDS = 30
_POLL_SECONDS = 0.1


@dataclass(eq=False)
class Task:
    """A server in a control group."""

    server: ServerProcess
    limit: Group
    serving: bool = False
    since: float = 0.0
    """When `used` and `waited` were read."""
    used: float = 0.0
    waited: float = 0.0

    async def start(self) -> None:
        """Launch it, and return when it is ready. Raises TimeoutError."""
        self.used, self.since = self.limit.cpu_seconds(), time.monotonic()
        await self.server.launch()
        self.limit.add(self.server.pid)
        self.waited = self.limit.waited()
        async with asyncio.timeout(_START_SECONDS):
            await _until(self._ready)

    async def _ready(self) -> bool:
        try:
            return (await fetch(self.server.port, request("GET", "/readyz"))).status == 200
        except (Refused, Aborted):
            return False

    def use(self) -> "Use":
        """Since this was last asked."""
        now, used, waited = time.monotonic(), self.limit.cpu_seconds(), self.limit.waited()
        use = Use(now - self.since, used - self.used, waited - self.waited)
        self.since, self.used, self.waited = now, used, waited
        return use


class Use(NamedTuple):
    """Of a task, in seconds: those that passed, of CPU, and those that it waited for a core."""

    seconds: float
    cpu: float
    waited: float


@dataclass
class Service:
    """Starts and stops tasks as their wanted number changes."""

    balancer: Balancer
    spare: list[Task]
    changes: asyncio.TaskGroup
    tasks: list[Task] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    """Seconds from each decision to start a task until it was in rotation."""

    @property
    def serving(self) -> int:
        return sum(task.serving for task in self.tasks)

    async def complete(self) -> bool:
        return self.serving == len(self.tasks)

    def scale(self, wanted: int) -> None:
        """Start tasks, or stop the newest, in the background."""
        while len(self.tasks) < wanted:
            self.tasks.append(self.spare.pop())
            self.changes.create_task(self._start(self.tasks[-1]))
        while len(self.tasks) > wanted:
            self.changes.create_task(self._stop(self.tasks.pop()))

    async def _start(self, task: Task) -> None:
        began, target = time.monotonic(), task.server.port
        await task.start()
        await self.balancer.register(target)
        await _until(lambda: self.balancer.in_rotation(target))
        task.serving = True
        self.starts.append(time.monotonic() - began)

    async def _stop(self, task: Task) -> None:
        task.serving = False
        await self.balancer.deregister(task.server.port)
        await asyncio.sleep(timing.DEREGISTRATION_SECONDS * SCALE)
        task.server.signal(signal.SIGTERM)
        await task.server.exited()
        self.spare.append(task)


@asynccontextmanager
async def rig(tasks: int, most: int) -> AsyncIterator[Service]:
    """A service with so many tasks in rotation, and room for more. Raises NotPermitted."""
    async with AsyncExitStack() as stack:
        path = stack.enter_context(folder())
        others = stack.enter_context(group("others"))
        others.add(os.getpid())  # and with it the database and the balancer
        limits = [stack.enter_context(group(f"task{number}", CORES)) for number in range(most)]
        postgres = Postgres(path / "postgres")
        stack.callback(postgres.close)
        spare = [Task(ServerProcess(postgres.dsn, path / "log"), limit) for limit in limits]
        for task in spare:
            stack.push_async_callback(task.server.close)
        await spare[0].server.migrate()
        ports = [task.server.port for task in spare]
        check = timing.BALANCER_CHECK_SECONDS * SCALE
        front = stack.enter_context(balancer(path, ports, check_seconds=check))
        async with asyncio.TaskGroup() as changes:
            service = Service(front, spare, changes)
            service.scale(tasks)
            await _until(service.complete)
            yield service


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    while not await holds():  # noqa: ASYNC110
        await asyncio.sleep(_POLL_SECONDS)
