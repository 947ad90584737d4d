"""One statement for all who wait: calls that arrive while one runs travel in the next one.

`Batches` is for writes: everybody's own answer, from a statement that carries them all. `Shared`
is for reads: one answer for all who asked the same.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from kirosample.favorites.database import Unavailable
from kirosample.limits import SWEEP_SECONDS

log = logging.getLogger(__name__)

Asked = TypeVar("Asked")
Value = TypeVar("Value")


class QueueFull(Unavailable):
    """More callers wait than may; trying again later is the right thing."""


class ReadFailed(Exception):
    """What failed was read for many; why is in the log, once."""


def _own(error: Exception) -> Exception:
    """What one of those who share an error raises: each raise adds to an exception's traceback."""
    return type(error)(*error.args) if isinstance(error, Unavailable) else ReadFailed()


class Call(Generic[Asked]):
    """What one caller asked for, since when (the loop's time), and where the answer goes."""

    __slots__ = ("asked", "future", "since")

    def __init__(self, asked: Asked, future: asyncio.Future[Any], since: float) -> None:
        self.asked = asked
        self.future = future
        self.since = since

    def answer(self, value: object) -> None:
        if not self.future.done():
            self.future.set_result(value)

    def fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)


Run = Callable[[list[Call[Asked]]], Awaitable[Iterable[Call[Asked]]]]
"""Answers the calls of a batch; gives back those that must wait for the next one."""


class Batches(Generic[Asked]):
    """Runs one batch at a time, and leaves nobody waiting longer than the deadline.

    A call that could be over the deadline before a batch has had `batch_seconds` is not sent any
    more, so that nothing happens behind the back of a caller who was told that it did not. Where a
    batch fails for another reason than a database that is away, its halves are tried alone, until
    only what is at fault fails.
    """

    def __init__(
        self,
        run: Run[Asked],
        *,
        most_waiting: int,
        most_at_once: int,
        deadline_seconds: float,
        batch_seconds: float,
    ) -> None:
        self._run = run
        self._most_waiting = most_waiting
        self._most_at_once = most_at_once
        self._deadline = deadline_seconds
        self._latest_start = deadline_seconds - batch_seconds
        self._waiting: deque[Call[Asked]] = deque()
        self._running: list[Call[Asked]] = []
        self._worker: asyncio.Task[None] | None = None
        self._sweep: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """How many wait for the next batch."""
        return len(self._waiting)

    def ask(self, asked: Asked) -> asyncio.Future[Any]:
        """The answer to come: `run`'s, or Unavailable at the deadline. Raises QueueFull."""
        if len(self._waiting) >= self._most_waiting:
            raise QueueFull(f"{self._most_waiting} writes are waiting already")
        loop = asyncio.get_running_loop()
        call = Call(asked, loop.create_future(), loop.time())
        self._waiting.append(call)
        # Neither lives when there is nothing to do, so there is nothing to close.
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work())
        if self._sweep is None:
            self._sweep = loop.call_at(call.since + self._deadline, self._expire)
        return call.future

    def expired(self, call: Call[Asked]) -> bool:
        """Whether it is too late to send the call; its caller is told so, where still there."""
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
            # Something is left only where the event loop ends us.
            for call in (*self._running, *self._waiting):
                call.fail(Unavailable("the service is stopping"))
            self._waiting.clear()
            self._running = []
            self._worker = None

    def _take(self) -> list[Call[Asked]]:
        batch: list[Call[Asked]] = []
        while self._waiting and len(batch) < self._most_at_once:
            call = self._waiting.popleft()
            if not self.expired(call):
                batch.append(call)
        return batch

    async def _attempt(self, batch: list[Call[Asked]]) -> list[Call[Asked]]:
        try:
            return list(await self._run(batch))
        except Unavailable as error:
            for call in batch:
                call.fail(_own(error))
            return []
        except Exception as error:
            left = [call for call in batch if not self.expired(call)]
            if len(left) > 1:
                half = len(left) // 2
                first = await self._attempt(left[:half])
                second = [call for call in left[half:] if not self.expired(call)]
                return first + (await self._attempt(second) if second else [])
            for call in left:
                log.exception("a write failed: %s", type(call.asked).__name__)
                call.fail(error)
            return []

    def _expire(self) -> None:
        """Answer whoever has waited too long, and look again when the next one will have."""
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
            # Not for each of ten thousand calls alone: a look goes through all of them.
            soon = loop.time() + SWEEP_SECONDS
            self._sweep = loop.call_at(max(oldest + self._deadline, soon), self._expire)


class Round(Generic[Value]):
    """A reading to come and all who wait for it. Once it has begun, another one is needed."""

    __slots__ = ("_callbacks", "_futures", "begun")

    def __init__(self) -> None:
        self.begun = False
        self._futures: list[asyncio.Future[Value]] = []
        self._callbacks: list[Callable[[Value | Exception], None]] = []

    def future(self) -> asyncio.Future[Value]:
        """What will be read or raised."""
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._futures.append(future)
        return future

    def tell(self, found: Callable[[Value | Exception], None]) -> None:
        """Have `found` called with what is read, or with an error of its own where that fails.

        For many who wait for the same this costs less than a future and a turn of the loop each.
        """
        self._callbacks.append(found)

    def is_wanted(self) -> bool:
        """Whether anybody waits still."""
        return bool(self._callbacks) or not all(future.done() for future in self._futures)

    def answer(self, value: Value) -> None:
        for future in self._waiting():
            future.set_result(value)
        self._call_back(lambda: value)

    def fail(self, error: Exception) -> None:
        """Have everybody raise it: Unavailable as such, anything else as ReadFailed."""
        for future in self._waiting():
            future.set_exception(_own(error))
        self._call_back(lambda: _own(error))

    def _waiting(self) -> list[asyncio.Future[Value]]:
        """The futures to be set. They are let go of: errors keep what their tracebacks refer to."""
        futures, self._futures = self._futures, []
        return [future for future in futures if not future.done()]

    def _call_back(self, outcome: Callable[[], Value | Exception]) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for found in callbacks:
            try:
                found(outcome())
            except Exception:
                log.exception("one of those who shared a reading failed")


class _Line:
    """Those who ask for the same: the reading to come, and who reads."""

    __slots__ = ("next", "reader")

    def __init__(self) -> None:
        self.next: Round[Any] = Round()
        self.reader: asyncio.Task[None] | None = None


class Shared:
    """Reads one thing once for all who asked before the reading began.

    Whoever comes while it runs shares the next one, so nobody gets what is older than their own
    request. What `read` makes of the rows (a page, say) is shared with them.
    """

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line] = {}

    def __len__(self) -> int:
        """How many different things are being read."""
        return len(self._lines)

    def ask(self, key: Hashable, read: Callable[[], Awaitable[Value]]) -> asyncio.Future[Value]:
        """What `read` will give, or raise as Unavailable or ReadFailed.

        Under one key, all must read the same.
        """
        return self.round(key, read).future()

    def round(self, key: Hashable, read: Callable[[], Awaitable[Value]]) -> Round[Value]:
        """The reading that `ask` would wait for, which begins when the loop turns."""
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
            line.reader = asyncio.get_running_loop().create_task(self._read(key, line, read))
        return line.next

    async def _read(
        self, key: Hashable, line: _Line, read: Callable[[], Awaitable[object]]
    ) -> None:
        running: Round[Any] = line.next
        try:
            while line.next.is_wanted():
                running, line.next = line.next, Round()
                running.begun = True
                try:
                    value = await read()
                except Exception as error:
                    if not isinstance(error, Unavailable):
                        log.exception("a reading that others share failed")
                    running.fail(error)
                else:
                    running.answer(value)
                # Who has asked again meanwhile shares the next one: a crowd needs fewer.
                await asyncio.sleep(0)
        finally:
            # Somebody is left only where the event loop ends us.
            for left in {running, line.next}:
                left.begun = True
                left.fail(Unavailable("the service is stopping"))
            del self._lines[key]
