"""Expensive work runs one piece at a time, and holds up nothing but itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

import pytest
from tests.servers import serving
from tests.web.wire import connected, get

from kirosample.limits import WORK_WAITING_OF_CLIENT
from kirosample.web.problems import Problem
from kirosample.web.templating import Templates
from kirosample.web.turns import Turns


def run(test: Callable[[Turns], Awaitable[None]], *, most: int = 100, of_client: int = 100) -> None:
    async def main() -> None:
        turns = Turns(most=most, most_of_client=of_client)
        await test(turns)
        await asyncio.sleep(0.01)
        assert len(turns) == 0
        assert not turns._of_client
        assert not turns._taken

    asyncio.run(main())


def test_work_runs_first_come_first_served_and_the_loop_turns_between_two_pieces() -> None:
    async def test(turns: Turns) -> None:
        happened: list[str] = []

        def work(name: str) -> str:
            # Stands for a health check that arrives while this piece runs.
            asyncio.get_running_loop().call_soon(happened.append, f"after {name}")
            happened.append(name)
            return name

        names = ["a", "b", "c"]
        done = [turns.run(name, "one", lambda name=name: work(name)) for name in names]  # type: ignore[misc]
        assert await asyncio.gather(*done) == names
        assert happened == ["a", "after a", "b", "after b", "c", "after c"]

    run(test)


def test_a_thousand_callers_of_one_page_wait_as_one() -> None:
    async def test(turns: Turns) -> None:
        made: dict[str, int] = {}

        def work() -> int:
            return made.setdefault("page", len(made) + 1)

        callers = [asyncio.create_task(turns.run("page", "one", work)) for _ in range(1000)]
        await asyncio.sleep(0)
        assert len(turns) == 1
        assert set(await asyncio.gather(*callers)) == {1}

    run(test, most=2, of_client=1)


def test_the_queue_is_bounded_and_one_client_cannot_fill_it() -> None:
    async def test(turns: Turns) -> None:
        def ask(key: str, client: str) -> asyncio.Task[str]:
            return asyncio.create_task(turns.run(key, client, lambda: key))

        served = [ask(f"a{n}", "greedy") for n in range(4)]  # one runs at once, three wait
        refused = [ask("a4", "greedy")]
        served += [ask("b", "other"), ask("c", "another")]
        refused += [ask("d", "fourth")]  # five wait already
        results = await asyncio.gather(*served, *refused, return_exceptions=True)
        assert results[:6] == ["a0", "a1", "a2", "a3", "b", "c"]
        for problem in results[6:]:
            assert isinstance(problem, Problem)
            assert (problem.status, problem.headers["Retry-After"]) == (503, "2")

    run(test, most=5, of_client=3)


def test_work_ahead_is_done_first_and_is_not_refused_when_the_queue_is_full() -> None:
    async def test(turns: Turns) -> None:
        done: list[str] = []

        def ask(key: str, *, ahead: bool = False) -> asyncio.Task[None]:
            return asyncio.create_task(turns.run(key, "one", lambda: done.append(key), ahead=ahead))

        asked = [ask(key) for key in ("running", "cold", "colder")]
        asked += [ask(key, ahead=True) for key in ("today", "today too")]
        await asyncio.gather(*asked)
        assert done == ["running", "today", "today too", "cold", "colder"]

    run(test, most=2, of_client=2)


def test_a_caller_that_fails_or_is_cancelled_passes_the_turn_on() -> None:
    async def test(turns: Turns) -> None:
        def fail() -> None:
            raise ValueError

        first = asyncio.create_task(turns.run(1, "one", fail))
        waiting = asyncio.create_task(turns.run(2, "one", lambda: 2))
        woken = asyncio.create_task(turns.run(3, "one", lambda: 3))
        last = asyncio.create_task(turns.run(4, "one", lambda: 4))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        woken.cancel()  # it has the turn, and has not begun
        results = await asyncio.gather(first, waiting, woken, last, return_exceptions=True)
        assert isinstance(results[0], ValueError)
        assert isinstance(results[1], asyncio.CancelledError)
        assert isinstance(results[2], asyncio.CancelledError)
        assert results[3] == 4

    run(test)


@pytest.fixture
def slow_pages(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every page of a quote takes 20 ms to render; when each was, by `time.monotonic`."""
    rendered: list[float] = []
    usual = Templates.render

    def slow(templates: Templates, template: str, *language: Any, **context: Any) -> str:
        if template == "quote.html":
            time.sleep(0.02)
            rendered.append(time.monotonic())
        return usual(templates, template, *language, **context)

    monkeypatch.setattr(Templates, "render", slow)
    return rendered


def test_health_checks_and_hot_pages_wait_for_one_cold_page_at_most(
    slow_pages: list[float],
) -> None:
    with serving(None) as running, ExitStack() as stack:
        running.client.get("/about")
        running.client.get("/api/date?date=2000-01-01")
        crawlers = [stack.enter_context(connected(running)) for _ in range(40)]
        for n, crawler in enumerate(crawlers):
            crawler.sendall(get(f"/quote?date=19{n + 20}-01-01").encode())
        for target in ("/livez", "/about", "/about?hot=yes"):
            with connected(running) as visitor:
                before = len(slow_pages)
                visitor.sendall(get(target).encode())
                assert visitor.recv(100).startswith(b"HTTP/1.1 200 OK")
            # The one under way when it connects, when it asks, and when it is served.
            assert len(slow_pages) - before <= 3, target
        answered = [crawler.recv(100) for crawler in crawlers]
        assert all(b" 200 OK" in answer for answer in answered)


@pytest.mark.usefixtures("slow_pages")
def test_a_crawler_is_refused_before_it_has_filled_the_queue() -> None:
    with serving(None) as running, ExitStack() as stack:
        crawlers = [
            stack.enter_context(connected(running)) for _ in range(WORK_WAITING_OF_CLIENT + 20)
        ]
        while len(running.server.server_state.connections) < len(crawlers):
            time.sleep(0.01)
        for n, crawler in enumerate(crawlers):
            crawler.sendall(get(f"/quote?date={1900 + n}-01-01").encode())
        answers = [crawler.recv(1 << 16) for crawler in crawlers]
        refused = [answer for answer in answers if b" 503 " in answer]
        assert 0 < len(refused) <= 20
        assert all(b"retry-after: 2\r\n" in answer.lower() for answer in refused)
