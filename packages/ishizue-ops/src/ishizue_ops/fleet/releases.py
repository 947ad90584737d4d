"""A bad release that every health check passes, deployed by ECS's rules and taken back.

- Rolling: with 100 % healthy at least and 200 % running at most, all new tasks start at once, and
  an old one stops for each that is in rotation. ECS then bakes the release, as long as its alarms
  need.
- Canary: all new tasks start without requests, and get the canary's share for its bake time.
- On an alarm the deployment fails and ECS goes back: a rolling release by another rolling one to
  the old tasks, a canary by moving the weights back at once.

From ECS's developer guide ("Rolling update", "Canary deployments", "How CloudWatch alarms detect
deployment failures"). Shares, times and alarms are the template's.
"""

import asyncio
import time

from ishizue_ops.fleet.cloudwatch import Minute, fires, release_alarms
from ishizue_ops.fleet.fleet import Fleet, Setting, Task, fleet
from ishizue_ops.load.load import Sample
from ishizue_ops.load.report import Outcome

_BAD = ("-m", "ishizue_ops.fleet.bad_release")

_MINUTE = 60
_METRICS_ARRIVE_SECONDS = 60
"""How long after its end CloudWatch has a minute of the load balancer's metrics."""


class _Release:
    """A deployment of bad tasks over those that run."""

    def __init__(self, here: Fleet) -> None:
        self._here, self._scaled = here, here.setting.scaled
        [service] = here.setting.design.of_type("AWS::ECS::Service")
        self._canary = service.properties["DeploymentConfiguration"].get("CanaryConfiguration")
        self.strategy = "canary" if self._canary else "rolling"
        self._alarms = release_alarms(here.setting.design)
        self._old, self.new = list(here.tasks), list[Task]()
        self.codes: list[int] = []
        """With which good tasks exited."""
        self.began = time.monotonic()

    async def deploy(self) -> None:
        """Put the bad tasks in rotation."""
        if self._canary:
            await asyncio.gather(*(self._start(weight=0) for _ in self._old))
            self._weigh(round(self._canary["CanaryPercent"]))
        else:
            await asyncio.gather(*map(self._replace, self._old))

    async def alarm(self) -> float | None:
        """When an alarm fired while the release baked, on the minutes that had arrived."""
        periods = max(int(alarm.properties["EvaluationPeriods"]) for alarm in self._alarms)
        bakes = self._canary["CanaryBakeTimeInMinutes"] if self._canary else periods
        end = time.monotonic() + self._scaled(bakes * _MINUTE + _METRICS_ARRIVE_SECONDS)
        minutes = list[Minute]()
        while time.monotonic() < end:
            ended = self.began + self._scaled((len(minutes) + 1) * _MINUTE)
            await asyncio.sleep(ended + self._scaled(_METRICS_ARRIVE_SECONDS) - time.monotonic())
            minutes.append(self._minute(ended))
            if any(fires(alarm, minutes) for alarm in self._alarms):
                return time.monotonic()
        return None

    async def take_back(self) -> None:
        if self._canary:
            self._weigh(0)
        else:
            await asyncio.gather(*(self._here.start() for _ in self._old))
        await asyncio.gather(*map(self._here.stop, self.new))

    async def _replace(self, old: Task) -> None:
        await self._start(weight=100)
        self.codes.append(await self._here.stop(old))

    async def _start(self, weight: int) -> None:
        self.new.append(await self._here.start(_BAD, weight=weight))

    def _weigh(self, percent: int) -> None:
        for task in self._here.tasks:
            task.weight = percent if task in self.new else 100 - percent

    def _minute(self, ended: float) -> Minute:
        """What the balancer measured; a request counts when its response ends."""
        since = ended - self._scaled(_MINUTE)
        found = [s for s in self._here.load.samples if since <= s.ended < ended]
        errors = sum(sample.status >= 500 for sample in found)
        return Minute(len(found), errors, [sample.seconds for sample in found])


async def bad_release(setting: Setting) -> Outcome:
    """Release tasks that are live and ready, and whose every page fails."""
    async with fleet(setting) as here:
        async with here.under_load():
            release = _Release(here)
            setting.say("a bad release is deployed")
            await release.deploy()
            alarmed = await release.alarm()
            setting.say("an alarm fires" if alarmed else "no alarm fires")
            await release.take_back()
            gone = time.monotonic()
            setting.say("it is taken back")

        def of_the_release(sample: Sample) -> bool:
            return sample.status == 500 and sample.began <= gone

        result = here.result(f"a bad release, {release.strategy}", of_the_release)
        met = sum(task.requests for task in release.new)
        during = here.load.during(release.began, gone)
        result.require(alarmed is not None, "no alarm fired while it was watched")
        result.require(met > 0, "no request met it: this shows nothing")
        result.require(not any(release.codes), f"exit codes of good tasks: {release.codes}")
        result.require(len(here.tasks) == here.size, f"{len(here.tasks)} tasks run")
        result.note(
            f"{met:,} of {len(during):,} requests met it ({100 * met / len(during):.0f} %) in "
            f"{gone - release.began:.0f} s, until it was taken back"
        )
        return result
