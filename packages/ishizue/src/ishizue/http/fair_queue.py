"""A fair queue: waiting work runs one piece at a time, and those who wait take turns."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

MAX_WAITING = 512
"""Pieces of work that may wait."""

Value = TypeVar("Value")

Place = tuple[Hashable, ...]
"""Whose work it is, from the largest group to the smallest: site, client, perhaps owner."""

_LOOP_ITERATIONS = 4
"""Iterations of the event loop between two pieces of work: enough to accept a connection, read its
request and respond."""

_WOKEN_AT_ONCE = 8
"""Callers of the same work that are woken in one iteration of the event loop."""


class Overloaded(Exception):
    """Too much work is waiting, or this piece has waited for too long."""


class ShareFull(Overloaded):
    """The same, and much of it is this site's own."""


@dataclass(slots=True, eq=False)
class _Piece:
    """Waiting work, the lines in which it stands, and its callers."""

    key: Hashable
    work: Callable[[], Awaitable[Any]]
    lines: list[Place] = field(default_factory=list)
    callers: list[asyncio.Future[Any]] = field(default_factory=list)

    def is_wanted(self) -> bool:
        return not all(caller.done() for caller in self.callers)


@dataclass(slots=True)
class Line:
    """What waits, by the next part of its place; the last part is what waits itself."""

    waiting: int = 0
    parts: OrderedDict[Any, "Line"] = field(default_factory=OrderedDict)

    def add(self, place: Place) -> None:
        self.waiting += 1
        if place:
            self.parts.setdefault(place[0], Line()).add(place[1:])

    def remove(self, place: Place) -> None:
        self.waiting -= 1
        if place:
            part = self.parts[place[0]]
            part.remove(place[1:])
            if not part.waiting:
                del self.parts[place[0]]

    def next(self) -> Place:
        """The place whose turn it is; whoever it belongs to goes to the end, at every level."""
        part, line = next(iter(self.parts.items()))
        self.parts.move_to_end(part)
        return (part, *line.next()) if line.parts else (part,)

    def longest(self, place: Place) -> Place:
        """The place of the newest piece of whoever has more waiting than this place.

        Raises ShareFull, or Overloaded if nothing of this site is waiting.
        """
        found: Place = ()
        line = self
        for own in place:
            part, is_own = own, found == place[: len(found)]
            if not is_own or line.waiting > len(line.parts):  # some part has more than one
                part = max(reversed(line.parts), key=lambda one: line.parts[one].waiting)
                waiting = line.parts[own].waiting if own in line.parts else 0
                if is_own and line.parts[part].waiting <= waiting + 1:
                    part = own
            if part not in line.parts:
                raise ShareFull if found else Overloaded
            found += (part,)
            line = line.parts[part]
        return found


class FairQueue:
    """Runs work that takes longer than a millisecond, be it the event loop's or a database's.

    Sites take turns, so do the clients of a site, and the owners of a client's work: somebody
    waits for one piece of each other, however much those have waiting. When `most` pieces wait, the
    newest one of whoever has most waiting is refused.

    Between two pieces the event loop iterates, for requests that need no turn (health checks,
    cached pages, writes). Callers with the same key share one piece until it begins. A piece that
    has not begun after `wait_seconds` is refused.
    """

    def __init__(self, *, wait_seconds: float | None = None, most: int = MAX_WAITING) -> None:
        self._wait_seconds = wait_seconds
        self._most = most
        self._pieces: dict[Hashable, _Piece] = {}
        self._ahead = Line()
        self._line = Line()
        self._busy = False
        self._running: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """The number of waiting pieces of work."""
        return len(self._pieces)

    async def run(
        self,
        key: Hashable,
        place: Place,
        work: Callable[[], Awaitable[Value]],
        *,
        ahead: bool = False,
    ) -> Value:
        """Return what `work` returns, once it is the turn of this place.

        Work `ahead` of all other is never refused: it is for a few keys that many clients need.

        Raises ShareFull, Overloaded, and what `work` raises.
        """
        if not self._busy:
            self._busy = True
            try:
                return await work()
            finally:
                self._after(_LOOP_ITERATIONS)
        piece = self._pieces.get(key) or _Piece(key, work)
        self._line_up(piece, place, ahead=ahead)
        caller: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        piece.callers.append(caller)
        if self._wait_seconds is not None:
            try:
                await asyncio.wait((caller,), timeout=self._wait_seconds)
            except asyncio.CancelledError:
                caller.cancel()  # which `wait` leaves alone
                raise
            if not caller.done() and self._pieces.get(key) is piece:
                caller.cancel()
                site = self._line.parts.get(place[0], Line())
                crowded = site.waiting > self._most // 8
                if not piece.is_wanted():
                    self._remove(piece)
                raise ShareFull if crowded else Overloaded
        return await caller

    def _line_up(self, piece: _Piece, place: Place, *, ahead: bool) -> None:
        """Have the piece wait in this place too, unless its share is full and it waits already."""
        line, place = (self._ahead, (piece,)) if ahead else (self._line, (*place, piece))
        if place in piece.lines:
            return
        if line is self._line and line.waiting >= self._most:
            try:
                self._refuse(line.longest(place))
            except Overloaded:
                if piece.lines:
                    return
                raise
        line.add(place)
        piece.lines.append(place)
        self._pieces[piece.key] = piece

    def _refuse(self, place: Place) -> None:
        """Make room: the piece waits no longer in this place."""
        self._line.remove(place)
        piece: Any = place[-1]
        piece.lines.remove(place)
        if not piece.lines:
            del self._pieces[piece.key]
            for caller in piece.callers:
                if not caller.done():
                    caller.set_exception(ShareFull())

    def _remove(self, piece: _Piece) -> None:
        """Take the piece out of every line."""
        del self._pieces[piece.key]
        for place in piece.lines:
            (self._ahead if len(place) == 1 else self._line).remove(place)

    def _after(self, iterations: int) -> None:
        """Start the next work after so many iterations of the loop."""
        if iterations:
            asyncio.get_running_loop().call_soon(self._after, iterations - 1)
            return
        while self._pieces:
            piece: Any = (self._ahead if self._ahead.waiting else self._line).next()[-1]
            self._remove(piece)
            if piece.is_wanted():
                self._running = asyncio.get_running_loop().create_task(self._run(piece))
                return
        self._busy, self._running = False, None

    async def _run(self, piece: _Piece) -> None:
        error: Exception | None = None
        value = None
        try:
            try:
                value = await piece.work()
            except Exception as raised:
                error = raised
            for number, caller in enumerate(piece.callers, start=1):
                if not caller.done():
                    if error:
                        caller.set_exception(error)
                    else:
                        caller.set_result(value)
                if number % _WOKEN_AT_ONCE == 0:
                    await asyncio.sleep(0)
        finally:
            for caller in piece.callers:
                caller.cancel()  # left only when the event loop cancels this task
            self._after(_LOOP_ITERATIONS)
