"""A database that says nothing any more, as on a host that froze: who reads is told in time."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from tests.favorites.stores import run, thing
from tests.favorites.switch import Switch
from tests.servers import Running, serving

from kirosample.favorites import Store, Unavailable
from kirosample.limits import (
    POPULAR_REFRESH_SECONDS,
    READ_DEADLINE_SECONDS,
    READINESS_DEADLINE_SECONDS,
)

READING = {"type": "horoscope", "item": "2026-11-24.aries"}
READS = (
    "/favorites",
    "/favorites?type=quote",
    "/favorites?mine=true",
    "/favorites/export.csv",
    "/api/favorites",
    "/api/favorites/mine",
    "/api/favorites/stats",
)
SOON = 0.5
"""What a busy machine may take beside what is waited for."""


def test_whoever_shares_a_reading_or_waits_for_the_next_is_told_in_time(switch: Switch) -> None:
    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        loop = asyncio.get_running_loop()

        async def read() -> object:
            return await store.most_liked(limit=9)

        async def ask(after: float) -> float:
            await asyncio.sleep(after)
            began = loop.time()
            with pytest.raises(Unavailable):
                await store.shared.ask("list", read)
            return loop.time() - began

        found = await store.shared.ask("list", read)
        with switch.silent():
            async with asyncio.timeout(10):
                waited = await asyncio.gather(*(ask(0.25 * n) for n in range(6)))
        assert max(waited) < READ_DEADLINE_SECONDS
        assert await store.shared.ask("list", read) == found

    run(switch.dsn, work)


def test_an_operators_removal_ends_in_time_and_leaves_nobody_its_time_out(
    switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kirosample.favorites.store.REMOVAL_SECONDS", 1)

    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        (favorite,) = await store.most_liked(limit=9)  # over a connection that stays
        with switch.silent():
            async with asyncio.timeout(5):
                with pytest.raises(Unavailable):
                    await store.remove(favorite.id)
        assert await store.remove(favorite.id)

    run(switch.dsn, work)


def test_every_view_says_503_in_time_and_the_home_page_does_without(switch: Switch) -> None:
    with serving(switch.dsn) as server, server.visitor() as me:
        server.ready()
        assert me.post("/api/favorites", json=READING).status_code == 201
        assert all(me.get(path).status_code == 200 for path in READS)
        assert _popular(server, shown=True, within=POPULAR_REFRESH_SECONDS + SOON)
        with switch.silent():
            # Two connections for eight who ask at once: whoever finds none free is told as well.
            with ThreadPoolExecutor(len(READS) + 1) as pool:
                ready = pool.submit(_asked, me, "/readyz")
                lists = {path: pool.submit(_asked, me, path) for path in READS}
            for path, asked in lists.items():
                status, seconds = asked.result()
                assert (path, status) == (path, 503)
                assert seconds < READ_DEADLINE_SECONDS + SOON, path
            status, seconds = ready.result()
            assert status == 503
            assert seconds < READINESS_DEADLINE_SECONDS + SOON
            assert _asked(me, "/date")[0] == 200
            assert _popular(server, shown=False, within=POPULAR_REFRESH_SECONDS + SOON)
        server.ready()
        assert all(me.get(path).status_code == 200 for path in READS)
        assert _popular(server, shown=True, within=POPULAR_REFRESH_SECONDS + SOON)


def test_a_server_stops_in_order_while_somebody_waits_for_it(switch: Switch) -> None:
    with serving(switch.dsn) as server:
        server.ready()
        assert server.client.get("/favorites").status_code == 200
        with ThreadPoolExecutor(1) as pool, switch.silent():
            asked = pool.submit(_asked, server.client, "/favorites")
            time.sleep(0.2)
            server.server.stop()
            status, seconds = asked.result()
            assert status == 503
            assert seconds < READ_DEADLINE_SECONDS + SOON


def _asked(client: httpx.Client, path: str) -> tuple[int, float]:
    """The status of an answer, and how long it took."""
    began = time.monotonic()
    return client.get(path).status_code, time.monotonic() - began


def _popular(server: Running, *, shown: bool, within: float) -> bool:
    """Whether the home page soon shows what is liked most, or no longer does."""
    assert server.portal.favorites
    end = time.monotonic() + within
    while time.monotonic() < end:
        assert server.client.get("/").status_code == 200
        if bool(server.portal.favorites.popular.favorites()) is shown:
            return True
        time.sleep(0.05)
    return False
