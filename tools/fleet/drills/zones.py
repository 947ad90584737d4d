"""Drills on a zone: its balancer node is lost, or everything in it."""

import asyncio
import time
from dataclasses import dataclass, field

from tools.fleet.database import failover_seconds
from tools.fleet.drills.tasks import all_work
from tools.fleet.fleet import RECOVERY_SECONDS, Fleet, Result, Setting, fleet
from tools.fleet.registry import CannotPull
from tools.fleet.service import Task
from tools.loadtest.load import Sample, show

_ABANDONED_SECONDS = 3
"""Within this time each user has used the connection that was open when its node was lost."""

_ATTEMPTS = 3
"""To start a replacement where none can start, before the zone is back."""


async def node_lost(setting: Setting) -> Result:
    """Lose the balancer's node of a zone; everything else works."""
    async with fleet(setting) as here:
        async with here.under_load():
            lost = time.monotonic()
            node = here.balancer.lose(here.service.zones[0])
            here.network.lose(node.host)
            setting.say("a balancer node is lost")
            await here.balancer.forget(node, here.pace.dns)
            setting.say("its address is out of DNS")
        result = here.result(lambda sample: _over_the_lost_node(sample, lost))
        result.note(
            f"{show(here.failed())} over connections to it; for {here.pace.dns:.0f} s, until its "
            "address was out of DNS, half of the new connections waited 2 s and went to the other"
        )
        result.require(bool(here.failed()), "no connection was open to it: this shows nothing")
        await all_work(here, result)
        return result


async def primary_lost(setting: Setting) -> Result:
    """Lose the zone of a NAT gateway, of tasks, a balancer node and the database's primary."""
    return await _zone_lost(setting, primary=True)


async def standby_lost(setting: Setting) -> Result:
    """The same with the database's standby in it."""
    return await _zone_lost(setting, primary=False)


@dataclass(slots=True)
class _Loss:
    """When what happened after a zone was lost; infinite until it does."""

    lost: float = field(default_factory=time.monotonic)
    out: float = float("inf")
    """The balancer sends nothing more to the zone's tasks."""
    writes: float = float("inf")
    """The database takes writes again."""
    replaced: float = float("inf")
    refused: int = 0
    """Replacements that could not start."""

    def explains(self, sample: Sample) -> bool:
        """Whether a failed request had to fail."""
        if sample.ended < self.lost:
            return False
        if sample.kind in ("write", "list") and sample.status == 503 and sample.retry_after:
            return sample.began <= self.writes + RECOVERY_SECONDS
        # Without an answer of the application.
        return sample.began <= self.out or _over_the_lost_node(sample, self.lost)


async def _zone_lost(setting: Setting, *, primary: bool) -> Result:
    async with fleet(setting, primary_with_nat=primary) as here:
        zone = here.network.of("nat")[0].zone
        one_nat = len(here.network.of("nat")) == 1
        async with here.under_load():
            loss = _Loss()
            lost = await here.lose_zone(zone)
            setting.say(f"the zone {zone} is lost")
            gone, back = asyncio.Event(), asyncio.Event()
            async with asyncio.TaskGroup() as group:
                [node] = [node for node in here.balancer.nodes if node.host.zone == zone]
                group.create_task(here.balancer.forget(node, here.pace.dns))
                writes = group.create_task(_writes_again(here, loss, primary=primary))
                group.create_task(_replace(here, loss, lost, gone, back))
                if one_nat:
                    await gone.wait()
                    await writes
                    here.network.restore_zone(zone)
                    here.service.zones.append(zone)
                    setting.say(f"the zone {zone} is back")
                    back.set()
        result = here.result(loss.explains)
        failed = [sample for sample in here.failed() if sample.kind == "page"]
        result.note(
            f"the zone's tasks were out of rotation after {loss.out - loss.lost:.0f} s; pages that "
            f"failed: {show(failed) or 'none'}"
        )
        if here.database:
            what = "the standby was promoted" if primary else "the primary went on alone"
            result.note(f"writes again after {loss.writes - loss.lost:.0f} s, when {what}")
        where = "once the zone was back" if one_nat else "in the other zone"
        refused = f"{loss.refused} attempts ended in CannotPullContainerError; " * bool(
            loss.refused
        )
        result.note(f"{refused}replaced {where}, after {loss.replaced - loss.lost:.0f} s")
        result.require(
            bool(loss.refused) == one_nat,
            f"{loss.refused} replacements could not start with {1 if one_nat else 2} NAT gateways",
        )
        await all_work(here, result)
        return result


async def _writes_again(here: Fleet, loss: _Loss, *, primary: bool) -> None:
    if here.database is None:
        return
    if primary:
        await here.database.fail_over(failover_seconds(here.setting.database, here.pace))
        here.setting.say("the standby is promoted, and the endpoint's name is moved")
    else:
        await here.database.go_on_alone(here.pace.alone)
        here.setting.say("the primary goes on without its standby")
    loss.writes = time.monotonic()


async def _replace(
    here: Fleet, loss: _Loss, lost: list[Task], gone: asyncio.Event, back: asyncio.Event
) -> None:
    """What ECS does: stop tasks that the balancer's checks take out, and start as many others.

    `gone` is set when that failed several times; then it waits until the zone is `back`.
    """
    for task in lost:
        while not await here.balancer.out_of_rotation(task.slot):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    loss.out = time.monotonic()
    here.setting.say("the zone's tasks are out of rotation")
    for task in lost:
        await here.service.remove(task)
    started = 0
    while started < len(lost):
        try:
            await here.service.start()
        except CannotPull as error:
            loss.refused += 1
            here.setting.say(f"a replacement cannot start: {error}")
            if loss.refused < _ATTEMPTS:
                await asyncio.sleep(here.pace.pull)
            else:
                gone.set()
                await back.wait()
        else:
            started += 1
    gone.set()
    loss.replaced = time.monotonic()
    here.setting.say("the tasks are replaced")


def _over_the_lost_node(sample: Sample, lost: float) -> bool:
    """Whether this was a user's request over a connection that was open to the lost node."""
    return sample.status == 0 and lost <= sample.ended and sample.began <= lost + _ABANDONED_SECONDS
