"""Whoever asks for many lists waits for their own turns, and not others for them."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest

from kirosample.favorites import QueueFull
from kirosample.favorites.read_queue import ReadQueue
from kirosample.limits import LISTS_WAITING, OWN_LISTS_WAITING, POOL_CONNECTIONS, VISITORS_WAITING


def run(work: Callable[[ReadQueue], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(work(ReadQueue()), 10))


async def wait(queue: ReadQueue, visitor: UUID | None, times: int) -> list[asyncio.Task[None]]:
    """So many who wait, or have a turn that does not end."""

    async def one() -> None:
        async with queue.turn(visitor):
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(one()) for _ in range(times)]
    await asyncio.sleep(0)
    return tasks


async def is_full(queue: ReadQueue, visitor: UUID | None) -> bool:
    task = asyncio.create_task(queue.turn(visitor).__aenter__())
    await asyncio.sleep(0)
    if task.done():
        return isinstance(task.exception(), QueueFull)
    task.cancel()
    await asyncio.sleep(0)
    return False


def test_one_connection_is_left_for_what_all_share() -> None:
    async def work(queue: ReadQueue) -> None:
        async with AsyncExitStack() as stack:
            for _ in range(POOL_CONNECTIONS - 1):
                await stack.enter_async_context(queue.turn(None))
            for visitor in (None, uuid4()):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.01), queue.turn(visitor):
                        pass
        async with queue.turn(None):
            pass

    run(work)


def test_everybodys_lists_and_a_visitors_own_have_bounds_apart() -> None:
    async def work(queue: ReadQueue) -> None:
        me, other = uuid4(), uuid4()
        await wait(queue, None, LISTS_WAITING)
        assert await is_full(queue, None)
        await wait(queue, me, OWN_LISTS_WAITING)
        assert await is_full(queue, me)
        assert not await is_full(queue, other)

    run(work)


def test_the_visitors_who_wait_have_a_bound_and_make_room_when_they_leave() -> None:
    async def work(queue: ReadQueue) -> None:
        visitors = [await wait(queue, uuid4(), 1) for _ in range(VISITORS_WAITING)]
        assert await is_full(queue, uuid4())
        assert not await is_full(queue, None)
        visitors[-1][0].cancel()
        await asyncio.sleep(0)
        assert not await is_full(queue, uuid4())

    run(work)


def test_turns_are_first_come_first_served() -> None:
    async def work(queue: ReadQueue) -> None:
        served: list[int] = []

        async def one(number: int) -> None:
            async with queue.turn(UUID(int=number) if number % 2 else None):
                await asyncio.sleep(0)
                served.append(number)

        await asyncio.gather(*map(one, range(20)))
        assert served == list(range(20))

    run(work)
