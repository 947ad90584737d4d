"""What ECS does with the tasks of a service, as far as a visitor could notice it.

- A task is started, and after that its container check, `kirosample healthcheck`, runs again and
  again. It is healthy once a check passes. It is given up after so many failures one after the
  other, of which those in the start period do not count.
- ECS registers a task with the load balancer when all its containers run, and does not wait for
  their checks. So in the design a second container, the gate, is started only when the first one
  is healthy: until then the task is not registered. `gated=False` is a task without it.
- A registered task is in rotation once the balancer's own check passes, and is given up when none
  has after the grace period.
- A task is stopped in this order: it is deregistered and gets no new requests; the deregistration
  delay passes; SIGTERM; SIGKILL after the stop time-out.
"""

import asyncio
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills.world import Serving
from tests.fleet.balancer import SLOTS, Balancer

from kirosample.limits import STOP_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Pace:
    """The design's times, in seconds; tests go faster."""

    balancer_check: float = 10
    container_check: float = 10
    container_retries: int = 3
    start_period: float = 60
    grace_period: float = 60
    deregistration: float = 10
    drain: int = 5
    answers: int = 400
    """Successful requests before and after each fault."""


REAL = Pace()
QUICK = Pace(
    balancer_check=0.5,
    container_check=0.5,
    start_period=1,
    grace_period=2,
    deregistration=0.5,
    drain=1,
    answers=100,
)


class NeverInRotation(Exception):
    """ECS gave the task up; the message says at which check."""


@dataclass(eq=False, slots=True)
class Task:
    serving: Serving
    slot: int
    given_before: int
    """What its slot was given before it."""
    given_late: int = 0
    """Requests that it was given after it was deregistered."""


@dataclass(slots=True)
class Service:
    """Starts and stops tasks; `tasks` are those that run, `ever` all that ever did."""

    balancer: Balancer
    settings: dict[str, str]
    logs: Path
    pace: Pace
    tasks: list[Task] = field(default_factory=list)
    ever: list[Task] = field(default_factory=list)

    def serving(self, **different: str) -> Serving:
        """A server to be, with the service's settings but for these."""
        return Serving(self.settings | different, self.logs / f"task-{len(self.ever)}.log")

    async def start(
        self,
        serving: Serving | None = None,
        *,
        port: int | None = None,
        gated: bool = True,
        check_seconds: float | None = None,
    ) -> Task:
        """Start a task; answers when it is in rotation.

        Raises NeverInRotation when ECS gives it up; it is then stopped.
        """
        task = await self._place(serving or self.serving())
        await task.serving.launch()
        try:
            if not gated:
                await self.balancer.register(task.slot, port or task.serving.port)
            await self._healthy(task, check_seconds or self.pace.container_check)
            if gated:
                await self.balancer.register(task.slot, port or task.serving.port)
            await self._in_rotation(task)
        except NeverInRotation:
            await self.stop(task)
            raise
        return task

    async def stop(self, task: Task) -> int:
        """Stop a task; answers its exit code, and that of SIGKILL when it took too long."""
        await self.balancer.drain(task.slot)
        given = await self.given(task)
        await asyncio.sleep(self.pace.deregistration)
        task.given_late = await self.given(task) - given
        task.serving.signal(signal.SIGTERM)
        try:
            return await task.serving.ended(STOP_TIMEOUT_SECONDS)
        except TimeoutError:
            task.serving.signal(signal.SIGKILL)
            return await task.serving.ended()
        finally:
            await self.lost(task)

    async def lost(self, task: Task) -> None:
        """Let go of a task that has ended."""
        await self.balancer.forget(task.slot)
        self.tasks.remove(task)

    async def given(self, task: Task) -> int:
        """Requests that the balancer gave this task."""
        return await self.balancer.given(task.slot) - task.given_before

    async def close(self) -> None:
        for task in self.tasks:
            await task.serving.close()

    async def _place(self, serving: Serving) -> Task:
        free = set(range(1, SLOTS + 1)) - {task.slot for task in self.tasks}
        task = Task(serving, min(free), 0)
        self.tasks.append(task)
        self.ever.append(task)
        task.given_before = await self.balancer.given(task.slot)
        return task

    async def _healthy(self, task: Task, seconds: float) -> None:
        counted_from = time.monotonic() + self.pace.start_period
        failures = 0
        while failures < self.pace.container_retries:
            await asyncio.sleep(seconds)
            if await task.serving.command("healthcheck") == 0:
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
