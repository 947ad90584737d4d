"""`python -m tests.drills [NUMBER…]`: run the drills; all of them write docs/reliability.md."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from tests.drills import (
    bad_clients,
    crawlers,
    database,
    document,
    killed,
    locked,
    report,
    same_instant,
    steady,
    terminated,
    two_servers,
)
from tests.drills.outcome import Outcome
from tests.drills.world import world

DRILLS: dict[int, Callable[[], Awaitable[Outcome]]] = {
    1: killed.drill,
    2: terminated.drill,
    3: database.stopped,
    4: database.away,
    5: locked.drill,
    6: two_servers.drill,
    7: bad_clients.drill,
    8: steady.drill,
    9: same_instant.drill,
    10: crawlers.drill,
}


async def main(numbers: list[int]) -> int:
    outcomes = []
    for number in numbers:
        outcomes.append((number, await DRILLS[number]()))
        print(report.text(*outcomes[-1]), flush=True)
    if numbers == list(DRILLS):
        async with world(servers=0) as here:
            where = await report.surroundings(here.postgres.dsn)
        document.write_drills(report.page(outcomes, where))
    failed = [str(number) for number, outcome in outcomes if outcome.failures]
    print(f"drills that fail: {', '.join(failed)}" if failed else "every drill holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main([int(argument) for argument in sys.argv[1:]] or list(DRILLS))))
