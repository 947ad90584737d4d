"""A task is lost, a zone with the primary, or the primary while its standby is behind."""

import asyncio
import signal
import time

from ishizue_ops.fleet.fleet import RECOVERY_SECONDS, Setting, fleet
from ishizue_ops.load.load import Sample, show
from ishizue_ops.load.report import Outcome, unavailable
from ishizue_ops.load.sandbox import locked

_BEHIND = "the primary lost, the standby behind"
_CONTROL = "control: the same, replicated asynchronously"

_BEHIND_SECONDS = 1.0
"""How long the standby is cut off before the primary is lost."""

_PROMOTED_SECONDS = 10
"""Until the standby is promoted in the drills of one that is behind."""


async def task_lost(setting: Setting) -> Outcome:
    """Kill a task with SIGKILL while requests are in flight on it, and replace it."""
    async with fleet(setting) as here:
        victim = here.tasks[0]
        async with here.under_load():
            async with locked(here.database.primary.dsn):
                await asyncio.sleep(0.3)
                killed = time.monotonic()
                victim.server.signal(signal.SIGKILL)
            out = await here.lose(victim)
            setting.say("a killed task is out of rotation")
            await here.start()
            setting.say("it is replaced")

        def on_it(sample: Sample) -> bool:
            return sample.status == 0 and sample.began <= out and sample.ended >= killed

        result = here.result("`kill -9` of a task", on_it)
        result.require(bool(here.failed()), "no request met the kill: this shows nothing")
        result.note(f"it was out of rotation {out - killed:.0f} s after the kill")
        return result


async def zone_lost(setting: Setting) -> Outcome:
    """Lose a zone: the NAT gateway, tasks, and the database's primary."""
    async with fleet(setting) as here:
        zone = here.database.primary.host.zone
        async with here.under_load():
            lost = time.monotonic()
            here.network.lose(*(host for host in here.network.hosts if host.zone == zone))
            await here.database.primary.kill()
            setting.say(f"the zone {zone} is lost")
            async with asyncio.TaskGroup() as group:
                outs = [
                    group.create_task(here.lose(task))
                    for task in here.tasks
                    if task.host.zone == zone
                ]
                group.create_task(here.database.fail_over(setting.scaled(setting.failover)))
            out, writes = max(one.result() for one in outs), time.monotonic()
            setting.say("the standby is promoted, and the endpoint's name is moved")

        def explains(sample: Sample) -> bool:
            if unavailable(sample) and sample.kind in ("write", "list"):
                return lost <= sample.ended and sample.began <= writes + RECOVERY_SECONDS
            return lost <= sample.ended and sample.began <= out and sample.status == 0

        result = here.result("a zone lost with the database's primary", explains)
        pages = [sample for sample in here.failed() if sample.kind == "page"]
        result.note(
            f"the zone's tasks were out of rotation after {out - lost:.0f} s; pages that failed: "
            f"{show(pages) or 'none'}"
        )
        result.note(f"writes again after {writes - lost:.0f} s, when the standby was promoted")
        return result


async def standby_behind(setting: Setting) -> Outcome:
    """Lose the primary just after the standby was cut off from it: commits waited."""
    return await _lost_behind(_BEHIND, setting, synchronous=True)


async def control(setting: Setting) -> Outcome:
    """The same with a standby that commits do not wait for: the audit must see lost writes."""
    return await _lost_behind(_CONTROL, setting, synchronous=False)


async def _lost_behind(title: str, setting: Setting, *, synchronous: bool) -> Outcome:
    async with fleet(setting, synchronous=synchronous) as here:
        primary = here.database.primary
        async with here.under_load():
            await here.database.cut_off()
            lost = time.monotonic()
            await asyncio.sleep(_BEHIND_SECONDS)
            here.network.lose(primary.host)
            await primary.kill()
            setting.say("the primary is lost")
            await here.database.fail_over(setting.scaled(_PROMOTED_SECONDS))
            back = time.monotonic()
            setting.say("the standby is promoted")
            await asyncio.sleep(RECOVERY_SECONDS)  # from then on nothing may fail

        def explains(sample: Sample) -> bool:
            during = sample.ended >= lost and sample.began <= back + RECOVERY_SECONDS
            return during and sample.kind in ("write", "list") and unavailable(sample)

        result = here.result(title, explains)
        during = [s for s in here.load.of("write", lost, back) if s.began > lost and s.ended < back]
        acknowledged = sum(sample.status in (200, 201) for sample in during)
        result.note(f"writes sent and acknowledged while the standby was behind: {acknowledged}")
        if not synchronous:
            result.failures = [one for one in result.failures if "acknowledged writes" not in one]
            result.require(result.audit.lost > 0, "no write was lost: the audit sees nothing")
            result.note(f"the audit sees {result.audit.lost} lost writes, as it must")
        return result
