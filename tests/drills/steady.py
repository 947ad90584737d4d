"""8: a long steady load in which nothing repeats, and the server's memory meanwhile."""

import asyncio
import random
import statistics
import time
from datetime import date, timedelta
from uuid import uuid4

from tests.drills.crowd import ITEMS, Crowd, show, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.wire import Link
from tests.drills.world import World, world

TITLE = "steady load with ever new addresses, dates, queries and Host headers"
_CLIENTS = 32
_SIGNS = ("aries", "leo", "pisces")
_FIRST = date(1900, 1, 1)
_DAYS = (date(2100, 12, 31) - _FIRST).days


async def drill(
    *,
    seconds: float = 600,
    per_second: int = 100,
    warm_up_writes: int = 60_000,
    warm_up_pages: int = 4_000,
    most_mb: float = 5,
) -> Outcome:
    """The warm-up fills what is bounded: the page cache, and the 50,000 clients of the limit."""
    async with world() as here:
        crowd, warm_up = Crowd(), _WarmUp(warm_up_writes, warm_up_pages)

        async def once(link: Link) -> None:
            await _something_new(crowd, link, likes=warm_up.share_of_likes(crowd))
            if warm_up.over.is_set():
                await asyncio.sleep(random.uniform(0, 2 * _CLIENTS / per_second))

        clients = [crowd.repeat(here.server.port, once) for _ in range(_CLIENTS)]
        async with crowd.busy(*clients):
            began = time.monotonic()
            await warm_up.over.wait()
            warm = time.monotonic()
            memory = await _watch(here, seconds)
        result = await outcome(TITLE, crowd, here)
        window = max(5, len(memory) // 10)
        first, last = (statistics.median(part) for part in (memory[:window], memory[-window:]))
        requests = [s for s in crowd.samples if s.began > warm]
        result.note(f"after a warm-up of {warm - began:.0f} s: {show(requests)} in {seconds:.0f} s")
        worst = max(requests, key=lambda sample: sample.seconds)
        away = [f"{s.kind} at {s.began - warm:.0f} s" for s in requests if s.status == 503]
        result.note(f"the slowest: {worst.seconds:.2f} s, a {worst.kind}; 503: {away or 'none'}")
        result.note(
            f"memory (PSS): {first:.1f} MB at first, {last:.1f} MB at last, "
            f"{max(memory):.1f} MB at its peak: {last - first:+.1f} MB (at most +{most_mb:g})"
        )
        result.require(last - first < most_mb, f"memory grew by {last - first:.1f} MB")
        result.require(set(statuses(requests)) <= {200, 201, 404, 503}, show(requests))
        return result


class _WarmUp:
    """Over when so many likes and so many other requests were made, at full speed."""

    def __init__(self, writes: int, pages: int) -> None:
        self.over = asyncio.Event()
        self._writes = writes
        self._pages = pages

    def share_of_likes(self, crowd: Crowd) -> float:
        """How much of what is asked for next should be likes."""
        writes = crowd.ledger.sent
        if writes < self._writes:
            return 0.95
        if len(crowd.samples) - writes < self._pages:
            return 0
        self.over.set()
        return 0.4


async def _watch(here: World, seconds: float) -> list[float]:
    """The server's memory, once a second."""
    memory, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        memory.append(here.server.memory())
        await asyncio.sleep(1)
    return memory


async def _something_new(crowd: Crowd, link: Link, *, likes: float) -> None:
    """A request that has not been made before; this share of them is likes."""
    number = random.getrandbits(60)
    day = _FIRST + timedelta(random.randint(0, _DAYS))
    if random.random() < likes:
        await crowd.like(link, random.choice(ITEMS), uuid4())
        return
    choice = random.random()
    if choice < 0.75:
        path = random.choice(
            ("/date", "/horoscope", f"/horoscope/{random.choice(_SIGNS)}", "/quote")
        )
        target = f"{path}?date={day}&q{number}={number}"
    elif choice < 0.85:
        target = f"/?from={number}"
    elif choice < 0.95:
        target = random.choice((f"/favorites?n={number}", f"/api/favorites?limit=5&n={number}"))
    else:
        target = f"/nowhere/{number}"
    headers = crowd.headers() | {"Host": f"host-{number}.example", "User-Agent": f"agent {number}"}
    kind = "list" if "favorites" in target else "page"
    await crowd.read(link, target, kind, headers)
