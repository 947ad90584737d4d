"""What each route says of its cost holds: its CPU time, and that it waits its turn."""

import asyncio
import functools
import gc
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from ishizue.http.dispatch import Cost
from ishizue.http.fair_queue import FairQueue
from ishizue.storage.single_flight import SingleFlight
from ishizue.testing.postgres import connected, fresh_database
from ishizue.visitors.cookies import COOKIE
from kirosample import horoscope
from kirosample.costliest import LIKES, sample
from kirosample.routes import ROUTES
from kirosample.web.drawing.cards import Card, encode
from tools.servers import NOON, Running, serving

pytestmark = [pytest.mark.slow, pytest.mark.serial]

TIMES = 10

VISITOR = UUID(int=1)

ADDING_MS = 0.5
"""What `_adding` takes on the core whose milliseconds a `Cost` states."""


async def drawn(card: Card, shape: str) -> bytes:
    """What another process would get to draw: its time is not counted here."""
    return encode(card, shape)


class Costs:
    """A server whose thread's CPU time is read, and a visitor with many favorites."""

    def __init__(self, server: Running, address: str, thread: threading.Thread) -> None:
        self.server = server
        self._clock = time.pthread_getcpuclockid(thread.ident or 0)
        self._bounded = [
            cache
            for cache in gc.get_objects()
            if isinstance(cache, functools._lru_cache_wrapper)
            and cache.__module__.startswith("kirosample.")
            and cache.cache_parameters()["maxsize"]
        ]
        server.portal.picture_renderer = SimpleNamespace(draw=drawn)  # type: ignore[assignment]
        self._asset = server.portal.assets.url("style.css").rpartition("/")[2]
        assert server.portal.favorites
        asyncio.run(like_readings(address, VISITOR))
        self._cookie = f"{COOKIE}={server.portal.favorites.visitors.sign(VISITOR)}"

    def of(self, method: str, pattern: str, number: int) -> float:
        """Milliseconds of a cold request, on the core of `Cost`."""
        sent = sample(method, pattern, number, NOON.date(), name=self._asset)
        lot = f"omikuji={NOON.date()}.{sent.target.rpartition('/')[2]}"  # only redirects without it
        options: dict[str, Any] = {"headers": {"Cookie": f"{self._cookie}; {lot}"}}
        if method == "POST" and "/api/" in pattern:
            options["json"] = dict(parse_qsl(sent.fields))
        elif method == "POST":
            options["content"] = sent.fields
            options["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
        self.forget()
        before = time.clock_gettime(self._clock)
        response = self.server.client.request(method, sent.target, **options)
        spent = time.clock_gettime(self._clock) - before
        self.server.client.cookies.clear()
        assert response.status_code < 500, response.text
        return spent * 1000 * ADDING_MS / _adding()

    def forget(self) -> None:
        """Have the next request find nothing of earlier ones."""
        cache = self.server.service_state.page_cache
        for page in tuple(cache._pages.values()):
            cache._drop(page)
        for bounded in self._bounded:
            bounded.cache_clear()
        if self.server.portal.favorites:
            self.server.portal.favorites.transfer_limit._full_at.clear()


async def like_readings(address: str, visitor: UUID) -> None:
    """Have a visitor like one reading of each of many days."""
    days = [date(1990, 1, 1) + timedelta(37 * number) for number in range(LIKES)]
    readings = [horoscope.readings(day)[day.day % 12] for day in days]
    rows = [
        (f"{reading.date}.{reading.sign}", reading.text.ja, reading.name.ja) for reading in readings
    ]
    async with connected(address) as connection:
        await connection.execute(
            """
            WITH added AS (
                INSERT INTO favorites (type, item, content, author, likes)
                SELECT 'horoscope', *, 1 FROM unnest($2::text[], $3::text[], $4::text[])
                RETURNING id
            )
            INSERT INTO favorite_likes (favorite_id, visitor) SELECT id, $1 FROM added
            """,
            visitor,
            *map(list, zip(*rows, strict=True)),
        )


def _adding() -> float:
    """Milliseconds of CPU that this core takes, at best, to add ten thousand squares."""

    def once() -> float:
        before = time.thread_time()
        sum(number * number for number in range(10_000))
        return time.thread_time() - before

    return min(once() for _ in range(5)) * 1000


@pytest.fixture(scope="module")
def costs(embedded_postgres: str) -> Iterator[Costs]:
    threads = set(threading.enumerate())
    with fresh_database(embedded_postgres) as address, serving(address) as server:
        server.ready()
        (thread,) = {
            thread for thread in threading.enumerate() if thread.name.startswith("Thread")
        } - threads
        yield Costs(server, address, thread)


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was waited for: a turn, or a flight."""
    waits: list[str] = []

    def counting(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any, **named: Any) -> Any:
            waits.append(name)
            return usual(*arguments, **named)

        return count

    monkeypatch.setattr(FairQueue, "run", counting("turn", FairQueue.run))
    monkeypatch.setattr(SingleFlight, "flight", counting("flight", SingleFlight.flight))
    return waits


@pytest.mark.parametrize(
    ("method", "pattern", "cost"),
    [(method, pattern, cost) for method, pattern, _, cost in ROUTES],
    ids=str,
)
def test_a_request_costs_at_most_twice_what_its_route_says(
    costs: Costs, turns: list[str], method: str, pattern: str, cost: Cost
) -> None:
    costs.of(method, pattern, TIMES)  # what is done once in a process is no part of it
    turns.clear()
    for number in range(TIMES):
        # Even CPU time is longer beside a busy core, but what is costly takes long in each try.
        tries = (costs.of(method, pattern, number) for _ in range(8))
        assert any(spent <= 2 * cost.milliseconds for spent in tries), (pattern, number)
    if cost.kind == "read":
        assert len(turns) >= TIMES or pattern.endswith("/readyz")
    elif cost.kind != "cheap":
        assert turns.count("turn") >= TIMES
