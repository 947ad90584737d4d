"""Calls that arrive while a batch runs travel in the next one; nobody is left waiting."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest

from kirosample.favorites import QueueFull, Unavailable
from kirosample.favorites.coalescing import Batches, Call, Shared


class Recorder:
    """Answers each call with the number of its batch, once it is let."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.before: Callable[[list[str]], None] = lambda _: None

    async def __call__(self, calls: list[Call[str]]) -> Iterable[Call[str]]:
        asked = [call.asked for call in calls]
        self.batches.append(asked)
        await asyncio.sleep(0)
        await self.gate.wait()
        self.before(asked)
        later = []
        for call in calls:
            if call.asked.startswith("later") and len(self.batches) == 1:
                later.append(call)
            else:
                call.answer(len(self.batches))
        return later


def batches(
    run: Callable[[list[Call[str]]], Any],
    *,
    most_waiting: int = 100,
    most_at_once: int = 10,
    deadline: float = 2.0,
    batch: float = 1.0,
) -> Batches[str]:
    return Batches(
        run,
        most_waiting=most_waiting,
        most_at_once=most_at_once,
        deadline_seconds=deadline,
        batch_seconds=batch,
    )


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 10))


def cancel(name: str) -> None:
    """Cancel the task that runs the coroutine of this name."""
    (task,) = (t for t in asyncio.all_tasks() if getattr(t.get_coro(), "__name__", "") == name)
    task.cancel()


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_calls_that_arrive_while_a_batch_runs_travel_in_the_next_one() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder)
        recorder.gate.clear()
        first = queue.ask("a")
        await turns()
        others = [queue.ask(name) for name in "bcd"]
        await turns()
        assert recorder.batches == [["a"]]
        recorder.gate.set()
        assert await first == 1
        assert await asyncio.gather(*others) == [2, 2, 2]
        assert recorder.batches == [["a"], ["b", "c", "d"]]
        assert await queue.ask("e") == 3

    run(work)


def test_a_batch_and_the_queue_have_their_bounds() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder, most_waiting=25)
        recorder.gate.clear()
        asked = [queue.ask("x")]
        await turns()
        asked += [queue.ask("x") for _ in range(25)]
        with pytest.raises(QueueFull):
            queue.ask("x")
        recorder.gate.set()
        await asyncio.gather(*asked)
        assert [len(batch) for batch in recorder.batches] == [1, 10, 10, 5]
        assert await queue.ask("x")

    run(work)


def test_what_must_wait_is_first_in_the_next_batch() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder)
        recorder.gate.clear()
        asked = [queue.ask(name) for name in ("a", "later b", "later c")]
        await turns()
        asked.append(queue.ask("d"))
        recorder.gate.set()
        assert await asyncio.gather(*asked) == [1, 2, 2, 2]
        assert recorder.batches[1] == ["later b", "later c", "d"]

    run(work)


def test_everybody_is_answered_at_the_deadline_even_where_the_batch_never_ends() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder, deadline=0.3, batch=0.1)
        recorder.gate.clear()
        loop = asyncio.get_running_loop()

        async def ask(after: float) -> float:
            await asyncio.sleep(after)
            began = loop.time()
            with pytest.raises(Unavailable):
                await queue.ask("x")
            return loop.time() - began

        waited = await asyncio.gather(*(ask(after) for after in (0, 0.05, 0.1, 0.25, 0.4)))
        assert max(waited) < 0.45
        recorder.gate.set()
        await turns()
        assert recorder.batches == [["x"]], "what was answered is not sent any more"
        assert await queue.ask("y") == 2

    run(work)


def test_a_call_too_old_to_be_done_in_time_is_not_sent() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder, deadline=0.4, batch=0.3)
        recorder.gate.clear()
        first = queue.ask("a")
        await turns()
        second = queue.ask("b")
        await asyncio.sleep(0.2)
        third = queue.ask("c")
        recorder.gate.set()
        assert (await first, await third) == (1, 2)
        with pytest.raises(Unavailable):
            await second
        assert recorder.batches == [["a"], ["c"]]

    run(work)


def test_one_bad_call_fails_alone() -> None:
    async def work() -> None:
        recorder = Recorder()

        def refuse(asked: list[str]) -> None:
            if "bad" in asked:
                raise ValueError("bad")

        recorder.before = refuse
        queue = batches(recorder)
        asked = [queue.ask(name) for name in ("a", "b", "c", "bad", "d", "e", "f")]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [isinstance(answer, ValueError) for answer in answers] == [
            name == "bad" for name in ("a", "b", "c", "bad", "d", "e", "f")
        ]
        assert await queue.ask("g")

    run(work)


def test_a_database_that_is_away_is_told_to_all_at_once_and_not_asked_again() -> None:
    async def work() -> None:
        recorder = Recorder()

        def away(_asked: list[str]) -> None:
            raise Unavailable("away")

        recorder.before = away
        queue = batches(recorder)
        asked = [queue.ask(name) for name in "abcd"]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(answer, Unavailable) for answer in answers)
        assert len(recorder.batches) == 1

    run(work)


def test_a_caller_who_leaves_is_not_sent_and_hurts_nobody() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder)
        recorder.gate.clear()
        first = queue.ask("a")
        await turns()
        second, third = queue.ask("b"), queue.ask("c")
        first.cancel()
        second.cancel()
        recorder.gate.set()
        assert await third == 2
        assert recorder.batches == [["a"], ["c"]]

    run(work)


def test_nobody_waits_for_a_worker_that_is_cancelled() -> None:
    async def work() -> None:
        recorder = Recorder()
        queue = batches(recorder)
        recorder.gate.clear()
        first = queue.ask("a")
        await turns()
        second = queue.ask("b")
        cancel("_work")
        for waiting in (first, second):
            with pytest.raises(Unavailable):
                await waiting
        recorder.gate.set()
        assert await queue.ask("c")

    run(work)


class Reading:
    """Reads a number that grows with each reading."""

    def __init__(self) -> None:
        self.began = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.began += 1
        number = self.began
        await self.gate.wait()
        return number


def test_who_comes_while_a_reading_runs_shares_the_next_one() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()
        early = [shared.ask("k", reading) for _ in range(3)]
        await turns()
        late = [shared.ask("k", reading) for _ in range(3)]
        await turns()
        assert reading.began == 1
        reading.gate.set()
        assert await asyncio.gather(*early) == [1, 1, 1]
        assert await asyncio.gather(*late) == [2, 2, 2]
        assert await shared.ask("k", reading) == 3, "nothing is kept"
        await turns()
        assert len(shared) == 0

    run(work)


def test_a_failed_reading_is_told_to_all_who_shared_it_and_to_nobody_else() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()

        async def failing_once() -> int:
            number = await reading()
            if number == 1:
                raise Unavailable("away")
            return number

        early = [shared.ask("k", failing_once) for _ in range(3)]
        await turns()
        late = shared.ask("k", failing_once)
        await turns()
        reading.gate.set()
        for task in early:
            with pytest.raises(Unavailable):
                await task
        assert await late == 2

    run(work)


def test_a_reader_who_leaves_hurts_nobody_and_nothing_is_read_for_nobody() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()
        first, second = (shared.ask("k", reading) for _ in range(2))
        await turns()
        late = shared.ask("k", reading)
        await turns()
        first.cancel()
        late.cancel()
        reading.gate.set()
        assert await second == 1
        await turns()
        assert (reading.began, len(shared)) == (1, 0)

    run(work)


def test_those_who_are_told_share_the_reading_and_one_that_fails_hurts_nobody() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()
        told: list[tuple[str, int | Exception]] = []

        def broken(_: int | Exception) -> None:
            raise RuntimeError("broken")

        early = shared.round("k", reading)
        early.tell(lambda found: told.append(("early", found)))
        early.tell(broken)
        early.tell(lambda found: told.append(("beside it", found)))
        assert shared.round("k", reading) is early
        asked = shared.ask("k", reading)
        await turns()
        assert early.begun
        late = shared.round("k", reading)
        assert late is not early
        late.tell(lambda found: told.append(("late", found)))
        reading.gate.set()
        assert await asked == 1
        await turns()
        assert told == [("early", 1), ("beside it", 1), ("late", 2)]
        assert len(shared) == 0

    run(work)


def test_who_asks_again_at_once_shares_the_next_reading_with_those_who_wait() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()
        again: list[asyncio.Future[int]] = []
        loop = asyncio.get_running_loop()

        def ask_again(_: int | Exception) -> None:
            loop.call_soon(lambda: again.append(shared.ask("k", reading)))

        shared.round("k", reading).tell(ask_again)
        await turns()
        waiting = shared.ask("k", reading)
        reading.gate.set()
        assert (await waiting, await again[0], reading.began) == (2, 2, 2)

    run(work)


def test_a_failed_reading_is_told_as_its_error() -> None:
    async def work() -> None:
        away = Unavailable("away")

        async def failing() -> int:
            raise away

        told: list[int | Exception] = []
        Shared().round("k", failing).tell(told.append)
        await turns()
        assert [(type(error), str(error)) for error in told] == [(Unavailable, "away")]

    run(work)


def test_a_round_that_nobody_waits_for_any_more_is_not_joined() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()
        reading.gate.set()
        left = shared.round("k", reading)
        left.future().cancel()
        await turns()
        assert (reading.began, len(shared)) == (0, 0)
        assert left.begun, "who holds it asks anew"

    run(work)


def test_no_reader_waits_for_a_task_that_is_cancelled() -> None:
    async def work() -> None:
        reading, shared = Reading(), Shared()
        asked = shared.ask("k", reading)
        await turns()
        cancel("_read")
        with pytest.raises(Unavailable):
            await asked
        reading.gate.set()
        assert await shared.ask("k", reading) == 2

    run(work)
