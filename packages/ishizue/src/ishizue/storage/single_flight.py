"""Single-flight reads: callers that want the same share one read."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

from ishizue.storage.errors import Unavailable, own_copy

log = logging.getLogger(__name__)

Value = TypeVar("Value")


class Flight(Generic[Value]):
    """One read and its callers. Once it has begun, later callers need the next one."""

    __slots__ = ("_callbacks", "_futures", "begun")

    def __init__(self) -> None:
        self.begun = False
        self._futures: list[asyncio.Future[Value]] = []
        self._callbacks: list[Callable[[Value | Exception], None]] = []

    def future(self) -> asyncio.Future[Value]:
        """A future of the value, for one caller."""
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._futures.append(future)
        return future

    def add_callback(self, callback: Callable[[Value | Exception], None]) -> None:
        """Call back with the value, or with an exception of the caller's own.

        For many callers this is cheaper than a future and a turn of the loop for each.
        """
        self._callbacks.append(callback)

    def is_wanted(self) -> bool:
        """Whether any caller still waits."""
        return bool(self._callbacks) or not all(future.done() for future in self._futures)

    def complete(self, value: Value) -> None:
        """Give every caller the value."""
        for future in self._take_futures():
            future.set_result(value)
        self._call_back(lambda: value)

    def fail(self, error: Exception) -> None:
        """Have every caller raise Unavailable, or ReadFailed for any other error."""
        for future in self._take_futures():
            future.set_exception(own_copy(error))
        self._call_back(lambda: own_copy(error))

    def _take_futures(self) -> list[asyncio.Future[Value]]:
        """The pending futures, forgotten here: tracebacks would keep them alive."""
        futures, self._futures = self._futures, []
        return [future for future in futures if not future.done()]

    def _call_back(self, outcome: Callable[[], Value | Exception]) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                callback(outcome())
            except Exception:
                log.exception("the callback of a shared read failed")


class SingleFlight:
    """Runs one read at a time for each key, and shares its value among the callers before it.

    A caller that arrives during a read gets the next one: no value is older than its request.
    """

    def __init__(self) -> None:
        self._next: dict[Hashable, Flight[Any]] = {}
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}

    def run(self, key: Hashable, read: Callable[[], Awaitable[Value]]) -> asyncio.Future[Value]:
        """The value of `read`, which must be the same for every caller with this key.

        Raises Unavailable, or ReadFailed for any other error.
        """
        return self.flight(key, read).future()

    def flight(self, key: Hashable, read: Callable[[], Awaitable[Value]]) -> Flight[Value]:
        """The flight that `run` would join."""
        flight = self._next.get(key)
        if flight is None:
            flight = self._next[key] = Flight()
            self._tasks[key] = asyncio.get_running_loop().create_task(self._run(key, read))
        return flight

    async def _run(self, key: Hashable, read: Callable[[], Awaitable[object]]) -> None:
        flight = self._next[key]
        try:
            while flight.is_wanted():
                self._next[key] = Flight()
                flight.begun = True
                try:
                    value = await read()
                except Exception as error:
                    if not isinstance(error, Unavailable):
                        log.exception("a shared read failed")
                    flight.fail(error)
                else:
                    flight.complete(value)
                # Callers that ask again at once share the next flight: fewer reads for a crowd.
                await asyncio.sleep(0)
                flight = self._next[key]
        finally:
            # Callers are left only when the event loop cancels this task.
            for left in (flight, self._next.pop(key)):
                left.begun = True
                left.fail(Unavailable("the service is stopping"))
            del self._tasks[key]
