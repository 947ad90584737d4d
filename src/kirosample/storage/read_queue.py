"""Turns for reads of which anyone may request as many different ones as they like."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from kirosample.limits import POOL_CONNECTIONS
from kirosample.storage.errors import QueueFull


class ReadQueue:
    """First come, first served, with one connection left over for reads that everybody shares.

    An owner's reads are bounded apart from public ones (owner None), so that neither can fill the
    queue for the other.
    """

    def __init__(self, *, public: int, of_owner: int = 0, owners: int = 0) -> None:
        self._public = public
        self._of_owner = of_owner
        self._owners = owners
        self._places = asyncio.Semaphore(POOL_CONNECTIONS - 1)
        self._waiting: Counter[Hashable] = Counter()

    @asynccontextmanager
    async def turn(self, owner: Hashable) -> AsyncIterator[None]:
        """A turn for a read of this owner's data, or of public data (None). Raises QueueFull."""
        if self._is_full(owner):
            raise QueueFull("too many different lists are waiting to be read already")
        self._waiting[owner] += 1
        try:
            async with self._places:
                yield
        finally:
            self._waiting[owner] -= 1
            if not self._waiting[owner]:
                del self._waiting[owner]

    def _is_full(self, owner: Hashable) -> bool:
        waiting = self._waiting[owner]
        if owner is None:
            return waiting >= self._public
        owners = len(self._waiting) - (None in self._waiting)
        return waiting >= self._of_owner or (not waiting and owners >= self._owners)
