"""One run: readers come, a control loop scales the tasks, and both are counted."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.capacity.model import Change
from tools.capacity.run import demand
from tools.capacity.run.calibrate import Costs
from tools.capacity.run.load import Readers
from tools.capacity.run.rig import CORES, MINUTE_SECONDS, Service, rig
from tools.capacity.scaling import Policy, TargetTracking

_LEAST_USED, _MOST_WAITED = 0.93, 0.2
"""Saturated tasks that use less of their CPU while one waits for longer did not get their quota."""

_MOST_SENT_LATE = 0.01


@dataclass
class Run:
    """What happened: one value a period, and totals by kind."""

    tasks: list[float] = field(default_factory=list)
    """In rotation at the end of each period."""
    utilization: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    """The part of the period that a task waited for a core: the task that waited longest."""
    changes: list[Change] = field(default_factory=list)
    arrived: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    """Without a 200 or 201 in time."""
    sent_late: int = 0

    def faults(self) -> list[str]:
        """Why the run does not count."""
        found = []
        for period, (used, waited) in enumerate(zip(self.utilization, self.waited, strict=True)):
            second = period * MINUTE_SECONDS
            saturated = demand.level(second) > demand.MOST_TASKS
            if saturated and used < _LEAST_USED and waited > _MOST_WAITED:
                found.append(
                    f"from second {second} on tasks got {used:.0%} of their CPU: one waited "
                    f"{waited:.0%} of the period for a core"
                )
        if self.sent_late > _MOST_SENT_LATE * self.arrived.total():
            found.append(f"{self.sent_late} requests were sent late")
        return found


async def measure(costs: Costs, policy: Policy, say: Callable[[str], None]) -> Run:
    """Raises NotPermitted."""
    run = Run()
    async with rig(demand.TASKS, demand.MOST_TASKS) as service:
        readers = Readers(service.balancer.port)
        loop = asyncio.create_task(_control(service, policy, run, readers, say))
        await readers.come(lambda second: demand.rates(costs, second), demand.SECONDS)
        await loop
        readers.close()
    run.arrived, run.lost, run.sent_late = readers.arrived, readers.lost, readers.sent_late
    return run


async def _control(
    service: Service, policy: Policy, run: Run, readers: Readers, say: Callable[[str], None]
) -> None:
    tracking = TargetTracking(policy, least=demand.TASKS, most=demand.MOST_TASKS)
    began = time.monotonic()
    for task in service.tasks:
        task.use()
    known = deque[float]()
    for period in range(1, round(demand.SECONDS / policy.period) + 1):
        now = period * policy.period
        await asyncio.sleep(began + now - time.monotonic())
        uses = [task.use() for task in service.tasks]
        had = CORES * sum(use.seconds for use in uses)
        run.utilization.append(min(1.0, sum(use.cpu for use in uses) / had))
        run.waited.append(max(use.waited / use.seconds for use in uses))
        run.tasks.append(service.serving)
        known.append(run.utilization[-1])
        if len(known) > round(policy.delay / policy.period):
            before = len(service.tasks)
            wanted = tracking.decide(now, known.popleft(), before, service.serving)
            if wanted != before:
                run.changes.append(Change(now, before, wanted))
                service.scale(wanted)
        say(
            f"{now:4.0f} s  {service.serving} tasks  CPU {run.utilization[-1]:4.0%}"
            f" (waited {run.waited[-1]:3.0%})  "
            f"refused or late {readers.lost.total():,} of {readers.arrived.total():,}"
        )
