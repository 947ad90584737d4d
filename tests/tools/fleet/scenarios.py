"""What tests run in a fleet of its own, besides the drills of `make fleet`."""

import asyncio

from tools.fleet.agent import Reading
from tools.fleet.drills.releases import Deployment, bad_release
from tools.fleet.fleet import Result, Setting, fleet
from tools.fleet.service import NeverInRotation
from tools.loadtest import workload
from tools.loadtest.http import Connection, request


async def gates(setting: Setting) -> Result:
    """Tasks that are never ready, under either reading of ECS, with and without a gate."""
    async with fleet(setting) as here:
        here.expect_bad_tasks()
        service, starts = here.service, []
        app, gate = service.definition
        async with here.under_load():
            for reading, definition in (
                (Reading.DOCUMENTED, [app, gate]),
                (Reading.AGENT, [app, gate]),
                (Reading.AGENT, [app, {**gate, "Essential": False}]),
                (Reading.AGENT, [app]),
            ):
                service.reading, service.definition = reading, definition
                unready = service.start(settings=here.without_migration())
                starts.append(asyncio.create_task(unready))
                await asyncio.sleep(0)  # now it has its definition
            placed = service.tasks[-4:]
            ended = await asyncio.gather(*starts, return_exceptions=True)
        assert all(isinstance(error, NeverInRotation) for error in ended), ended
        result = here.result()
        for task in placed:
            result.note(f"{task.registered} {bool(await service.requests(task))}")
        return result


async def slow_release(setting: Setting) -> Result:
    return await bad_release(setting, "slow")


async def good_canary(setting: Setting) -> Result:
    """A good release by canary takes over without a lost request."""
    async with fleet(setting) as here:
        old = list(here.service.tasks)
        async with here.under_load():
            deployment = Deployment(here)
            await deployment.roll(None)
        result = here.result()
        running = set(here.service.tasks)  # in the order in which they were ready
        result.require(running == set(deployment.new), "not only the new tasks run")
        result.require(len(running) == here.size, f"{len(running)} tasks run")
        result.require(not running & set(old), "old tasks run")
        return result


async def listeners(setting: Setting) -> Result:
    """What the balancer answers on its two ports."""
    async with fleet(setting) as here:
        async with here.under_load():
            pass
        result = here.result()
        for port, tls in ((443, here.balancer.tls), (80, None)):
            connection = Connection(port, tls, lambda: here.balancer.addresses)
            await connection.open()
            response = await connection.exchange(request("GET", workload.PAGE))
            await connection.close()
            result.note(f"{response.status} {response.headers.get('location', '')}")
            result.note(response.headers.get("strict-transport-security", ""))
        return result
