"""A list is never older than the request for it, however many share it."""

import asyncio
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kirosample.favorites import FIRST_PAGE, Favorite, Position, Store
from tests.favorites.stores import READING, run, thing
from tools.servers import Running, serving


def likes_in_json(response: httpx.Response) -> int:
    return max((int(favorite["likes"]) for favorite in response.json()["favorites"]), default=0)


def likes_in_page(response: httpx.Response) -> int:
    return max(map(int, re.findall(r"data-likes>(\d+)<", response.text)), default=0)


def likes_in_stats(response: httpx.Response) -> int:
    return sum(int(stat["likes"]) for stat in response.json()["stats"])


@pytest.mark.parametrize(
    ("path", "likes"),
    [
        ("/api/favorites", likes_in_json),
        ("/favorites", likes_in_page),
        ("/api/favorites/stats", likes_in_stats),
    ],
)
def test_a_like_through_one_server_is_in_every_later_list_of_another(
    database: str, path: str, likes: Callable[[httpx.Response], int]
) -> None:
    with serving(database) as first, serving(database) as second:
        first.ready()
        second.ready()
        stop = threading.Event()
        loads = [threading.Thread(target=_read, args=(second, path, stop)) for _ in range(6)]
        for load in loads:
            load.start()
        try:
            for count in range(1, 41):
                with first.visitor() as visitor:
                    assert visitor.post("/api/favorites", json=READING).status_code == 201
                assert likes(second.client.get(path)) == count
        finally:
            stop.set()
            for load in loads:
                load.join(20)


@pytest.mark.parametrize("path", ["/api/favorites/mine", "/favorites?mine=true"])
def test_concurrent_requests_for_own_lists_do_not_mix(
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
        pages = pool.map(lambda visitor: visitor.get(path).text, (me, you, me))
        assert ["2026年11月24日" in text for text in pages] == [True, False, True]


def _read(server: Running, path: str, stop: threading.Event) -> None:
    with server.visitor() as other:
        while not stop.is_set():
            assert other.get(path).status_code == 200


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=15),
    st.integers(1, 4),
)
def test_the_pages_together_are_the_whole_list_in_order(
    database: str, likes: list[tuple[int, int]], size: int
) -> None:
    async def work(store: Store) -> None:
        for n, visitor in likes:
            await store.like(thing(n), UUID(int=visitor))
        whole = await store.most_liked(limit=100)
        assert [(f.likes, f.id) for f in whole] == sorted(
            ((f.likes, f.id) for f in whole), reverse=True
        )
        pages = list[Favorite]()
        after = FIRST_PAGE
        while page := await store.most_liked(limit=size, after=after):
            pages += page
            after = Position(page[-1].likes, page[-1].id)
        assert tuple(pages) == whole

    run(database, work)
