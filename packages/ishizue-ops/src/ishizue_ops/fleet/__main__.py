"""`python -m ishizue_ops.fleet [--short] [NUMBER…]`: lose a task, a zone or the primary under load.

docs/reliability.md says what each drill breaks, and what must hold.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

from ishizue_ops.config import ConfigError
from ishizue_ops.fleet.fleet import Setting, fleet
from ishizue_ops.load import report
from ishizue_ops.load.load import Sample, show
from ishizue_ops.load.report import Outcome, outcome, unavailable
from ishizue_ops.load.sandbox import locked
from ishizue_ops.load.workload import workload
from ishizue_ops.project import localized, read

_FAILOVER_SECONDS = {"rds": 120, "aurora": 60}
"""The longer end of "typically 60-120 seconds" (RDS user guide, "Failing over a Multi-AZ DB
instance") and of "less than 60 seconds, and often less than 30" (Aurora user guide)."""

_RECOVERY_SECONDS = 2
"""How long after the database's return a request that needs it may still fail."""

_BEHIND_SECONDS, _PROMOTED_SECONDS = 1, 10
"""How long a standby is cut off before the primary is lost, and then until it is promoted."""

_SHORT = 20
"""How many times faster `--short` is."""


async def task_lost(setting: Setting) -> Outcome:
    """Kill a task with SIGKILL while requests are in flight on it, and replace it."""
    async with fleet(setting) as here:
        async with here.under_load():
            async with locked(here.database.dsn):
                await asyncio.sleep(0.3)
                killed = time.monotonic()
                here.tasks[0].signal(signal.SIGKILL)
            out = await here.take_out(here.tasks[0])
            setting.say("a killed task is out of rotation")
            await here.start()
            setting.say("it is replaced")

        def on_it(sample: Sample) -> bool:
            return sample.status == 0 and sample.began <= out and sample.ended >= killed

        result = outcome("`kill -9` of a task", here.load, here.database.dsn, here.ever, on_it)
        met = any(sample.failed for sample in here.load.samples)
        result.require(met, "no request met the kill: this shows nothing")
        return result


async def zone_lost(setting: Setting) -> Outcome:
    """Lose a zone: its tasks, and the database's primary."""
    async with fleet(setting) as here:
        async with here.under_load():
            lost = time.monotonic()
            tasks = here.tasks[::2]
            for task in tasks:
                task.signal(signal.SIGSTOP)
            here.database.lose()
            setting.say("a zone is lost")
            failover = setting.pass_by(setting.failover)
            out, _ = await asyncio.gather(here.take_out(*tasks), failover)
            await here.database.fail_over()
            writes = time.monotonic()
            setting.say("the standby is promoted, and the endpoint's name is moved")

        def explains(sample: Sample) -> bool:
            if unavailable(sample) and sample.kind in ("write", "list"):
                return lost <= sample.ended and sample.began <= writes + _RECOVERY_SECONDS
            return lost <= sample.ended and sample.began <= out and sample.status == 0

        title = "a zone lost with the database's primary"
        return outcome(title, here.load, here.database.dsn, here.ever, explains)


async def standby_behind(setting: Setting, *, synchronous: bool = True) -> Outcome:
    """Lose the primary just after the standby was cut off, while commits wait for the standby."""
    async with fleet(setting, synchronous=synchronous) as here:
        async with here.under_load():
            await here.database.cut_off()
            lost = time.monotonic()
            await asyncio.sleep(_BEHIND_SECONDS)
            here.database.lose()
            setting.say("the primary is lost")
            await setting.pass_by(_PROMOTED_SECONDS)
            await here.database.fail_over()
            back = time.monotonic()
            setting.say("the standby is promoted")
            await asyncio.sleep(_RECOVERY_SECONDS)  # from then on nothing may fail

        def explains(sample: Sample) -> bool:
            during = sample.ended >= lost and sample.began <= back + _RECOVERY_SECONDS
            return during and sample.kind in ("write", "list") and unavailable(sample)

        title = "the primary lost, the standby behind"
        result = outcome(title, here.load, here.database.dsn, here.ever, explains)
        writes = here.load.of("write", lost, back)
        during = [write for write in writes if lost < write.began and write.ended < back]
        result.note(f"writes while the standby was behind: {show(during)}")
        return result


async def control(setting: Setting) -> Outcome:
    """Lose a primary whose commits did not wait for the standby: the audit must see losses."""
    result = await standby_behind(setting, synchronous=False)
    result.title = f"control: {result.title}, replicated asynchronously"
    result.failures = [text for text in result.failures if "acknowledged writes" not in text]
    result.require(result.audit.lost > 0, "no write was lost: the audit sees nothing")
    return result


DRILLS: dict[int, Callable[[Setting], report.Started]] = {
    1: task_lost,
    2: zone_lost,
    3: standby_behind,
    4: control,
}


def main(words: Sequence[str]) -> int:
    """Run the drills of these numbers, or all, and return the exit code."""
    try:
        workload()
        config = read(os.environ)
        if config.database not in _FAILOVER_SECONDS:
            raise ConfigError(f"DATABASE={config.database} leaves no writes to audit")
    except ConfigError as error:
        print(f"fleet: {localized(error)}", file=sys.stderr)
        return 2
    tasks = config.min_tasks
    failover = _FAILOVER_SECONDS[config.database]
    speed = _SHORT if "--short" in words else 1
    numbers = report.chosen(DRILLS, [word for word in words if word != "--short"])
    return report.run(lambda number: DRILLS[number](Setting(tasks, failover, speed)), numbers)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
