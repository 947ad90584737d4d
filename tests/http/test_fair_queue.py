"""Clients take turns, one piece of work at a time, and nothing else waits for more than a piece."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial

import pytest

from kirosample.http.fair_queue import MAX_WAITING, FairQueue, Overloaded, Place, ShareFull
from tests.http import standin
from tests.http.wire import connected, get

ATTACKER, NEIGHBOR = ("192.0.2", "192.0.2.1", None), ("192.0.2", "192.0.2.2", None)
READER, OTHER = ("198.51.100", "198.51.100.1", None), ("203.0.113", "203.0.113.1", None)


@asynccontextmanager
async def fair_queue(
    most: int = MAX_WAITING, wait_seconds: float | None = None
) -> AsyncIterator[FairQueue]:
    """A queue that must be empty in the end."""
    queue = FairQueue(most=most, wait_seconds=wait_seconds)
    yield queue
    await asyncio.sleep(0.01)
    assert len(queue) == 0
    assert queue._line == queue._ahead == type(queue._line)()
    assert not queue._busy


class Crowd:
    """Clients of a queue whose first piece runs until `release`; `done` has the order."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.done: list[str] = []
        self.release = asyncio.Event()

    async def hold(self) -> asyncio.Task[str]:
        async def work() -> str:
            await self.release.wait()
            return "held"

        held = asyncio.create_task(self.queue.run("held", OTHER, work))
        await asyncio.sleep(0)
        return held

    def ask(self, key: str, place: Place, *, ahead: bool = False) -> asyncio.Task[str]:
        async def work() -> str:
            self.done.append(key)
            return key

        return asyncio.create_task(self.queue.run(key, place, work, ahead=ahead))


async def test_the_event_loop_iterates_between_two_pieces() -> None:
    happened: list[str] = []

    async def work(name: str) -> str:
        # Stands for a health check that arrives while this piece runs.
        asyncio.get_running_loop().call_soon(happened.append, f"after {name}")
        happened.append(name)
        return name

    async with fair_queue() as queue:
        done = [queue.run(name, READER, partial(work, name)) for name in "abc"]
        assert await asyncio.gather(*done) == ["a", "b", "c"]
    assert happened == ["a", "after a", "b", "after b", "c", "after c"]


async def test_sites_take_turns_and_so_do_the_clients_of_a_site() -> None:
    async with fair_queue() as queue:
        crowd = Crowd(queue)
        asked = [await crowd.hold()]
        asked += [crowd.ask(f"attacker {n}", ATTACKER) for n in range(4)]
        asked += [crowd.ask(f"neighbor {n}", NEIGHBOR) for n in range(2)]
        asked += [crowd.ask(f"reader {n}", READER) for n in range(2)]
        await asyncio.sleep(0)
        crowd.release.set()
        await asyncio.gather(*asked)
    assert crowd.done == [
        "attacker 0", "reader 0", "neighbor 0", "reader 1",
        "attacker 1", "neighbor 1", "attacker 2", "attacker 3",
    ]  # fmt: skip


async def test_an_owner_does_not_wait_for_the_others_behind_an_address() -> None:
    async with fair_queue(most=4) as queue:
        crowd = Crowd(queue)
        held = await crowd.hold()
        lists = [crowd.ask(f"list {n}", READER) for n in range(4)]
        mine = crowd.ask("mine", (*READER[:2], "visitor"))
        await asyncio.sleep(0)
        crowd.release.set()
        await asyncio.gather(held, mine, *lists[:3])
        with pytest.raises(ShareFull):
            await lists[3]
    assert crowd.done == ["list 0", "mine", "list 1", "list 2"]


async def test_callers_of_the_same_work_share_it_until_it_begins() -> None:
    begun: list[int] = []

    async def work() -> int:
        begun.append(len(begun))
        number = begun[-1]
        await asyncio.sleep(0.01)
        return number

    async with fair_queue(most=2) as queue:
        running = asyncio.create_task(queue.run("list", READER, work))
        await asyncio.sleep(0)
        callers = [asyncio.create_task(queue.run("list", READER, work)) for _ in range(1000)]
        await asyncio.sleep(0)
        assert len(queue) == 1
        assert await running == 0, "what began before the others asked is not theirs"
        assert set(await asyncio.gather(*callers)) == {1}


async def test_shared_work_runs_at_the_turn_of_its_first_client() -> None:
    async with fair_queue() as queue:
        crowd = Crowd(queue)
        asked = [await crowd.hold()]
        asked += [crowd.ask(key, ATTACKER) for key in ("a", "b", "c", "wanted")]
        asked.append(crowd.ask("wanted", READER))
        await asyncio.sleep(0)
        crowd.release.set()
        await asyncio.gather(*asked)
    assert crowd.done == ["a", "wanted", "b", "c"]


async def test_a_full_queue_refuses_the_newest_of_whoever_has_most_waiting() -> None:
    async with fair_queue(most=4) as queue:
        crowd = Crowd(queue)
        held = await crowd.hold()
        kept = [crowd.ask(f"attacker {n}", ATTACKER) for n in range(2)]
        pushed = [crowd.ask(f"attacker {n}", ATTACKER) for n in (2, 3)]
        refused = crowd.ask("attacker 4", ATTACKER)
        kept += [crowd.ask("reader", READER), crowd.ask("neighbor", NEIGHBOR)]
        await asyncio.sleep(0)
        crowd.release.set()
        await asyncio.gather(held, *kept)
        errors = await asyncio.gather(*pushed, refused, return_exceptions=True)
    assert [type(error) for error in errors] == [ShareFull] * 3


async def test_a_queue_full_of_equals_refuses_who_comes_last_and_does_not_blame_them() -> None:
    async with fair_queue(most=3) as queue:
        crowd = Crowd(queue)
        asked = [await crowd.hold()]
        asked += [crowd.ask(f"{n}", (f"198.51.{n}", f"198.51.{n}.1", None)) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as refused:
            await crowd.ask("last", READER)
        assert refused.type is Overloaded
        crowd.release.set()
        await asyncio.gather(*asked)


async def test_one_more_caller_of_waiting_work_is_never_refused() -> None:
    async with fair_queue(most=2) as queue:
        crowd = Crowd(queue)
        asked = [await crowd.hold()]
        asked += [crowd.ask("a", READER), crowd.ask("b", OTHER), crowd.ask("a", ATTACKER)]
        await asyncio.sleep(0)
        crowd.release.set()
        await asyncio.gather(*asked)
    assert crowd.done == ["a", "b"]


async def test_work_ahead_runs_first_and_is_never_refused() -> None:
    async with fair_queue(most=2) as queue:
        crowd = Crowd(queue)
        asked = [await crowd.hold(), *(crowd.ask(key, READER) for key in ("cold", "colder"))]
        asked += [crowd.ask(key, READER, ahead=True) for key in ("today", "today too")]
        await asyncio.sleep(0)
        crowd.release.set()
        await asyncio.gather(*asked)
    assert crowd.done == ["today", "today too", "cold", "colder"]


async def test_work_that_does_not_begin_in_time_is_refused_and_never_begins() -> None:
    async with fair_queue(wait_seconds=0.01) as queue:
        crowd = Crowd(queue)
        held = await crowd.hold()
        with pytest.raises(Overloaded):
            await crowd.ask("late", READER)
        assert len(queue) == 0
        late = crowd.ask("late", READER)
        many = [crowd.ask(f"late {n}", ATTACKER) for n in range(100)]
        errors = await asyncio.gather(*many, return_exceptions=True)
        assert all(isinstance(error, Overloaded) for error in errors)
        assert isinstance(errors[0], ShareFull), "the site has much more than its share waiting"
        with pytest.raises(Overloaded) as refused:
            await late
        assert refused.type is Overloaded
        crowd.release.set()
        await held
    assert crowd.done == []


async def test_work_whose_caller_is_cancelled_never_begins() -> None:
    async with fair_queue(wait_seconds=5) as queue:
        crowd = Crowd(queue)
        held, waiting = await crowd.hold(), crowd.ask("waiting", READER)
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait((waiting,))
        crowd.release.set()
        await held
    assert crowd.done == []


async def test_work_that_began_in_time_may_end_later() -> None:
    async with fair_queue(wait_seconds=0.05) as queue:
        crowd = Crowd(queue)
        held = await crowd.hold()

        async def slow() -> str:
            await asyncio.sleep(0.1)
            return "done"

        waiting = asyncio.create_task(queue.run("slow", READER, slow))
        await asyncio.sleep(0)
        crowd.release.set()
        assert await waiting == "done"
        await held


async def test_the_next_work_runs_after_one_that_fails_or_is_cancelled() -> None:
    async def fail() -> None:
        raise ValueError

    async def answer() -> int:
        return 4

    async with fair_queue() as queue:
        first, *others = (
            asyncio.create_task(queue.run(n, READER, work))
            for n, work in enumerate((fail, answer, fail, answer))
        )
        await asyncio.sleep(0)
        others[0].cancel()
        ended = asyncio.gather(first, *others, return_exceptions=True)
        results = await asyncio.wait_for(ended, 5)
    assert [type(result) for result in results[:3]] == [
        ValueError,
        asyncio.CancelledError,
        ValueError,
    ]
    assert results[3] == 4


@pytest.fixture
def slow_pages(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every page of the stand-in takes 20 ms to render; when each was, by `time.monotonic`."""
    rendered: list[float] = []
    usual: Callable[[str], str] = standin.render

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
def test_a_crawler_that_fills_the_queue_is_told_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with standin.serving_standin() as running, ExitStack() as stack:
        monkeypatch.setattr(running.service_state.rendering, "_most", 40)
        crawlers = [stack.enter_context(connected(running)) for _ in range(60)]
        while len(running.server.server_state.connections) < len(crawlers):
            time.sleep(0.01)
        for n, crawler in enumerate(crawlers):
            crawler.sendall(get(f"/page?date={n}").encode())
        responses = [crawler.recv(1 << 16) for crawler in crawlers]
        refused = [response for response in responses if b" 429 " in response]
        assert 0 < len(refused) <= 20
        assert all(b"retry-after: 2\r\n" in response.lower() for response in refused)
