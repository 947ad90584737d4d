"""Calls that arrive during a batch share the next one, and none waits past its deadline."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from ishizue.storage.batching import Batcher, Call
from ishizue.storage.errors import QueueFull, Unavailable


async def turns(count: int = 5) -> None:
    """Let the loop turn a few times."""
    for _ in range(count):
        await asyncio.sleep(0)


def cancel(name: str) -> None:
    """Cancel the task that runs the coroutine of this name."""
    (task,) = (t for t in asyncio.all_tasks() if getattr(t.get_coro(), "__name__", "") == name)
    task.cancel()


class Recorder:
    """Completes each call with its batch's number, as soon as the gate is open."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.before: Callable[[list[str]], None] = lambda _: None

    async def __call__(self, calls: list[Call[str]]) -> Iterable[Call[str]]:
        changes = [call.change for call in calls]
        self.batches.append(changes)
        await asyncio.sleep(0)
        await self.gate.wait()
        self.before(changes)
        later = []
        for call in calls:
            if call.change.startswith("later") and len(self.batches) == 1:
                later.append(call)
            else:
                call.complete(len(self.batches))
        return later


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def batcher(
    run: Recorder, *, queue_size: int = 100, deadline: float = 2, batch: float = 1
) -> Batcher[str]:
    return Batcher(
        run, queue_size=queue_size, batch_size=10, deadline_seconds=deadline, batch_seconds=batch
    )


async def test_calls_that_arrive_during_a_batch_share_the_next_one(recorder: Recorder) -> None:
    writes = batcher(recorder)
    first = writes.submit("a")
    await turns()
    others = [writes.submit(name) for name in "bcd"]
    await turns()
    assert recorder.batches == [["a"]]
    recorder.gate.set()
    assert await first == 1
    assert await asyncio.gather(*others) == [2, 2, 2]
    assert recorder.batches == [["a"], ["b", "c", "d"]]
    assert await writes.submit("e") == 3


async def test_batches_and_the_queue_are_bounded(recorder: Recorder) -> None:
    writes = batcher(recorder, queue_size=25)
    futures = [writes.submit("x")]
    await turns()
    futures += [writes.submit("x") for _ in range(25)]
    with pytest.raises(QueueFull):
        writes.submit("x")
    recorder.gate.set()
    await asyncio.gather(*futures)
    assert [len(batch) for batch in recorder.batches] == [1, 10, 10, 5]
    assert await writes.submit("x")


async def test_postponed_calls_come_first_in_the_next_batch(recorder: Recorder) -> None:
    writes = batcher(recorder)
    futures = [writes.submit(name) for name in ("a", "later b", "later c")]
    await turns()
    futures.append(writes.submit("d"))
    recorder.gate.set()
    assert await asyncio.gather(*futures) == [1, 2, 2, 2]
    assert recorder.batches[1] == ["later b", "later c", "d"]


async def test_callers_get_unavailable_at_the_deadline_even_if_the_batch_never_ends(
    recorder: Recorder,
) -> None:
    writes = batcher(recorder, deadline=0.6, batch=0.2)
    loop = asyncio.get_running_loop()

    async def submit(after: float) -> float:
        await asyncio.sleep(after)
        began = loop.time()
        with pytest.raises(Unavailable):
            await writes.submit("x")
        return loop.time() - began

    waited = await asyncio.gather(*(submit(after) for after in (0, 0.05, 0.1, 0.25, 0.4)))
    assert max(waited) < 5
    recorder.gate.set()
    await turns()
    assert recorder.batches == [["x"]], "calls that have failed are not sent"
    assert await writes.submit("y") == 2


async def test_a_call_that_cannot_finish_before_its_deadline_is_not_sent(
    recorder: Recorder,
) -> None:
    writes = batcher(recorder, deadline=5, batch=4)
    first = writes.submit("a")
    await turns()
    second = writes.submit("b")
    await asyncio.sleep(1.1)  # more than it may wait
    third = writes.submit("c")
    recorder.gate.set()
    assert (await first, await third) == (1, 2)
    with pytest.raises(Unavailable):
        await second
    assert recorder.batches == [["a"], ["c"]]


async def test_only_the_bad_call_of_a_batch_fails(recorder: Recorder) -> None:
    recorder.gate.set()

    def refuse(futures: list[str]) -> None:
        if "bad" in futures:
            raise ValueError("bad")

    recorder.before = refuse
    writes = batcher(recorder)
    futures = [writes.submit(name) for name in ("a", "b", "c", "bad", "d", "e", "f")]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    assert [isinstance(answer, ValueError) for answer in answers] == [
        name == "bad" for name in ("a", "b", "c", "bad", "d", "e", "f")
    ]
    assert await writes.submit("g")


async def test_an_unavailable_database_fails_the_whole_batch_without_retries(
    recorder: Recorder,
) -> None:
    recorder.gate.set()

    def away(_asked: list[str]) -> None:
        raise Unavailable("away")

    recorder.before = away
    writes = batcher(recorder)
    futures = [writes.submit(name) for name in "abcd"]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert len(recorder.batches) == 1


async def test_a_cancelled_call_is_not_sent_and_does_not_affect_others(recorder: Recorder) -> None:
    writes = batcher(recorder)
    sent, beside = writes.submit("a"), writes.submit("b")
    await turns()
    waiting, last = writes.submit("c"), writes.submit("d")
    sent.cancel()
    waiting.cancel()
    recorder.gate.set()
    assert (await beside, await last) == (1, 2)
    assert recorder.batches == [["a", "b"], ["d"]]


async def test_a_cancelled_worker_fails_its_calls(recorder: Recorder) -> None:
    writes = batcher(recorder)
    first = writes.submit("a")
    await turns()
    second = writes.submit("b")
    cancel("_work")
    for waiting in (first, second):
        with pytest.raises(Unavailable):
            await waiting
    recorder.gate.set()
    assert await writes.submit("c")
