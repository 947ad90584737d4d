"""Blocking work runs one piece at a time, and delays nothing else by more than one piece."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

import pytest

from kirosample.http.caching.work_queue import MAX_WAITING_PER_CLIENT, Overloaded, WorkQueue
from tests.http import standin
from tests.http.wire import connected, get


@asynccontextmanager
async def work_queue(most: int = 100, of_client: int = 100) -> AsyncIterator[WorkQueue]:
    """A queue that must be empty in the end."""
    queue = WorkQueue(most=most, most_per_client=of_client)
    yield queue
    await asyncio.sleep(0.01)
    assert len(queue) == 0
    assert not queue._by_client
    assert not queue._busy


async def test_work_runs_in_order_and_the_event_loop_iterates_between_two_pieces() -> None:
    happened: list[str] = []

    def work(name: str) -> str:
        # Stands for a health check that arrives while this piece runs.
        asyncio.get_running_loop().call_soon(happened.append, f"after {name}")
        happened.append(name)
        return name

    async with work_queue() as queue:
        done = [queue.run(name, "one", partial(work, name)) for name in "abc"]
        assert await asyncio.gather(*done) == ["a", "b", "c"]
    assert happened == ["a", "after a", "b", "after b", "c", "after c"]


async def test_callers_of_the_same_work_wait_once() -> None:
    made: dict[str, int] = {}

    def work() -> int:
        return made.setdefault("page", len(made) + 1)

    async with work_queue(most=2, of_client=1) as queue:
        callers = [asyncio.create_task(queue.run("page", "one", work)) for _ in range(1000)]
        await asyncio.sleep(0)
        assert len(queue) == 1
        assert set(await asyncio.gather(*callers)) == {1}


async def test_the_queue_is_bounded_for_all_and_for_each_client() -> None:
    async with work_queue(most=5, of_client=3) as queue:

        def ask(key: str, client: str) -> asyncio.Task[str]:
            return asyncio.create_task(queue.run(key, client, lambda: key))

        served = [ask(f"a{n}", "greedy") for n in range(4)]  # one runs at once, three wait
        refused = [ask("a4", "greedy")]
        served += [ask("b", "other"), ask("c", "another")]
        refused += [ask("d", "fourth")]  # five wait already
        results = await asyncio.gather(*served, *refused, return_exceptions=True)
    assert results[:6] == ["a0", "a1", "a2", "a3", "b", "c"]
    assert [type(result) for result in results[6:]] == [Overloaded, Overloaded]


async def test_work_ahead_runs_first_and_is_never_refused() -> None:
    done: list[str] = []
    async with work_queue(most=2, of_client=2) as queue:

        def ask(key: str, *, ahead: bool = False) -> asyncio.Task[None]:
            return asyncio.create_task(queue.run(key, "one", lambda: done.append(key), ahead=ahead))

        asked = [ask(key) for key in ("running", "cold", "colder")]
        asked += [ask(key, ahead=True) for key in ("today", "today too")]
        await asyncio.gather(*asked)
    assert done == ["running", "today", "today too", "cold", "colder"]


async def test_the_next_work_runs_after_one_that_fails_or_is_cancelled() -> None:
    def fail() -> None:
        raise ValueError

    async with work_queue() as queue:
        first = asyncio.create_task(queue.run(1, "one", fail))
        waiting, woken, last = (
            asyncio.create_task(queue.run(n, "one", lambda: 4)) for n in (2, 3, 4)
        )
        await asyncio.sleep(0)
        waiting.cancel()
        while len(queue) > 1:  # noqa: ASYNC110  (it has no event of its own)
            await asyncio.sleep(0)
        woken.cancel()  # it has the turn, and has not begun
        ended = asyncio.gather(first, waiting, woken, last, return_exceptions=True)
        results = await asyncio.wait_for(ended, 5)
    assert isinstance(results[0], ValueError)
    assert all(isinstance(result, asyncio.CancelledError) for result in results[1:3])
    assert results[3] == 4


@pytest.fixture
def slow_pages(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every page of the stand-in takes 20 ms to render; when each was, by `time.monotonic`."""
    rendered: list[float] = []
    usual = standin.render

    def slow(date: str) -> str:
        if date != "now":
            time.sleep(0.02)
            rendered.append(time.monotonic())
        return usual(date)

    monkeypatch.setattr(standin, "render", slow)
    return rendered


def test_health_checks_and_cached_pages_wait_for_one_cold_page_at_most(
    slow_pages: list[float],
) -> None:
    with standin.serving_standin() as running, ExitStack() as stack:
        running.client.get("/page?date=now")
        crawlers = [stack.enter_context(connected(running)) for _ in range(40)]
        for n, crawler in enumerate(crawlers):
            crawler.sendall(get(f"/page?date={n}").encode())
        for target in ("/livez", "/page?date=now", "/page?date=now&hot=yes"):
            with connected(running) as client:
                before = len(slow_pages)
                client.sendall(get(target).encode())
                assert client.recv(100).startswith(b"HTTP/1.1 200 OK")
            # The one under way when it connects, when it sends, and when it is served.
            assert len(slow_pages) - before <= 3, target
        assert all(b" 200 OK" in crawler.recv(100) for crawler in crawlers)


@pytest.mark.usefixtures("slow_pages")
def test_a_crawler_is_refused_before_it_fills_the_queue() -> None:
    with standin.serving_standin() as running, ExitStack() as stack:
        crawlers = [
            stack.enter_context(connected(running)) for _ in range(MAX_WAITING_PER_CLIENT + 20)
        ]
        while len(running.server.server_state.connections) < len(crawlers):
            time.sleep(0.01)
        for n, crawler in enumerate(crawlers):
            crawler.sendall(get(f"/page?date={n}").encode())
        responses = [crawler.recv(1 << 16) for crawler in crawlers]
        refused = [response for response in responses if b" 503 " in response]
        assert 0 < len(refused) <= 20
        assert all(b"retry-after: 2\r\n" in response.lower() for response in refused)
