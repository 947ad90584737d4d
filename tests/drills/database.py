"""3 and 4: the database is stopped hard, and started again."""

import asyncio
import time

from tests.drills.crowd import ITEMS, PAGES, Crowd, show, slowest, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.world import world

STOPPED = "the database stopped hard and started, twice"
AWAY = "the database away for 30 s"
_BACK_SECONDS = 2
_PAGE_SECONDS = 1
_MORE_PAGES = (
    *PAGES,
    *(f"/date?date=19{year}-03-03" for year in range(10, 60)),
    *(f"/horoscope/leo?date=20{year}-12-31" for year in range(10, 60)),
    *(f"/quote/{item}" for item in ITEMS[:50]),
    "/api/date",
    "/api/horoscopes",
    "/api/quotes/today",
    "/livez",
)


async def stopped() -> Outcome:
    return await _drill(STOPPED, times=2, away=2)


async def away(*, seconds: float = 30) -> Outcome:
    return await _drill(AWAY, times=1, away=seconds)


async def _drill(title: str, *, times: int, away: float) -> Outcome:
    async with world() as here:
        crowd, port, pid = Crowd(), here.server.port, here.server.pid
        clients = [
            *(crowd.liker(port) for _ in range(32)),
            *(crowd.reader(port, _MORE_PAGES) for _ in range(8)),
        ]
        spans = []
        async with crowd.busy(*clients):
            for _ in range(times):
                await crowd.answered()
                stopping = time.monotonic()
                await here.postgres.stop_hard()
                await asyncio.sleep(away)
                await here.postgres.start()
                spans.append((stopping, time.monotonic()))
                await asyncio.sleep(_BACK_SECONDS + 2)
        result = await outcome(title, crowd, here)
        for stopping, back in spans:
            writes = crowd.of("write", stopping, back + _BACK_SECONDS + 1)
            acknowledged = [s.ended for s in writes if s.began > back and s.status in (200, 201)]
            failed = [s.ended for s in writes if s.status not in (200, 201)]
            first = min(acknowledged, default=float("inf")) - back
            result.within("the first like after the database was back", first, _BACK_SECONDS)
            last = max(failed, default=back) - back
            result.within("the last 503 after the database was back", last, _BACK_SECONDS)
        writes = crowd.of("write")
        result.note(f"writes: {show(writes)}; the slowest answer took {slowest(writes):.2f} s")
        others = set(statuses(writes)) - {200, 201, 503}
        result.require(not others, f"a write was answered otherwise than by 503: {show(writes)}")
        result.require(statuses(writes)[503] > 0, "no write met the database's absence")
        during = [s for since, until in spans for s in crowd.of("page", since, until)]
        result.note(f"the day's pages meanwhile: {show(during)}")
        result.within("the slowest page meanwhile", slowest(during), _PAGE_SECONDS)
        result.require(set(statuses(during)) == {200}, f"pages were not served: {show(during)}")
        alive = here.server.alive() and here.server.pid == pid
        result.require(alive, "the server did not live through it")
        return result
