"""What a request of each kind costs a task at its quota, on this machine."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from tools.capacity.run.load import REQUESTS, Readers
from tools.capacity.run.rig import rig

_SECONDS = 8
_RATES = {"hot": 100.0, "cold": 20.0, "list": 100.0, "like": 60.0}
"""Requests a second that take well under a task's CPU."""

_BUSY_RATES = {"hot": 2000.0, "list": 300.0, "like": 500.0}
"""Those that take most of it."""


@dataclass(frozen=True)
class Costs:
    """In CPU seconds, measured by the task's control group."""

    requests: Mapping[str, float]
    """Of a request of each kind."""
    busy: Mapping[str, float]
    """The same of some kinds in a task that is busy; the simulation does not take these."""
    idle: float
    """A second, without requests."""
    start_seconds: float
    """From the decision to start a task until it is in rotation."""


async def calibrate() -> Costs:
    """Measure one kind after the other on one task. Raises NotPermitted."""
    async with rig(1, 1) as service:
        readers = Readers(service.balancer.port)
        await readers.come(lambda _: _RATES, 2)  # fills caches, makes favorites
        [task] = service.tasks

        task.use()
        await asyncio.sleep(_SECONDS)
        use = task.use()
        idle = use.cpu / use.seconds

        async def cost(kind: str, rate: float) -> float:
            before = readers.arrived[kind]
            task.use()
            await readers.come(lambda _: {kind: rate}, _SECONDS)
            use = task.use()
            return (use.cpu - idle * use.seconds) / (readers.arrived[kind] - before)

        costs = {kind: await cost(kind, _RATES[kind]) for kind in REQUESTS}
        busy = {kind: await cost(kind, rate) for kind, rate in _BUSY_RATES.items()}
        readers.close()
        return Costs(costs, busy, idle, service.starts[0])
