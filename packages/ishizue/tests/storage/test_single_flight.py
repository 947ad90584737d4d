"""Callers share one read, never one that began before their request."""

import asyncio

import pytest
from tests.storage.test_batching import cancel, turns

from ishizue.storage.errors import Unavailable
from ishizue.storage.single_flight import SingleFlight


class Read:
    """Returns the number of the read, as soon as the gate is open."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.count += 1
        number = self.count
        await self.gate.wait()
        return number


async def test_a_caller_that_arrives_during_a_read_shares_the_next_one() -> None:
    read = Read()
    reads = SingleFlight()
    early = [reads.run("k", read) for _ in range(3)]
    await turns()
    late = [reads.run("k", read) for _ in range(3)]
    await turns()
    assert read.count == 1
    read.gate.set()
    assert await asyncio.gather(*early) == [1, 1, 1]
    assert await asyncio.gather(*late) == [2, 2, 2]
    assert await reads.run("k", read) == 3, "nothing is kept"
    await turns()
    assert not reads._next


async def test_a_failed_read_fails_its_own_callers_only() -> None:
    read = Read()
    reads = SingleFlight()

    async def failing_once() -> int:
        number = await read()
        if number == 1:
            raise Unavailable("away")
        return number

    early = [reads.run("k", failing_once) for _ in range(3)]
    errors: list[int | Exception] = []
    reads.flight("k", failing_once).add_callback(errors.append)
    await turns()
    late = reads.run("k", failing_once)
    await turns()
    read.gate.set()
    for task in early:
        with pytest.raises(Unavailable):
            await task
    assert await late == 2
    assert [(type(error), str(error)) for error in errors] == [(Unavailable, "away")]


async def test_cancelled_callers_do_not_affect_others_and_cause_no_read() -> None:
    read = Read()
    reads = SingleFlight()
    first, second = (reads.run("k", read) for _ in range(2))
    await turns()
    late = reads.run("k", read)
    await turns()
    first.cancel()
    late.cancel()
    read.gate.set()
    assert await second == 1
    await turns()
    assert (read.count, reads._next) == (1, {})


async def test_callbacks_share_the_read_and_one_that_raises_does_not_affect_others() -> None:
    read = Read()
    reads = SingleFlight()
    results: list[tuple[str, int | Exception]] = []

    def broken(_: int | Exception) -> None:
        raise RuntimeError("broken")

    early = reads.flight("k", read)
    early.add_callback(lambda outcome: results.append(("early", outcome)))
    early.add_callback(broken)
    early.add_callback(lambda outcome: results.append(("next to it", outcome)))
    assert reads.flight("k", read) is early
    future = reads.run("k", read)
    await turns()
    assert early.begun
    late = reads.flight("k", read)
    assert late is not early
    late.add_callback(lambda outcome: results.append(("late", outcome)))
    read.gate.set()
    assert await future == 1
    await turns()
    assert results == [("early", 1), ("next to it", 1), ("late", 2)]
    assert not reads._next


async def test_a_cancelled_task_fails_its_callers() -> None:
    read = Read()
    reads = SingleFlight()
    future = reads.run("k", read)
    await turns()
    cancel("_run")
    with pytest.raises(Unavailable):
        await future
    read.gate.set()
    assert await reads.run("k", read) == 2
