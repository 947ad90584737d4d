"""Drills on the tasks: replaced, killed, added and removed, or never any good."""

import asyncio
import signal
import time

from tools.fleet.fleet import Fleet, Result, Setting, fleet
from tools.fleet.service import NeverInRotation
from tools.loadtest.load import Sample, show, slowest


async def replaced(setting: Setting) -> Result:
    """Replace every task, one after the other, like a deployment."""
    async with fleet(setting) as here:
        codes, began = [], time.monotonic()
        async with here.under_load():
            for task in list(here.service.tasks):
                await here.service.start()
                codes.append(await here.service.stop(task))
                setting.say("a task is replaced")
        result = here.result()
        result.note(f"{len(codes)} tasks replaced in {time.monotonic() - began:.0f} s")
        result.require(codes == [0] * here.size, f"exit codes {codes}")
        await all_work(here, result)
        return result


async def killed(setting: Setting) -> Result:
    """Kill a task with SIGKILL while requests are in flight on it."""
    async with fleet(setting) as here:
        victim, *others = here.service.tasks
        async with here.under_load():
            async with here.locked():
                await asyncio.sleep(0.3)
                killed = time.monotonic()
                victim.server.signal(signal.SIGKILL)
            setting.say("a task is killed")
            async with asyncio.timeout(60):
                while not await here.balancer.out_of_rotation(victim.slot):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            out = time.monotonic()
            setting.say("it is out of rotation")
            await here.service.remove(victim)
            await here.service.start()
            replaced = time.monotonic()

        def on_it(sample: Sample) -> bool:
            # Without an answer of the application, which has Retry-After.
            failed = sample.status in (0, 502, 503) and not sample.retry_after
            return failed and sample.began <= out and sample.ended >= killed

        result = here.result(on_it)
        result.note(
            f"{show(here.failed())} on it until it was out of rotation, {out - killed:.0f} s after "
            f"the kill; replaced after {replaced - killed:.0f} s"
        )
        elsewhere = [await here.balancer.failures(task.slot) for task in others]
        result.require(bool(here.failed()), "no request met the kill: this shows nothing")
        result.require(not any(elsewhere), f"requests to other tasks failed: {elsewhere}")
        await all_work(here, result)
        return result


async def scaled(setting: Setting) -> Result:
    async with fleet(setting) as here:
        service = here.service
        async with here.under_load():
            await asyncio.gather(service.start(), service.start())
            most = len(service.tasks)
            await here.load.succeed(here.pace.requests)
            codes = await asyncio.gather(*(service.stop(task) for task in service.tasks[:3]))
            least = len(service.tasks)
            await here.load.succeed(here.pace.requests)
            await service.start()
        result = here.result()
        result.note(f"{here.size}, then {most}, {least} and {len(service.tasks)} tasks")
        result.require(set(codes) == {0}, f"exit codes {codes}")
        await all_work(here, result)
        return result


async def broken(setting: Setting) -> Result:
    """Deploy three tasks: one never listens, one is never ready, one listens on another port."""
    async with fleet(setting) as here:
        service = here.service
        good = asyncio.create_task(service.start(port=1))
        await asyncio.sleep(0)  # now it has its time
        here.expect_bad_tasks()
        asleep = ("-c", "import time; time.sleep(900)")
        deployed = [
            ("listens on another port", good),
            ("never listens", asyncio.create_task(service.start(asleep))),
        ]
        if here.database:
            # Without one every task is ready at once.
            unready = service.start(settings=here.without_migration())
            deployed.append(("is never ready", asyncio.create_task(unready)))
        began, notes = time.monotonic(), list[tuple[str, bool]]()

        async def deploy(what: str, starting: asyncio.Task[object]) -> None:
            why = ""
            try:
                await starting
            except NeverInRotation as error:
                why = str(error)
            end = f"{why}, so it was stopped" if why else "it got into rotation"
            notes.append((f"a task that {what}: {end} after {_since(began)}", bool(why)))
            setting.say(notes[-1][0])

        async with here.under_load():
            await asyncio.gather(*(deploy(what, starting) for what, starting in deployed))
        result = here.result()
        for note, given_up in sorted(notes):
            result.note(note)
            result.require(given_up, note)
        bad = service.ever[here.size :]
        registered = sum(task.registered for task in bad)
        result.require(registered == 1, f"{registered} of them were registered, not only the ready")
        requests = [await service.requests(task) for task in bad]
        result.require(not any(requests), f"they got {requests} requests")
        await all_work(here, result)
        return result


async def all_work(here: Fleet, result: Result) -> None:
    """As many tasks as the design wants are running, and each gets requests."""
    shares = [await here.service.requests(task) for task in here.service.tasks]
    result.require(len(shares) == here.size and all(shares), f"requests by task: {shares}")
    samples = here.load.samples
    result.note(f"responses: {show(samples)}; the slowest took {slowest(samples):.2f} s")


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"
