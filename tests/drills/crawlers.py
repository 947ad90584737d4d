"""10: crawlers and floods that take all the time there is, beside people who like and read."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from tests.drills.crowd import Crowd, show, slowest, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.wire import Link
from tests.drills.world import world

TITLE = "crawlers and floods while visitors like and read"
_GOOD_SECONDS = 1
_CRAWLERS = 64
_OF_EACH_FLOOD = 16
_FIRST, _DAYS = date(1900, 1, 1), 73_413
_LONG = (
    "/quotes?" + "a&" * 30_000,
    "/quotes?" + "a&" * 7_500,
    "/" + "%E3%81%82" * 6_500,
)


async def drill(*, seconds: float = 8) -> Outcome:
    async with world() as here:
        crowd, port = Crowd(), here.server.port

        def good() -> list[Awaitable[None]]:
            likers, readers = range(8), range(16)
            return [*(crowd.liker(port) for _ in likers), *(crowd.reader(port) for _ in readers)]

        async def crawl(link: Link) -> None:
            day = _FIRST + timedelta(random.randrange(_DAYS))
            target = random.choice(("/date", "/horoscope/leo"))
            await crowd.read(link, f"{target}?date={day}", "crawl", crowd.headers())

        async def search(link: Link) -> None:
            target = f"/en/quotes?q={random.getrandbits(60)}"
            await crowd.read(link, target, "flood", crowd.headers())

        def flood(target: str) -> Callable[[Link], Awaitable[None]]:
            async def once(link: Link) -> None:
                await crowd.read(link, target, "flood", crowd.headers())

            return once

        async with crowd.busy(*good()):
            await crowd.answered()
        crowd.samples = []
        floods = (search, *map(flood, _LONG))
        strangers = [crawl] * _CRAWLERS + [once for once in floods for _ in range(_OF_EACH_FLOOD)]
        async with crowd.busy(*good(), *(crowd.repeat(port, once) for once in strangers)):
            await asyncio.sleep(seconds)
        result = await outcome(TITLE, crowd, here)
        pages, writes = crowd.of("page"), crowd.of("write")
        result.note(f"good clients' pages: {show(pages)}, writes: {show(writes)}")
        result.within("their slowest page", slowest(pages), _GOOD_SECONDS)
        result.within("their slowest write", slowest(writes), _GOOD_SECONDS)
        result.require(set(statuses(pages)) == {200}, f"pages: {show(pages)}")
        result.require(set(statuses(writes)) <= {200, 201}, f"writes: {show(writes)}")
        for kind, what in (("crawl", f"{_CRAWLERS} crawlers"), ("flood", "floods")):
            result.note(f"{what}: {show(crowd.of(kind))}")
            result.require(bool(crowd.of(kind)), f"no {what}: the drill shows nothing")
        return result
