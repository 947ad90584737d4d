"""A list is never older than the request for it, however many share it."""

import asyncio
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.favorites.stores import run, thing
from tests.servers import Running, serving

from kirosample.favorites import TYPES, Store, parse_overview

READING = {"type": "horoscope", "item": "2026-11-24.aries"}


def likes_in_json(response: httpx.Response) -> int:
    return max((int(one["likes"]) for one in response.json()["favorites"]), default=0)


def likes_in_page(response: httpx.Response) -> int:
    return max(map(int, re.findall(r"data-likes>(\d+)<", response.text)), default=0)


def likes_in_stats(response: httpx.Response) -> int:
    return sum(int(one["likes"]) for one in response.json()["stats"])


@pytest.mark.parametrize(
    ("path", "likes"),
    [
        ("/api/favorites", likes_in_json),
        ("/favorites", likes_in_page),
        ("/api/favorites/stats", likes_in_stats),
    ],
)
def test_what_was_liked_through_one_server_is_in_every_later_list_of_another(
    database: str, path: str, likes: Callable[[httpx.Response], int]
) -> None:
    with serving(database) as one, serving(database) as other:
        one.ready()
        other.ready()
        stop = threading.Event()
        loads = [threading.Thread(target=_read, args=(other, path, stop)) for _ in range(6)]
        for load in loads:
            load.start()
        try:
            for count in range(1, 41):
                with one.visitor() as somebody:
                    assert somebody.post("/api/favorites", json=READING).status_code == 201
                assert likes(other.client.get(path)) == count
        finally:
            stop.set()
            for load in loads:
                load.join(20)


def test_ones_own_list_is_nobody_elses_and_has_what_was_just_liked(database: str) -> None:
    with serving(database) as server, server.visitor() as me, server.visitor() as you:
        server.ready()
        assert me.post("/api/favorites", json=READING).status_code == 201
        for path in ("/api/favorites/mine", "/favorites?mine=true"):
            assert ("牡羊座" in me.get(path).text) is True
            assert ("2026年11月24日" in you.get(path).text) is False


@pytest.mark.parametrize("path", ["/api/favorites/mine", "/favorites?mine=true"])
def test_ones_own_list_is_nobody_elses_who_asks_at_the_same_time(
    server: Running, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    assert server.portal.favorites is not None
    store = server.portal.favorites.store
    usual = store._fetch

    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(0.3)
        return await usual(*arguments)

    monkeypatch.setattr(store, "_fetch", slow)
    with server.visitor() as me, server.visitor() as you, ThreadPoolExecutor() as pool:
        assert me.post("/api/favorites", json=READING).status_code == 201
        asked = pool.map(lambda visitor: visitor.get(path).text, (me, you, me))
        assert ["2026年11月24日" in text for text in asked] == [True, False, True]


def test_a_page_and_its_numbers_come_in_one_query_and_agree_with_each_apart(
    any_database: str,
) -> None:
    async def work(store: Store) -> None:
        assert parse_overview(await store.overview(limit=5)) == ((), await store.stats())
        for n in range(7):
            for visitor in range(n % 4 + 1):
                await store.like(thing(n), UUID(int=visitor))
        for limit in (1, 3, 9):
            for of in (None, *TYPES):
                page, stats = parse_overview(await store.overview(limit=limit, of=of))
                assert page == await store.most_liked(limit=limit, of=of)
                assert stats == await store.stats()
                assert page
                me = UUID(int=1)
                own, stats = await store.overview_of(me, limit=limit, of=of)
                assert own == await store.liked_by(me, limit=limit, of=of)
                assert stats == await store.stats()
                last = own[-1][1]
                after = await store.liked_by(me, limit=limit, of=of, after=last)
                assert (await store.overview_of(me, limit=limit, of=of, after=last))[0] == after

    run(any_database, work)


def test_those_who_ask_together_cost_two_queries(database: str) -> None:
    """The first one's, and one that all who ask while it runs share."""

    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        has_begun, all_have_asked = asyncio.Event(), asyncio.Event()
        queries = 0

        async def read() -> object:
            nonlocal queries
            queries += 1
            has_begun.set()
            await all_have_asked.wait()
            return await store.most_liked(limit=50)

        asked = [store.shared.ask("list", read)]
        await has_begun.wait()
        for _ in range(49):
            asked.append(store.shared.ask("list", read))
            await asyncio.sleep(0)
        all_have_asked.set()
        pages = await asyncio.gather(*asked)
        assert len(set(pages)) == 1
        assert queries == 2

    run(database, work)


def _read(server: Running, path: str, stop: threading.Event) -> None:
    with server.visitor() as somebody:
        while not stop.is_set():
            assert somebody.get(path).status_code == 200
