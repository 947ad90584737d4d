"""Clients take turns, one piece of work at a time, and nothing else waits for more than a piece."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

import pytest
from tests.http import standin

from ishizue.http.fair_queue import MAX_WAITING, SHARES, FairQueue, Overloaded, Place, ShareFull
from ishizue.http.security.clients import place_of
from ishizue.testing.wire import connected, connection_of, get, reset_at_close, until


def place(address: str, owner: str | None = None) -> Place:
    return *place_of(address), owner


ATTACKER, NEIGHBOR = place("192.0.2.1"), place("192.0.2.2")
READER, OTHER = place("198.51.100.1"), place("203.0.113.1")


class Crowd:
    """Clients of a queue that is busy; `done` has the order in which their work ran."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.done: list[str] = []

    def ask(self, key: str, place: Place, *, ahead: bool = False) -> asyncio.Task[str]:
        async def work() -> str:
            self.done.append(key)
            return key

        return asyncio.create_task(self.queue.run(key, place, work, ahead=ahead))

    def ask_for(self, keys: str, place: Place) -> list[asyncio.Task[str]]:
        return [self.ask(key, place) for key in keys.split()]


@asynccontextmanager
async def empty(queue: FairQueue) -> AsyncIterator[None]:
    """The queue has nothing left when all that the block asked for has ended."""
    others = asyncio.all_tasks()
    yield
    asked = asyncio.all_tasks() - others
    async with asyncio.timeout(60):
        await asyncio.gather(*asked, return_exceptions=True)
    for _ in range(10):  # more iterations than the queue leaves between two pieces
        await asyncio.sleep(0)
    assert not queue._busy
    assert not queue._pieces
    assert queue._waiting == type(queue._waiting)()


@asynccontextmanager
async def crowd(most: int = MAX_WAITING, wait_seconds: float = 60) -> AsyncIterator[Crowd]:
    """A queue that runs nothing of what the block asks for until its end."""
    queue = FairQueue(most=most, wait_seconds=wait_seconds)
    release = asyncio.Event()
    async with empty(queue):
        held = asyncio.create_task(queue.run("held", OTHER, release.wait))
        await asyncio.sleep(0)
        yield Crowd(queue)
        await asyncio.sleep(0)
        release.set()
        await held


async def test_the_event_loop_iterates_between_two_pieces() -> None:
    happened: list[str] = []

    async def work(name: str) -> str:
        # Stands for a health check that arrives while this piece runs.
        asyncio.get_running_loop().call_soon(happened.append, f"after {name}")
        happened.append(name)
        return name

    queue = FairQueue()
    async with empty(queue):
        done = [queue.run(name, READER, partial(work, name)) for name in "abc"]
        assert await asyncio.gather(*done) == ["a", "b", "c"]
    assert happened == ["a", "after a", "b", "after b", "c", "after c"]


async def test_networks_take_turns_and_so_do_their_sites_and_the_clients_of_a_site() -> None:
    async with crowd() as clients:
        clients.ask_for("attacker-0 attacker-1 attacker-2 attacker-3", ATTACKER)
        clients.ask_for("neighbor-0 neighbor-1", NEIGHBOR)
        clients.ask("site", place("192.0.9.1"))
        clients.ask_for("reader-0 reader-1", READER)
    assert clients.done == [
        "attacker-0", "reader-0", "site", "reader-1", "neighbor-0",
        "attacker-1", "neighbor-1", "attacker-2", "attacker-3",
    ]  # fmt: skip


async def test_an_owner_does_not_wait_for_the_others_behind_an_address() -> None:
    async with crowd(most=4) as clients:
        *_, last = clients.ask_for("list-0 list-1 list-2 list-3", READER)
        clients.ask("mine", place("198.51.100.1", "visitor"))
    assert clients.done == ["list-0", "mine", "list-1", "list-2"]
    assert isinstance(last.exception(), ShareFull)


async def test_callers_of_the_same_work_share_it_until_it_begins() -> None:
    begun: list[int] = []
    release = asyncio.Event()

    async def work() -> int:
        begun.append(len(begun))
        number = begun[-1]
        await release.wait()
        return number

    queue = FairQueue(most=2, wait_seconds=60)
    async with empty(queue):
        running = asyncio.create_task(queue.run("list", READER, work))
        await asyncio.sleep(0)
        callers = [asyncio.create_task(queue.run("list", READER, work)) for _ in range(1000)]
        await asyncio.sleep(0)
        assert len(queue._pieces) == 1
        release.set()
        assert await running == 0, "what began before the others asked is not theirs"
        assert set(await asyncio.gather(*callers)) == {1}


async def test_shared_work_runs_at_the_turn_of_its_first_client() -> None:
    async with crowd() as clients:
        clients.ask_for("a b c wanted", ATTACKER)
        clients.ask("wanted", READER)
    assert clients.done == ["a", "wanted", "b", "c"]


async def test_a_full_queue_refuses_the_newest_of_whoever_has_most_waiting() -> None:
    async with crowd(most=4) as clients:
        asked = clients.ask_for("a b c d e", ATTACKER)
        others = [clients.ask("reader", READER), clients.ask("neighbor", NEIGHBOR)]
    kept = asked[:2] + others
    assert [type(task.exception()) for task in asked[2:]] == [ShareFull] * 3
    assert not any(task.exception() for task in kept)


@pytest.mark.parametrize("of_one_site", [1, 2, 3])
async def test_a_network_of_many_sites_makes_room_for_others_and_only_a_share_is_blamed(
    of_one_site: int,
) -> None:
    most = 2 * SHARES
    async with crowd(most=most) as clients:
        sites = [place(f"2001:db8:{n // of_one_site + 1}::1") for n in range(most)]
        asked = [clients.ask(f"{n}", site) for n, site in enumerate(sites)]
        others = [clients.ask(f"other {n}", place(f"198.{n}.0.1")) for n in range(most // 4)]
    refused = [type(task.exception()) for task in asked if task.exception()]
    assert refused == [ShareFull if of_one_site > most // SHARES else Overloaded] * len(others)
    assert not any(task.exception() for task in others)


async def test_one_more_caller_of_waiting_work_is_never_refused() -> None:
    async with crowd(most=2) as clients:
        asked = [clients.ask("a", READER), clients.ask("b", OTHER), clients.ask("a", ATTACKER)]
    assert clients.done == ["a", "b"]
    assert [task.result() for task in asked] == ["a", "b", "a"]


async def test_every_second_piece_is_another_one_while_work_ahead_never_ends() -> None:
    async with crowd() as clients:

        async def ask_again(key: str) -> None:
            while "coldest" not in clients.done:
                await clients.ask(key, ATTACKER, ahead=True)

        flood = [asyncio.create_task(ask_again(f"today {n}")) for n in range(10)]
        await asyncio.sleep(0)
        clients.ask_for("cold colder coldest", READER)
    assert [clients.done.index(key) for key in ("cold", "colder", "coldest")] == [1, 3, 5]
    await asyncio.gather(*flood)


async def test_work_that_does_not_begin_in_time_is_refused_and_never_begins() -> None:
    async with crowd(wait_seconds=0.01) as clients:
        with pytest.raises(Overloaded):
            await clients.ask("late", READER)
        assert not clients.queue._pieces
        late = clients.ask("late", READER)
        many = [clients.ask(f"late {n}", ATTACKER) for n in range(100)]
        errors = await asyncio.gather(*many, return_exceptions=True)
        assert all(isinstance(error, Overloaded) for error in errors)
        assert isinstance(errors[0], ShareFull), "the site has much more than its share waiting"
        await asyncio.wait((late,))
    assert type(late.exception()) is Overloaded
    assert clients.done == []


async def test_who_leaves_during_the_work_gets_what_it_returns() -> None:
    queue = FairQueue()
    caller = asyncio.get_running_loop().create_future()

    async def move() -> str:
        queue.withdraw("move", caller, KeyError)
        return "moved"

    async with empty(queue):
        first = asyncio.create_task(queue.run("first", OTHER, partial(asyncio.sleep, 0)))
        await asyncio.sleep(0)
        assert await queue.run("move", READER, move, caller) == "moved"
        await first


async def test_the_next_work_runs_after_one_that_fails_or_is_cancelled() -> None:
    async def fail() -> None:
        raise ValueError

    async def answer() -> int:
        return 4

    queue = FairQueue()
    async with empty(queue):
        first, *others = (
            asyncio.create_task(queue.run(n, READER, work))
            for n, work in enumerate((fail, answer, fail, answer))
        )
        await asyncio.sleep(0)
        others[0].cancel()
    assert others[0].cancelled()
    assert [type(task.exception()) for task in (first, others[1])] == [ValueError] * 2
    assert others[2].result() == 4


def test_health_checks_and_cached_pages_take_no_turn_and_a_connection_that_was_reset_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered: list[str] = []

    def render(date: str) -> str:
        rendered.append(date)
        return date

    monkeypatch.setattr(standin, "render", render)
    with standin.serving_standin() as running, connected(running) as idle:
        assert running.text("/page?date=now") == "now"
        queue = running.service_state.rendering
        loop = connection_of(running, idle).loop
        queue._wait_seconds = 60
        release = asyncio.Event()
        held = asyncio.run_coroutine_threadsafe(queue.run("held", OTHER, release.wait), loop)
        until(lambda: queue._busy)
        with ExitStack() as stack:
            for n in range(10):
                client = stack.enter_context(connected(running))
                reset_at_close(client)
                client.sendall(get(f"/page?date={n}").encode())
            until(lambda: len(queue._pieces) == 10)
            assert running.json("/livez")["status"] == "ok"
            assert running.text("/page?date=now") == "now"
        until(lambda: not queue._pieces)
        loop.call_soon_threadsafe(release.set)
        held.result(10)
        assert running.text("/page?date=later") == "later"
    assert rendered == ["now", "later"]
