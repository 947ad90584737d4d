"""Drills on the database: stopped hard, or its primary lost while the standby is behind."""

import asyncio
import signal
import time
from collections.abc import Callable

from tools.fleet.drills.tasks import all_work
from tools.fleet.fleet import RECOVERY_SECONDS, Result, Setting, fleet
from tools.loadtest.load import Sample, between, show

_BEHIND_SECONDS = 1.0
"""How long the standby is cut off before the primary is lost."""


async def stopped(setting: Setting) -> Result:
    """Stop the primary hard and start it again; every task survives."""
    async with fleet(setting) as here:
        assert here.database
        primary, tasks = here.database.primary, list(here.service.tasks)
        async with here.under_load():
            stopping = time.monotonic()
            await primary.stop(signal.SIGQUIT)
            setting.say("the database is stopped hard")
            # Long enough for the balancer to see two failed checks, if there were any.
            away = max(2, 2.5 * here.pace.balancer_check)
            await asyncio.sleep(away)
            health = [await task.server.command("healthcheck") for task in tasks]
            rotation = [await here.balancer.in_rotation(task.slot) for task in tasks]
            await primary.start()
            back = time.monotonic()
            setting.say("it runs again")
            await asyncio.sleep(RECOVERY_SECONDS)  # from then on nothing may fail
        result = here.result(_needs_database(stopping, back))
        writes = here.load.of("write", since=back)
        result.recovered("the first write after the outage", writes, back, RECOVERY_SECONDS)
        during = between(here.load.samples, stopping, back)
        result.note(f"away for {away:.0f} s; requests meanwhile: {show(during)}")
        result.require(health == [0] * len(tasks), f"container checks failed meanwhile: {health}")
        result.require(all(rotation), f"tasks were taken out of rotation: {rotation}")
        await all_work(here, result)
        return result


async def standby_behind(setting: Setting) -> Result:
    """Lose the primary just after the standby was cut off from it: commits waited."""
    return await _lost_behind(setting, synchronous=True)


async def asynchronous(setting: Setting) -> Result:
    """The same with a standby that commits do not wait for: the audit must see lost writes."""
    return await _lost_behind(setting, synchronous=False)


async def _lost_behind(setting: Setting, *, synchronous: bool) -> Result:
    async with fleet(setting, synchronous=synchronous) as here:
        assert here.database
        primary = here.database.primary
        async with here.under_load():
            here.database.cut_off()
            lost = time.monotonic()
            await asyncio.sleep(_BEHIND_SECONDS)
            here.network.lose(primary.host)
            await primary.stop(signal.SIGKILL)
            setting.say("the primary is lost")
            await here.database.fail_over(here.pace.alone)
            back = time.monotonic()
            setting.say("the standby is promoted")
            await asyncio.sleep(RECOVERY_SECONDS)
        result = here.result(_needs_database(lost, back))
        during = [s for s in here.load.of("write", lost, back) if s.began > lost and s.ended < back]
        acknowledged = [s for s in during if s.status in (200, 201)]
        result.note(
            f"writes sent and acknowledged while the standby was behind: {len(acknowledged)}"
        )
        if not synchronous:
            result.failures = [one for one in result.failures if "acknowledged writes" not in one]
            result.require(result.audit.lost > 0, "no write was lost: the audit sees nothing")
            result.note(f"the audit sees {result.audit.lost} lost writes, as it must")
        await all_work(here, result)
        return result


def _needs_database(since: float, until: float) -> Callable[[Sample], bool]:
    def explains(sample: Sample) -> bool:
        """A stated 503 of a request that needed the database while it was away."""
        during = sample.ended >= since and sample.began <= until + RECOVERY_SECONDS
        needs_database = sample.kind in ("write", "list")
        return during and needs_database and sample.status == 503 and sample.retry_after

    return explains
