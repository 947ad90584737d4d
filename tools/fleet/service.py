"""What ECS does with the tasks of a service, as far as a visitor could notice.

- A task runs the containers that the template defines (`agent.py`): the application and the gate.
- ECS registers a task with the load balancer when it is RUNNING, whatever its containers' health.
  `gated=False` is a task without the gate.
- A registered task is in rotation once the balancer's own check passes, and is given up if none has
  passed by the end of the grace period, or if its container's check never passes.
- A task stops in this order: it is deregistered and gets no new requests; the deregistration delay
  passes; its containers stop.
"""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from infra import timing
from tools.fleet.agent import Agent, Definition, Reading, TaskStopped
from tools.fleet.balancer import SLOTS, Balancer
from tools.loadtest.sandbox import ServerProcess


@dataclass(frozen=True, slots=True)
class Pace:
    """The design's times in seconds."""

    balancer_check: float = timing.BALANCER_CHECK_SECONDS
    container_check: float = timing.CONTAINER_CHECK_SECONDS
    container_retries: int = timing.CONTAINER_CHECK_RETRIES
    start_period: float = timing.START_SECONDS
    start_timeout: float = timing.GATE_SECONDS
    grace_period: float = timing.GRACE_SECONDS
    deregistration: float = timing.DEREGISTRATION_SECONDS
    drain: int = timing.DRAIN_SECONDS
    minute: float = 60
    """A period of CloudWatch's metrics."""
    metrics_arrive: float = 60
    """How long after its end CloudWatch has a minute of the load balancer's metrics."""
    requests: int = 400
    """Successful requests before and after each fault."""


REAL = Pace()
QUICK = Pace(
    balancer_check=0.5,
    container_check=0.5,
    start_period=1,
    start_timeout=10,
    grace_period=2,
    deregistration=0.5,
    drain=1,
    minute=2,
    metrics_arrive=0.5,
    requests=100,
)


class NeverInRotation(Exception):
    """ECS gave the task up; the message names the check that never passed."""


@dataclass(eq=False, slots=True)
class Task:
    server: ServerProcess
    agent: Agent
    slot: int
    requests_before: int
    """The requests that its slot got before it."""
    late_requests: int = 0
    """The requests that it got after it was deregistered."""
    registered: bool = False
    """Whether the balancer ever knew it."""


@dataclass(slots=True)
class Service:
    """Starts and stops tasks; `tasks` are running, `ever` are all that ever ran."""

    balancer: Balancer
    dsn: str
    settings: dict[str, str]
    logs: Path
    pace: Pace
    definition: Definition
    reading: Reading = Reading.AGENT
    tasks: list[Task] = field(default_factory=list)
    ever: list[Task] = field(default_factory=list)

    def server(self, **changed: str) -> ServerProcess:
        """A server that is not yet started, with the service's settings but for these."""
        log = self.logs / f"task-{len(self.ever)}.log"
        return ServerProcess(self.dsn, log, **self.settings | changed)

    async def start(
        self,
        server: ServerProcess | None = None,
        *,
        port: int | None = None,
        gated: bool = True,
        check_seconds: float | None = None,
        weight: int = 100,
    ) -> Task:
        """Start a task and return it when it is in rotation, with this share of the requests.

        Raises NeverInRotation when ECS gives it up; it is then stopped.
        """
        task = await self._place(server or self.server(), gated=gated, check_seconds=check_seconds)
        try:
            await task.agent.run()
            await self.balancer.register(task.slot, port or task.server.port, weight=weight)
            task.registered = True
            if not task.agent.healthy:
                await self._healthy(task)
            await self._in_rotation(task)
        except (NeverInRotation, TaskStopped) as error:
            await self.stop(task)
            raise NeverInRotation(str(error)) from None
        return task

    async def stop(self, task: Task) -> int:
        """Stop a task; return the first exit code of a container that is not 0, or 0."""
        await self.balancer.drain(task.slot)
        requests = await self.requests(task)
        await asyncio.sleep(self.pace.deregistration)
        task.late_requests = await self.requests(task) - requests
        try:
            return await task.agent.stop()
        finally:
            await self.remove(task)

    async def remove(self, task: Task) -> None:
        """Forget a task, and end what is left of it."""
        await task.agent.close()
        await self.balancer.remove(task.slot)
        self.tasks.remove(task)

    async def requests(self, task: Task) -> int:
        return await self.balancer.requests(task.slot) - task.requests_before

    async def close(self) -> None:
        for task in self.tasks:
            await task.agent.close()

    async def _place(
        self, server: ServerProcess, *, gated: bool, check_seconds: float | None
    ) -> Task:
        free = set(range(1, SLOTS + 1)) - {task.slot for task in self.tasks}
        agent = Agent(
            [found for found in self.definition if gated or found["Name"] == "app"],
            server,
            log=self.logs / "gates.log",
            start_timeout=self.pace.start_timeout,
            check_seconds=check_seconds or self.pace.container_check,
            reading=self.reading,
        )
        task = Task(server, agent, min(free), 0)
        self.tasks.append(task)
        self.ever.append(task)
        task.requests_before = await self.balancer.requests(task.slot)
        return task

    async def _healthy(self, task: Task) -> None:
        counted_from = time.monotonic() + self.pace.start_period
        failures = 0
        while failures < self.pace.container_retries:
            if await task.agent.check():
                return
            failures += time.monotonic() > counted_from
        raise NeverInRotation("its container check never passed")

    async def _in_rotation(self, task: Task) -> None:
        deadline = time.monotonic() + self.pace.grace_period
        while time.monotonic() < deadline:
            if await self.balancer.in_rotation(task.slot):
                return
            await asyncio.sleep(self.pace.balancer_check / 10)
        raise NeverInRotation("it never passed the load balancer's check")
