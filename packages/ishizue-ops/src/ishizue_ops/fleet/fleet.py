"""The design's tasks and database on this machine, and users behind its load balancer.

The balancer is this program, which sends each request of a user to one of the registered tasks, and
takes a lost one out after as long as its checks need. What is lost falls silent, by SIGSTOP, so
that connections to it hang.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from ishizue.testing.client import Connection, Refused
from ishizue_ops import timing
from ishizue_ops.fleet.database import DatabasePair, database
from ishizue_ops.load.load import Load, Sample
from ishizue_ops.load.sandbox import ServerProcess
from ishizue_ops.load.workload import workload

_CLIENTS = 10
_PAUSE_SECONDS = 0.1
_PATIENCE_SECONDS = 5
"""Users of a lost zone must not wait for so long that nobody is left to use the other one."""

_AROUND = 100
"""So many requests succeed before and after what a drill breaks."""

_OUT_SECONDS = (
    timing.BALANCER_CHECK_COUNT * timing.BALANCER_CHECK_SECONDS
    + timing.BALANCER_CHECK_TIMEOUT_SECONDS
)
"""The longest time until the balancer sends nothing more to a lost task."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a drill runs on, and how many times faster than the design's and AWS's its times are."""

    tasks: int
    failover: float
    """How long AWS documents that a failover of this kind of database takes."""
    speed: float
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """Show what happens, with the seconds since the drill began."""
        print(f"  {time.monotonic() - self.began:.0f} s: {text}", flush=True)

    async def pass_by(self, seconds: float) -> None:
        """Wait for a time of the design's or AWS's."""
        await asyncio.sleep(seconds / self.speed)


@dataclass(slots=True)
class Fleet:
    """`tasks` are registered, every other one in the zone of the primary; `ever` ran at all."""

    setting: Setting
    database: DatabasePair
    load: Load = field(default_factory=Load)
    tasks: list[ServerProcess] = field(default_factory=list)
    ever: list[ServerProcess] = field(default_factory=list)

    async def start(self) -> None:
        """Start a task, and register it when it is ready."""
        log = self.database.path / f"task-{len(self.ever) + 1}.log"
        task = ServerProcess(self.database.endpoint, log)
        self.ever.append(task)
        await task.start(timing.GATE_SECONDS)
        self.tasks.append(task)

    async def take_out(self, *lost: ServerProcess) -> float:
        """Take lost tasks out of rotation when the checks have failed, and return the time."""
        await self.setting.pass_by(_OUT_SECONDS)
        self.tasks = [task for task in self.tasks if task not in lost]
        return time.monotonic()

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        """Users write and read at a steady rate before, during and after the block."""
        clients = [self.load.repeat(0, self._visit) for _ in range(_CLIENTS)]
        async with self.load.running(*clients):
            await self.load.succeed(_AROUND, within=60)
            yield
            await self.load.succeed(_AROUND, within=60)

    async def _visit(self, _: Connection) -> None:
        """A new user reads or writes, over a connection of the balancer's to one of the tasks."""
        target = random.choice((*workload().pages, workload().list_page, workload().list))
        kind = "list" if workload().needs_database(target) else "page"
        connection = Connection(random.choice(self.tasks).port, _PATIENCE_SECONDS)
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


@asynccontextmanager
async def fleet(setting: Setting, *, synchronous: bool = True) -> AsyncIterator[Fleet]:
    """The design's tasks in rotation during the block."""
    async with database(synchronous=synchronous) as store:
        here = Fleet(setting, store)
        try:
            for _ in range(setting.tasks):
                await here.start()
            setting.say("the fleet serves")
            yield here
        finally:
            for task in here.ever:
                await task.close()
