"""The drills by number, and the design that each runs on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.fleet.drills import database, releases, tasks, zones
from tools.fleet.fleet import COLUMNS, Result, Run, Setting
from tools.fleet.isolated import Failed, Isolated
from tools.fleet.network.reach import Comparison, compare
from tools.loadtest import report


@dataclass(frozen=True, slots=True)
class Drill:
    title: str
    run: Run
    variables: Mapping[str, str] = field(default_factory=dict)
    """Variables of the deployment that it needs."""
    needs_database: bool = False


DRILLS = dict(
    enumerate(
        (
            Drill("tasks replaced, one by one", tasks.replaced),
            Drill("`kill -9` of a task", tasks.killed),
            Drill("tasks added and removed", tasks.scaled),
            Drill("tasks deployed that never listen or are never ready", tasks.broken),
            Drill("a balancer node lost", zones.node_lost),
            Drill(
                "a zone lost with the database's primary", zones.primary_lost, needs_database=True
            ),
            Drill(
                "the NAT's zone lost, with one NAT gateway",
                zones.standby_lost,
                {"NAT_GATEWAYS": "1"},
            ),
            Drill(
                "the NAT's zone lost, with two NAT gateways",
                zones.standby_lost,
                {"NAT_GATEWAYS": "2"},
            ),
            Drill("the database stopped hard and started", database.stopped, needs_database=True),
            Drill(
                "the primary lost, the standby behind",
                database.standby_behind,
                needs_database=True,
            ),
            Drill(
                "control: the same, replicated asynchronously",
                database.asynchronous,
                needs_database=True,
            ),
            Drill("a bad release, rolling", releases.bad_release),
            Drill(
                "a bad release, canary",
                releases.bad_release,
                {"DEPLOYMENT": "canary"},
            ),
        ),
        start=1,
    )
)


def reachability(setting: Setting) -> Comparison:
    """Who reaches whom in the network, and by the template."""
    return compare(setting.design)


async def run(made: Isolated, numbers: Sequence[int], *, at_once: int) -> list[tuple[int, Result]]:
    """Run drills, so many at once, and print each result. Raises Failed."""
    places = asyncio.Semaphore(at_once)

    async def one(number: int) -> tuple[int, Result]:
        drill = DRILLS[number]
        async with places:
            result = await made.run(drill.run, drill.title, Result, drill.variables)
        print(report.text(number, result, COLUMNS), flush=True)
        return number, result

    try:
        async with asyncio.TaskGroup() as group:
            # The last ones take longest.
            running = [group.create_task(one(number)) for number in reversed(numbers)]
    except* Failed as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in reversed(running)]
