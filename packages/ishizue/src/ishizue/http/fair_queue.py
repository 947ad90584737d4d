"""A fair queue: waiting work runs one piece at a time, and those who wait take turns."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from ishizue.limits import TURN_SECONDS

MAX_WAITING = 512
"""Pieces of work that may wait."""

SHARES = 8
"""A site gets 429 instead of 503 if more than one in so many waiting pieces is its own."""

Value = TypeVar("Value")

Place = tuple[Hashable, ...]
"""Whose work it is, from the largest group to the smallest: network, site, client, owner."""

_SITE = 3  # parts of a place in the queue's tree up to the site: whether it is ahead, network, site

_LOOP_ITERATIONS = 4
"""Iterations of the event loop between two pieces of work: enough to accept a connection, read its
request and respond."""

_WOKEN_AT_ONCE = 8
"""Callers of the same work that are woken in one iteration of the event loop."""


class Overloaded(Exception):
    """Too much work is waiting, or this piece has waited for too long."""


class ShareFull(Overloaded):
    """Too much work is waiting, and more than a site's share of it is this site's own."""


@dataclass(slots=True, eq=False)
class _Piece:
    """Waiting work, its places in the tree, and its callers in the order in which they came."""

    key: Hashable
    work: Callable[[], Awaitable[Any]]
    places: set[Place] = field(default_factory=set)
    callers: dict[asyncio.Future[Any], None] = field(default_factory=dict)


class Waiting(NamedTuple):
    """Work that waits, and the place where it does."""

    place: Place
    work: Any


@dataclass(slots=True)
class WaitingWork:
    """A tree of waiting work: networks, in each its sites, in each its clients, and so on.

    A place is the path from the root to a leaf, which has the work of this place.
    """

    waiting: int = 0
    """The number of pieces of work."""

    parts: OrderedDict[Hashable, "WaitingWork"] = field(default_factory=OrderedDict)
    """The branches, in the order of their turns."""

    works: dict[Any, None] = field(default_factory=dict)
    """A leaf's work, the oldest first."""

    def add(self, place: Place, work: Any) -> None:
        self.waiting += 1
        if place:
            self.parts.setdefault(place[0], WaitingWork()).add(place[1:], work)
        else:
            self.works[work] = None

    def remove(self, place: Place, work: Any) -> None:
        self.waiting -= 1
        if not place:
            del self.works[work]
            return
        part = self.parts[place[0]]
        part.remove(place[1:], work)
        if not part.waiting:
            del self.parts[place[0]]

    def next(self) -> Waiting:
        """The work whose turn it is. Each branch on the way goes to the end of its level."""
        if not self.parts:
            return Waiting((), next(iter(self.works)))
        part, branch = next(iter(self.parts.items()))
        self.parts.move_to_end(part)
        place, work = branch.next()
        return Waiting((part, *place), work)

    def longest(self, newest: Place = ()) -> Waiting:
        """The newest work of whoever has most waiting; among equals, that of the place `newest`."""
        if not self.parts:
            return Waiting((), next(reversed(self.works)))
        most = 1
        if self.waiting > len(self.parts):  # comparing hundreds takes long in a flood
            most = max(map(attrgetter("waiting"), self.parts.values()))
        if newest and self.parts[newest[0]].waiting == most:
            part, rest = newest[0], newest[1:]
        else:
            part = next(part for part in reversed(self.parts) if self.parts[part].waiting == most)
            rest = ()
        place, work = self.parts[part].longest(rest)
        return Waiting((part, *place), work)

    def at(self, place: Place) -> "WaitingWork":
        """The branch at this place, which is empty if nothing waits there."""
        return self.parts.get(place[0], WaitingWork()).at(place[1:]) if place else self


class FairQueue:
    """Runs work that takes longer than a millisecond, be it the event loop's or a database's.

    Networks take turns, so do the sites of a network, the clients of a site, and the owners of a
    client's work: somebody waits for one piece of each other, however much those have waiting.
    Work that runs `ahead` takes turns with all of the other work together.

    Callers with the same key share one piece until it begins. A piece whose callers have all left
    is dropped. A caller whose piece has not begun after `wait_seconds` is refused. When more than
    `most` pieces wait, the newest one of whoever has most waiting is refused. The refusal is
    ShareFull if more than one in `SHARES` of `most` are its site's, and otherwise Overloaded.

    Between two pieces the event loop iterates, for requests that need no turn (health checks,
    cached pages, batched writes).
    """

    def __init__(self, *, wait_seconds: float = TURN_SECONDS, most: int = MAX_WAITING) -> None:
        self._wait_seconds = wait_seconds
        self._most = most
        self._pieces: dict[Hashable, _Piece] = {}
        self._waiting = WaitingWork()
        self._busy = False
        self._running: asyncio.Task[None] | None = None

    async def run(
        self,
        key: Hashable,
        place: Place,
        work: Callable[[], Awaitable[Value]],
        caller: asyncio.Future[Value] | None = None,
        *,
        ahead: bool = False,
    ) -> Value:
        """Return what `work` returns, once it is the turn of this place.

        Work `ahead` is for a few keys that many clients need. A `caller` may be withdrawn.

        Raises ShareFull, Overloaded, and what `work` raises.
        """
        if not self._busy:
            self._busy = True
            try:
                return await work()
            finally:
                self._after(_LOOP_ITERATIONS)
        loop = asyncio.get_running_loop()
        caller = caller or loop.create_future()
        piece = self._pieces.get(key) or _Piece(key, work)
        piece.callers[caller] = None
        place = (True,) if ahead else (False, *place)
        self._line_up(piece, place)
        timer = loop.call_later(self._wait_seconds, self._give_up, key, place, caller)
        try:
            return await caller
        finally:
            timer.cancel()
            del piece.callers[caller]
            if not piece.callers and self._pieces.get(key) is piece:
                self._remove(piece)
            del caller  # its exception refers to this frame

    def withdraw(self, key: Hashable, caller: asyncio.Future[Any], error: type[Exception]) -> None:
        """Have `run` raise this error for a caller of it, unless the work has begun."""
        piece = self._pieces.get(key)
        if piece and caller in piece.callers and not caller.done():
            caller.set_exception(error)

    def _line_up(self, piece: _Piece, place: Place) -> None:
        """Have the piece wait in this place too. If that is one too many, refuse one."""
        if place in piece.places:
            return
        self._pieces[piece.key] = piece
        piece.places.add(place)
        self._waiting.add(place, piece)
        if self._waiting.waiting > self._most:
            self._refuse(*self._waiting.longest(place))

    def _refuse(self, place: Place, piece: _Piece) -> None:
        """Make room: the piece waits no longer in this place; it is refused if it has no other."""
        refusal = self._refusal(place)
        self._waiting.remove(place, piece)
        piece.places.remove(place)
        if not piece.places:
            del self._pieces[piece.key]
            for caller in piece.callers:
                if not caller.done():
                    caller.set_exception(refusal)

    def _give_up(self, key: Hashable, place: Place, caller: asyncio.Future[Any]) -> None:
        """Refuse a caller that has waited for long enough."""
        self.withdraw(key, caller, self._refusal(place))

    def _refusal(self, place: Place) -> type[Overloaded]:
        is_of_a_site = len(place) >= _SITE  # and not ahead
        crowded = is_of_a_site and self._waiting.at(place[:_SITE]).waiting > self._most // SHARES
        return ShareFull if crowded else Overloaded

    def _remove(self, piece: _Piece) -> None:
        """Take the piece out of every place."""
        del self._pieces[piece.key]
        while piece.places:
            self._waiting.remove(piece.places.pop(), piece)

    def _after(self, iterations: int) -> None:
        """Start the next work after so many iterations of the loop."""
        if iterations:
            asyncio.get_running_loop().call_soon(self._after, iterations - 1)
            return
        while self._pieces:
            _, piece = self._waiting.next()
            self._remove(piece)
            if not all(caller.done() for caller in piece.callers):
                self._running = asyncio.get_running_loop().create_task(self._run(piece))
                return
        self._busy = False
        self._running = None

    async def _run(self, piece: _Piece) -> None:
        error: Exception | None = None
        value = None
        try:
            try:
                value = await piece.work()
            except Exception as raised:
                error = raised
            for number, caller in enumerate(tuple(piece.callers), start=1):
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
