"""What ECS does with the tasks of a service, as far as a user could notice.

- A task starts in the zone with the fewest, in a private subnet, once its image and secrets are
  there (`registry.py`), and runs the containers that the template defines (`agent.py`): the
  application and the gate.
- ECS registers a task with the load balancer when it is RUNNING, whatever its containers' health.
  `gated=False` is a task without the gate.
- A registered task is in rotation once the balancer's own check passes, and is given up if none has
  passed by the end of the grace period, or if its container's check never passes.
- A task stops in this order: it is deregistered and gets no new requests; the deregistration delay
  passes; its containers stop.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra import app_contract
from tools.fleet.agent import Agent, Definition, Reading, TaskStopped
from tools.fleet.balancer import SLOTS, Balancer
from tools.fleet.network import Host, Network
from tools.fleet.pace import Pace
from tools.fleet.registry import CannotPull, Registry
from tools.loadtest.sandbox import ServerProcess

SERVE = ("-m", "kirosample", "serve")


class NeverInRotation(Exception):
    """ECS gave the task up; the message says why."""


@dataclass(eq=False, slots=True)
class Task:
    host: Host
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

    network: Network
    balancer: Balancer
    registry: Registry
    dsn: str
    settings: dict[str, str]
    logs: Path
    pace: Pace
    definition: Definition
    zones: list[str]
    """The zones in which it starts tasks."""
    reading: Reading = Reading.AGENT
    tasks: list[Task] = field(default_factory=list)
    ever: list[Task] = field(default_factory=list)

    async def start(
        self,
        program: Sequence[str] = SERVE,
        *,
        port: int = app_contract.PORT,
        gated: bool = True,
        check_seconds: float | None = None,
        weight: int = 100,
        settings: Mapping[str, str] = {},
    ) -> Task:
        """Start a task and return it when it is in rotation, with this share of the requests.

        Raises NeverInRotation when ECS gives the task up, and CannotPull; it is then stopped.
        """
        task = await self._place(
            program, gated=gated, check_seconds=check_seconds, settings=settings
        )
        try:
            await self.registry.pull(task.host)
            self.ever.append(task)
            await task.agent.run()
            await self.balancer.register(task.slot, task.host.address, port, weight=weight)
            task.registered = True
            if not task.agent.healthy:
                await self._healthy(task)
            await self._in_rotation(task)
        except CannotPull:
            await self.remove(task)
            raise
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
        self.network.remove(task.host)
        self.tasks.remove(task)

    async def requests(self, task: Task) -> int:
        return await self.balancer.requests(task.slot) - task.requests_before

    async def close(self) -> None:
        for task in self.tasks:
            await task.agent.close()

    async def _place(
        self,
        program: Sequence[str],
        *,
        gated: bool,
        check_seconds: float | None,
        settings: Mapping[str, str],
    ) -> Task:
        free = set(range(1, SLOTS + 1)) - {task.slot for task in self.tasks}
        running = [task.host.zone for task in self.tasks]
        host = self.network.add("tasks", min(self.zones, key=running.count))
        server = ServerProcess(
            self.dsn,
            self.logs / f"{host.name}.log",
            program,
            inside=host.command([]),
            **{"PORT": str(app_contract.PORT), **self.settings, **settings},
        )
        agent = Agent(
            [found for found in self.definition if gated or found["Name"] == "app"],
            server,
            host=host,
            log=self.logs / "gates.log",
            start_timeout=self.pace.start_timeout,
            check_seconds=check_seconds or self.pace.container_check,
            reading=self.reading,
        )
        task = Task(host, server, agent, min(free), 0)
        self.tasks.append(task)
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
