"""Write batching (group commit): changes that arrive during a statement share the next one."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

from ishizue.limits import SWEEP_SECONDS
from ishizue.storage.errors import QueueFull, Unavailable, own_copy

log = logging.getLogger(__name__)

Change = TypeVar("Change")


class Call(Generic[Change]):
    """One caller's change, when it was submitted (the loop's time), and the future result."""

    __slots__ = ("change", "future", "since")

    def __init__(self, change: Change, future: asyncio.Future[Any], since: float) -> None:
        self.change = change
        self.future = future
        self.since = since

    def complete(self, result: object) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)


Run = Callable[[list[Call[Change]]], Awaitable[Iterable[Call[Change]]]]
"""Completes the calls of a batch and returns those that must wait for the next one."""


class Batcher(Generic[Change]):
    """Runs one batch at a time; every caller has a result or Unavailable by the deadline.

    A call is sent only if a batch that takes `batch_seconds` still ends before its deadline, so
    that no change happens after its caller was told that it failed. When a batch fails although
    the database is available, it is halved until only the calls at fault fail.
    """

    def __init__(
        self,
        run: Run[Change],
        *,
        queue_size: int,
        batch_size: int,
        deadline_seconds: float,
        batch_seconds: float,
    ) -> None:
        self._run = run
        self._queue_size = queue_size
        self._batch_size = batch_size
        self._deadline = deadline_seconds
        self._latest_start = deadline_seconds - batch_seconds
        self._waiting: deque[Call[Change]] = deque()
        self._running: list[Call[Change]] = []
        self._worker: asyncio.Task[None] | None = None
        self._sweep: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """The number of calls that wait for the next batch."""
        return len(self._waiting)

    def submit(self, change: Change) -> asyncio.Future[Any]:
        """The result to come: that of `run`, or Unavailable at the deadline. Raises QueueFull."""
        if len(self._waiting) >= self._queue_size:
            raise QueueFull(f"{self._queue_size} writes are waiting already")
        loop = asyncio.get_running_loop()
        call = Call(change, loop.create_future(), loop.time())
        self._waiting.append(call)
        # Worker and sweep end when there is nothing to do, so there is nothing to close.
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work())
        if self._sweep is None:
            self._sweep = loop.call_at(call.since + self._deadline, self._expire)
        return call.future

    def is_settled(self, call: Call[Change]) -> bool:
        """Whether the call has its result. It fails now if it is too late to send it."""
        if call.future.done():
            return True
        if asyncio.get_running_loop().time() <= call.since + self._latest_start:
            return False
        call.fail(Unavailable("the database is too slow to answer in time"))
        return True

    async def _work(self) -> None:
        try:
            while batch := self._take():
                self._running = batch
                again = await self._attempt(batch)
                self._waiting.extendleft(reversed(again))
        finally:
            # Calls are left only when the event loop cancels this task.
            for call in (*self._running, *self._waiting):
                call.fail(Unavailable("the service is stopping"))
            self._waiting.clear()
            self._running = []
            self._worker = None

    def _take(self) -> list[Call[Change]]:
        batch: list[Call[Change]] = []
        while self._waiting and len(batch) < self._batch_size:
            call = self._waiting.popleft()
            if not self.is_settled(call):
                batch.append(call)
        return batch

    async def _attempt(self, batch: list[Call[Change]]) -> list[Call[Change]]:
        try:
            return list(await self._run(batch))
        except Unavailable as error:
            for call in batch:
                call.fail(own_copy(error))
            return []
        except Exception as error:
            left = [call for call in batch if not self.is_settled(call)]
            if len(left) > 1:
                half = len(left) // 2
                first = await self._attempt(left[:half])
                second = [call for call in left[half:] if not self.is_settled(call)]
                return first + (await self._attempt(second) if second else [])
            for call in left:
                log.exception("a write failed: %s", type(call.change).__name__)
                call.fail(error)
            return []

    def _expire(self) -> None:
        """Fail every call over its deadline, and schedule the next sweep."""
        loop = asyncio.get_running_loop()
        self._sweep = None
        oldest = loop.time()
        over = oldest - self._deadline
        for call in (*self._running, *self._waiting):
            if call.future.done():
                continue
            if call.since <= over:
                call.fail(Unavailable("the database did not answer in time"))
            else:
                oldest = min(oldest, call.since)
        if self._running or self._waiting:
            # A sweep looks at up to ten thousand calls, so it does not run for each one.
            soon = loop.time() + SWEEP_SECONDS
            self._sweep = loop.call_at(max(oldest + self._deadline, soon), self._expire)
