"""What happens to a fleet under load, and what its visitors may notice of it."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

import asyncpg
from tests.drills.crowd import Sample, show, slowest
from tests.drills.world import Serving
from tests.fleet.fleet import TASKS, Fleet, Result, fleet
from tests.fleet.service import REAL, NeverInRotation, Pace

_BACK_SECONDS = 2


async def replaced(pace: Pace = REAL) -> Result:
    """Every task by a new one, one after the other, as a deployment does it."""
    async with fleet(pace) as here:
        codes, began = [], time.monotonic()
        async with here.under_load():
            await here.crowd.answered(pace.answers)
            for task in list(here.service.tasks):
                await here.service.start()
                codes.append(await here.service.stop(task))
            await here.crowd.answered(pace.answers)
        result = await here.result("all tasks replaced, one by one")
        result.note(f"{len(codes)} tasks replaced in {time.monotonic() - began:.0f} s")
        result.require(codes == [0] * TASKS, f"exit codes {codes}")
        await _all_work(here, result)
        return result


async def killed(pace: Pace = REAL) -> Result:
    """One task with -9, while likes wait for a lock and so are surely under way on it."""
    async with fleet(pace) as here:
        victim, *others = here.service.tasks
        async with here.under_load():
            await here.crowd.answered(pace.answers)
            lock = await asyncpg.connect(here.postgres.dsn)
            try:
                async with lock.transaction():
                    await lock.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
                    await asyncio.sleep(0.3)
                    killed = time.monotonic()
                    victim.serving.signal(signal.SIGKILL)
            finally:
                await lock.close()
            await victim.serving.ended()
            gone = time.monotonic()
            out = await _until(lambda: _out_of_rotation(here, victim.slot))
            unseen = out - gone
            await here.service.lost(victim)
            await here.service.start()
            replaced = time.monotonic() - gone
            await here.crowd.answered(pace.answers)

        def in_flight(sample: Sample) -> bool:
            # Where a task took a request and never answered, the balancer says 502; or it closes
            # the connection, where it could be that the task had closed its own before.
            unanswered = sample.status in (0, 502)
            return unanswered and sample.began <= gone and sample.ended >= killed

        result = await here.result("`kill -9` of a task", in_flight)
        errors = here.errors()
        elsewhere = [await here.balancer.failed(task.slot) for task in others]
        result.note(
            f"{len(errors)} requests were in flight on it: {show(errors)}; out of rotation "
            f"{unseen:.0f} s after the kill, replaced after {replaced:.0f} s"
        )
        result.require(bool(errors), "no request was in flight at the kill: this shows nothing")
        result.require(not any(elsewhere), f"requests to other tasks failed: {elsewhere}")
        await _all_work(here, result)
        return result


async def scaled(pace: Pace = REAL) -> Result:
    """Two tasks more, three fewer, one more."""
    async with fleet(pace) as here:
        service = here.service
        async with here.under_load():
            await here.crowd.answered(pace.answers)
            await asyncio.gather(service.start(), service.start())
            most = len(service.tasks)
            await here.crowd.answered(pace.answers)
            codes = await asyncio.gather(*(service.stop(task) for task in service.tasks[:3]))
            least = len(service.tasks)
            await here.crowd.answered(pace.answers)
            await service.start()
            await here.crowd.answered(pace.answers)
        result = await here.result("tasks added and removed")
        result.note(f"{TASKS}, then {most}, {least} and {len(service.tasks)} tasks")
        result.require(set(codes) == {0}, f"exit codes {codes}")
        await _all_work(here, result)
        return result


async def database_restarted(pace: Pace = REAL) -> Result:
    """The database stopped with no goodbye, and started again; every task lives through it."""
    async with fleet(pace) as here:
        crowd, tasks = here.crowd, list(here.service.tasks)
        async with here.under_load():
            await here.crowd.answered(pace.answers)
            stopping = time.monotonic()
            await here.postgres.stop_hard()
            # Long enough for the balancer to take two checks as failed, if they were.
            away = max(2, 2.5 * pace.balancer_check)
            await asyncio.sleep(away)
            health = [await task.serving.command("healthcheck") for task in tasks]
            rotation = [await here.balancer.in_rotation(task.slot) for task in tasks]
            await here.postgres.start()
            back = time.monotonic()
            await asyncio.sleep(_BACK_SECONDS)  # after which nothing may fail
            await here.crowd.answered(pace.answers)

        def stated(sample: Sample) -> bool:
            during = sample.ended >= stopping and sample.began <= back + _BACK_SECONDS
            of_favorites = sample.kind in ("write", "list")
            return during and of_favorites and sample.status == 503 and sample.retry_after

        result = await here.result("the database stopped hard and started", stated)
        first = min(
            (s.ended for s in crowd.of("write", since=back) if s.status == 201), default=1e9
        )
        result.within("the first like after the database was back", first - back, _BACK_SECONDS)
        result.note(
            f"away for {away:.0f} s; requests meanwhile: " + show(_between(here, stopping, back))
        )
        result.require(health == [0] * TASKS, f"container checks failed meanwhile: {health}")
        result.require(all(rotation), f"tasks were taken out of rotation: {rotation}")
        await _all_work(here, result)
        return result


async def broken(pace: Pace = REAL) -> Result:
    """Three tasks are deployed that never listen, are never ready, or listen elsewhere."""
    async with fleet(pace) as here:
        service = here.service
        asleep = ("-c", "import time; time.sleep(900)")
        never_listens = Serving(service.settings, service.logs / "asleep.log", asleep)
        async with here.under_load():
            await here.crowd.answered(pace.answers)
            deployed = await asyncio.gather(
                _deploy(here, "never listens", never_listens),
                _deploy(here, "is never ready", here.without_migration()),
                _deploy(here, "listens on another port", service.serving(), port=1),
            )
        result = await here.result("tasks deployed that never listen or are never ready")
        for seen, given_up in deployed:
            result.note(seen)
            result.require(given_up, seen)
        await _all_work(here, result)
        return result


async def _deploy(
    here: Fleet, what: str, serving: Serving, port: int | None = None
) -> tuple[str, bool]:
    """What came of it, and whether the task was given up without having had a request."""
    began, why = time.monotonic(), ""
    try:
        await here.service.start(serving, port=port)
    except NeverInRotation as error:
        why = str(error)
    task = next(task for task in here.service.ever if task.serving is serving)
    given = await here.service.given(task)
    said = f"{why}, so it was stopped" if why else "it got into rotation"
    seen = f"a task that {what}: {said} after {time.monotonic() - began:.0f} s, {given} requests"
    return seen, bool(why) and not given


FAULTS: dict[int, Callable[[], Awaitable[Result]]] = {
    1: replaced,
    2: killed,
    3: scaled,
    4: database_restarted,
    5: broken,
}


async def _all_work(here: Fleet, result: Result) -> None:
    """Three tasks are left, and each of them has its share."""
    shares = [await here.service.given(task) for task in here.service.tasks]
    result.require(len(shares) == TASKS and all(shares), f"requests of the tasks left: {shares}")
    samples = here.crowd.samples
    result.note(f"answers: {show(samples)}; the slowest took {slowest(samples):.2f} s")


async def _out_of_rotation(here: Fleet, slot: int) -> bool:
    return not await here.balancer.in_rotation(slot)


async def _until(holds: Callable[[], Awaitable[bool]]) -> float:
    """Wait until it holds; answers when that was."""
    for _ in range(600):
        if await holds():
            return time.monotonic()
        await asyncio.sleep(0.1)
    raise TimeoutError


def _between(here: Fleet, since: float, until: float) -> list[Sample]:
    return [s for s in here.crowd.samples if s.ended >= since and s.began <= until]
