"""Many different reads by one owner do not hold up the others."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest

from kirosample.limits import POOL_CONNECTIONS
from kirosample.storage.errors import QueueFull
from kirosample.storage.read_queue import ReadQueue

PUBLIC, OF_OWNER, OWNERS = 20, 3, 40


@pytest.fixture
def queue() -> ReadQueue:
    return ReadQueue(public=PUBLIC, of_owner=OF_OWNER, owners=OWNERS)


async def wait(queue: ReadQueue, owner: UUID | None, times: int) -> list[asyncio.Task[None]]:
    """Tasks that wait for a turn, or have one that does not end."""

    async def one() -> None:
        async with queue.turn(owner):
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(one()) for _ in range(times)]
    await asyncio.sleep(0)
    return tasks


async def is_full(queue: ReadQueue, owner: UUID | None) -> bool:
    task = asyncio.create_task(queue.turn(owner).__aenter__())
    await asyncio.sleep(0)
    if task.done():
        return isinstance(task.exception(), QueueFull)
    task.cancel()
    await asyncio.sleep(0)
    return False


async def test_one_connection_is_left_for_shared_reads(queue: ReadQueue) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(POOL_CONNECTIONS - 1):
            await stack.enter_async_context(queue.turn(None))
        for owner in (None, uuid4()):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01), queue.turn(owner):
                    pass
    async with queue.turn(None):
        pass


async def test_public_and_owned_reads_have_separate_bounds(queue: ReadQueue) -> None:
    me, other = uuid4(), uuid4()
    await wait(queue, None, PUBLIC)
    assert await is_full(queue, None)
    await wait(queue, me, OF_OWNER)
    assert await is_full(queue, me)
    assert not await is_full(queue, other)


async def test_the_number_of_waiting_owners_is_bounded(queue: ReadQueue) -> None:
    owners = [await wait(queue, uuid4(), 1) for _ in range(OWNERS)]
    assert await is_full(queue, uuid4())
    assert not await is_full(queue, None)
    owners[-1][0].cancel()
    await asyncio.sleep(0)
    assert not await is_full(queue, uuid4())


async def test_turns_are_first_come_first_served(queue: ReadQueue) -> None:
    served: list[int] = []

    async def one(number: int) -> None:
        async with queue.turn(UUID(int=number) if number % 2 else None):
            await asyncio.sleep(0)
            served.append(number)

    await asyncio.gather(*map(one, range(20)))
    assert served == list(range(20))
