"""Releases by ECS's rules, and how a bad one that every health check passes is taken back.

- Rolling: with 100 % healthy at least and 200 % running at most, all new tasks start at once, and
  an old one stops for each that is in rotation. ECS then bakes the release, as long as its alarms
  need, and watches them from the first new task on.
- Canary: all new tasks start in a second target group without requests, get the canary's share for
  its bake time, then all requests for another one, and the old tasks stop.
- On an alarm the deployment fails and ECS goes back: a rolling release by another rolling one to
  the old tasks, a canary by moving the weights back at once.

From ECS's developer guide ("Rolling update", "Canary deployments", "How CloudWatch alarms detect
deployment failures"). Shares, times and alarms are the template's.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Literal

from tools.fleet.cloudwatch import Alarm, Minute, release_alarms
from tools.fleet.fleet import Fleet, Result, Setting, fleet
from tools.fleet.service import SERVE, Task
from tools.loadtest.load import Sample, show

Fault = Literal["errors", "slow"]


class TakenBack(Exception):
    """An alarm went off while ECS deployed."""


class Deployment:
    """One deployment over the tasks that run."""

    def __init__(self, here: Fleet) -> None:
        self._here, self._pace = here, here.pace
        design = here.setting.design
        [service] = design.of_type("AWS::ECS::Service")
        self._configuration: Mapping[str, Any] = service.properties["DeploymentConfiguration"]
        self._alarms: list[Alarm] = release_alarms(design)
        self._old: list[Task] = list(here.service.tasks)
        self.began = time.monotonic()
        self.new: list[Task] = []
        self.met: float | None = None
        """When the first new task was in rotation and got requests."""
        self.alarmed: float | None = None

    async def roll(self, fault: Fault | None) -> None:
        """Deploy. After an alarm, go back first and raise TakenBack."""
        watched = asyncio.create_task(self._watch())
        work = asyncio.create_task(
            self._canary(fault)
            if "CanaryConfiguration" in self._configuration
            else self._rolling(fault)
        )
        await asyncio.wait({watched, work}, return_when=asyncio.FIRST_COMPLETED)
        watched.cancel()
        if self.alarmed is None:
            await work
            return
        work.cancel()
        await asyncio.wait({work})
        await self._back()
        raise TakenBack

    async def _rolling(self, fault: Fault | None) -> None:
        async def replace(old: Task) -> None:
            await self._start(fault)
            await self._here.service.stop(old)

        await asyncio.gather(*map(replace, self._old))
        slowest = max(alarm.periods for alarm in self._alarms)
        await asyncio.sleep(slowest * self._pace.minute + self._pace.metrics_arrive)

    async def _canary(self, fault: Fault | None) -> None:
        shift = self._configuration["CanaryConfiguration"]
        await asyncio.gather(*(self._start(fault, weight=0) for _ in self._old))
        await self._weigh(round(shift["CanaryPercent"]))
        self.met = time.monotonic()
        await asyncio.sleep(shift["CanaryBakeTimeInMinutes"] * self._pace.minute)
        await self._weigh(100)
        await asyncio.sleep(self._configuration["BakeTimeInMinutes"] * self._pace.minute)
        await asyncio.gather(*map(self._here.service.stop, self._old))

    async def _start(self, fault: Fault | None, *, weight: int = 100) -> None:
        program = ("-m", "tools.fleet.bad_release", fault) if fault else SERVE
        self.new.append(await self._here.service.start(program, weight=weight))
        if weight and self.met is None:
            self.met = time.monotonic()

    async def _weigh(self, percent: int) -> None:
        for task in self.new:
            await self._here.balancer.weigh(task.slot, percent)
        for task in self._old:
            await self._here.balancer.weigh(task.slot, 100 - percent)

    async def _back(self) -> None:
        service = self._here.service
        bad = [task for task in service.tasks if task not in self._old]
        if "CanaryConfiguration" in self._configuration:
            await self._weigh(0)
        else:
            missing = self._here.size - (len(service.tasks) - len(bad))
            await asyncio.gather(*(service.start() for _ in range(missing)))
        await asyncio.gather(*map(service.stop, bad))

    async def _watch(self) -> None:
        """Until an alarm fires on the minutes whose metrics have arrived."""
        for count in range(1, 1_000):
            ended = self.began + count * self._pace.minute
            await asyncio.sleep(ended + self._pace.metrics_arrive - time.monotonic())
            minutes = [self._minute(number) for number in range(count)]
            if any(alarm.fires(minutes) for alarm in self._alarms):
                self.alarmed = time.monotonic()
                return

    def _minute(self, number: int) -> Minute:
        """What the balancer measured; a request counts when its response ends."""
        since = self.began + number * self._pace.minute
        until = since + self._pace.minute
        found = [s for s in self._here.load.samples if since <= s.ended < until]
        errors = sum(sample.status >= 500 for sample in found)
        return Minute(len(found), errors, [sample.seconds for sample in found])


async def bad_release(setting: Setting, fault: Fault = "errors") -> Result:
    """Release tasks that are live and ready, and whose every page fails."""
    async with fleet(setting) as here:
        taken_back = False
        async with here.under_load():
            deployment = Deployment(here)
            setting.say("a bad release is deployed")
            try:
                await deployment.roll(fault)
            except TakenBack:
                taken_back = True
            gone = time.monotonic()
            setting.say("it is taken back")

        def of_the_release(sample: Sample) -> bool:
            return sample.status == 500 and sample.began <= gone

        result = here.result(of_the_release)
        result.require(taken_back, "no alarm took it back")
        met, began = deployment.met or gone, deployment.began
        requests = sum([await here.service.requests(task) for task in deployment.new])
        during = [s for s in here.load.samples if s.ended >= met and s.began <= gone]
        result.require(bool(requests), "no request met it: this shows nothing")
        share = 100 * requests / max(1, len(during))
        result.note(
            f"{requests:,} of {len(during):,} requests met it ({share:.0f} %), from "
            f"{met - began:.0f} s after the deployment began until {gone - began:.0f} s"
        )
        if deployment.alarmed:
            result.note(f"the alarm fired after {deployment.alarmed - began:.0f} s")
        result.note(f"responses: {show(here.load.samples)}; nobody did anything")
        shares = [await here.service.requests(task) for task in here.service.tasks]
        still = [task for task in here.service.tasks if task in deployment.new]
        result.require(len(shares) == here.size and not still, f"{len(still)} bad tasks still run")
        return result
