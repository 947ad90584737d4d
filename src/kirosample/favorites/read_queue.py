"""Whose turn it is to read a list, where anyone may ask for as many different ones as they like."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from kirosample.favorites.coalescing import QueueFull
from kirosample.limits import LISTS_WAITING, OWN_LISTS_WAITING, POOL_CONNECTIONS, VISITORS_WAITING


class ReadQueue:
    """First come, first served, with one connection left over: the one for what all visitors share.

    Of everybody's lists only so many wait that one's own list is still read in time behind them.
    """

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(POOL_CONNECTIONS - 1)
        self._waiting: Counter[UUID | None] = Counter()

    @asynccontextmanager
    async def turn(self, visitor: UUID | None) -> AsyncIterator[None]:
        """A turn to read a list of this visitor's own, or (None) of everybody's.

        Raises QueueFull.
        """
        if self._is_full(visitor):
            raise QueueFull("too many different lists are waiting to be read already")
        self._waiting[visitor] += 1
        try:
            async with self._places:
                yield
        finally:
            self._waiting[visitor] -= 1
            if not self._waiting[visitor]:
                del self._waiting[visitor]

    def _is_full(self, visitor: UUID | None) -> bool:
        waiting = self._waiting[visitor]
        if visitor is None:
            return waiting >= LISTS_WAITING
        visitors = len(self._waiting) - (None in self._waiting)
        return waiting >= OWN_LISTS_WAITING or (not waiting and visitors >= VISITORS_WAITING)
