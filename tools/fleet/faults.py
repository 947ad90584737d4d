"""Faults of a fleet under load, and the errors that its visitors may see."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any

from tools.fleet.fleet import TASKS, Fleet, Result, fleet
from tools.fleet.releases import canary_taken_back, rolled_back
from tools.fleet.service import REAL, NeverInRotation, Pace
from tools.loadtest.load import Sample, between, show, slowest
from tools.loadtest.sandbox import ServerProcess

_RECOVERY_SECONDS = 2


async def replaced(pace: Pace = REAL) -> Result:
    """Replace every task, one after the other, like a deployment."""
    async with fleet(pace) as here:
        codes, began = [], time.monotonic()
        async with here.under_load():
            for task in list(here.service.tasks):
                await here.service.start()
                codes.append(await here.service.stop(task))
        result = here.result("all tasks replaced, one by one")
        result.note(f"{len(codes)} tasks replaced in {time.monotonic() - began:.0f} s")
        result.require(codes == [0] * TASKS, f"exit codes {codes}")
        await _all_work(here, result)
        return result


async def killed(pace: Pace = REAL) -> Result:
    """Kill a task with SIGKILL while writes that wait for a lock are in flight on it."""
    async with fleet(pace) as here:
        victim, *others = here.service.tasks
        async with here.under_load():
            async with here.postgres.locked():
                await asyncio.sleep(0.3)
                killed = time.monotonic()
                victim.server.signal(signal.SIGKILL)
            await victim.server.exited()
            gone = time.monotonic()
            async with asyncio.timeout(60):
                while await here.balancer.in_rotation(victim.slot):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            out = time.monotonic()
            await here.service.remove(victim)
            await here.service.start()
            replaced = time.monotonic() - gone

        def in_flight(sample: Sample) -> bool:
            # The balancer answers 502 for a request that the task never answered; or it closes the
            # connection, if the task may have closed its own before.
            failed = sample.status in (0, 502)
            return failed and sample.began <= gone and sample.ended >= killed

        result = here.result("`kill -9` of a task", in_flight)
        errors = here.errors()
        elsewhere = [await here.balancer.failures(task.slot) for task in others]
        result.note(
            f"{len(errors)} requests were in flight on it: {show(errors)}; out of rotation "
            f"{out - gone:.0f} s after the kill, replaced after {replaced:.0f} s"
        )
        result.require(bool(errors), "no request was in flight at the kill: this shows nothing")
        result.require(not any(elsewhere), f"requests to other tasks failed: {elsewhere}")
        await _all_work(here, result)
        return result


async def scaled(pace: Pace = REAL) -> Result:
    async with fleet(pace) as here:
        service = here.service
        async with here.under_load():
            await asyncio.gather(service.start(), service.start())
            most = len(service.tasks)
            await here.load.succeed(pace.requests)
            codes = await asyncio.gather(*(service.stop(task) for task in service.tasks[:3]))
            least = len(service.tasks)
            await here.load.succeed(pace.requests)
            await service.start()
        result = here.result("tasks added and removed")
        result.note(f"{TASKS}, then {most}, {least} and {len(service.tasks)} tasks")
        result.require(set(codes) == {0}, f"exit codes {codes}")
        await _all_work(here, result)
        return result


async def database_restarted(pace: Pace = REAL) -> Result:
    """Stop the database hard and start it again; every task survives."""
    async with fleet(pace) as here:
        tasks = list(here.service.tasks)
        async with here.under_load():
            stopping = time.monotonic()
            await here.postgres.stop_hard()
            # Long enough for the balancer to see two failed checks, if there were any.
            away = max(2, 2.5 * pace.balancer_check)
            await asyncio.sleep(away)
            health = [await task.server.command("healthcheck") for task in tasks]
            rotation = [await here.balancer.in_rotation(task.slot) for task in tasks]
            await here.postgres.start()
            back = time.monotonic()
            await asyncio.sleep(_RECOVERY_SECONDS)  # from then on nothing may fail

        def stated(sample: Sample) -> bool:
            during = sample.ended >= stopping and sample.began <= back + _RECOVERY_SECONDS
            needs_database = sample.kind in ("write", "list")
            return during and needs_database and sample.status == 503 and sample.retry_after

        result = here.result("the database stopped hard and started", stated)
        writes = here.load.of("write", since=back)
        result.recovered("the first write after the outage", writes, back, _RECOVERY_SECONDS)
        during = between(here.load.samples, stopping, back)
        result.note(f"away for {away:.0f} s; requests meanwhile: {show(during)}")
        result.require(health == [0] * TASKS, f"container checks failed meanwhile: {health}")
        result.require(all(rotation), f"tasks were taken out of rotation: {rotation}")
        await _all_work(here, result)
        return result


async def broken(pace: Pace = REAL) -> Result:
    """Deploy three tasks: one never listens, one is never ready, one listens on another port."""
    async with fleet(pace) as here:
        service = here.service
        asleep = ("-c", "import time; time.sleep(900)")
        never_listens = ServerProcess(service.dsn, service.logs / "asleep.log", asleep)
        async with here.under_load():
            deployed = await asyncio.gather(
                _deploy(here, "never listens", never_listens),
                _deploy(here, "is never ready", here.without_migration()),
                _deploy(here, "listens on another port", service.server(), port=1),
            )
        result = here.result("tasks deployed that never listen or are never ready")
        for note, given_up in deployed:
            result.note(note)
            result.require(given_up, note)
        registered = [task.registered for task in service.ever[-3:]]
        result.require(
            registered == [False, False, True],
            f"registered with the balancer: {registered}, not only the one that was ready",
        )
        await _all_work(here, result)
        return result


async def _deploy(
    here: Fleet, what: str, server: ServerProcess, port: int | None = None
) -> tuple[str, bool]:
    """What happened, and whether the task was given up without a request."""
    began, why = time.monotonic(), ""
    try:
        await here.service.start(server, port=port)
    except NeverInRotation as error:
        why = str(error)
    task = next(task for task in here.service.ever if task.server is server)
    requests = await here.service.requests(task)
    end = f"{why}, so it was stopped" if why else "it got into rotation"
    note = f"a task that {what}: {end} after {time.monotonic() - began:.0f} s, {requests} requests"
    return note, bool(why) and not requests


Fault = Callable[..., Coroutine[Any, Any, Result]]
FAULTS: dict[int, Fault] = dict(
    enumerate(
        (replaced, killed, scaled, database_restarted, broken, rolled_back, canary_taken_back),
        start=1,
    )
)


async def _all_work(here: Fleet, result: Result) -> None:
    """Three tasks are running, and each gets requests."""
    shares = [await here.service.requests(task) for task in here.service.tasks]
    result.require(len(shares) == TASKS and all(shares), f"requests by task: {shares}")
    samples = here.load.samples
    result.note(f"responses: {show(samples)}; the slowest took {slowest(samples):.2f} s")
