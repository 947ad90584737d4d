"""A crowd's cheap requests leave the loop free to turn."""

import asyncio
from collections.abc import Callable

from kirosample.web.protocol.start_queue import StartQueue


def start(queue: StartQueue, begin: Callable[[], None]) -> None:
    if queue.admits():
        begin()
    else:
        queue.wait(begin)


def test_requests_begin_in_order_and_only_so_many_in_one_turn_of_the_loop() -> None:
    async def main() -> list[tuple[int, int]]:
        queue, turn = StartQueue(3), 0
        begun: list[tuple[int, int]] = []
        for n in range(8):
            start(queue, lambda n=n: begun.append((turn, n)))  # type: ignore[misc]
        for turn in range(1, 5):  # noqa: B007  (what began reads it)
            await asyncio.sleep(0)
        start(queue, lambda: begun.append((turn, 8)))
        return begun

    assert asyncio.run(main()) == [
        (0, 0), (0, 1), (0, 2), (1, 3), (1, 4), (1, 5), (2, 6), (2, 7), (4, 8),
    ]  # fmt: skip


def test_what_comes_later_does_not_overtake_what_waits() -> None:
    async def main() -> list[int]:
        queue, begun = StartQueue(1), list[int]()
        for n in range(3):
            start(queue, lambda n=n: begun.append(n))  # type: ignore[misc]
        asyncio.get_running_loop().call_soon(start, queue, lambda: begun.append(3))
        for _ in range(8):
            await asyncio.sleep(0)
        return begun

    assert asyncio.run(main()) == [0, 1, 2, 3]
