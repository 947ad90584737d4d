"""What the home page shows of favorites: refreshed in the background, absent without a database."""

import asyncio
import time
from contextlib import suppress
from typing import Self

from kirosample.favorites.database import Database, Unavailable
from kirosample.favorites.model import Favorite
from kirosample.favorites.store import Store
from kirosample.limits import POPULAR_AGE_SECONDS, POPULAR_REFRESH_SECONDS, POPULAR_RETRY_SECONDS


class Popular:
    """The most liked favorites, at most POPULAR_AGE_SECONDS old."""

    def __init__(self, database: Database, store: Store, *, count: int) -> None:
        self._database = database
        self._store = store
        self._count = count
        self._favorites: tuple[Favorite, ...] = ()
        self._seen = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._refreshing = asyncio.create_task(self._refresh())
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._refreshing:
            self._refreshing.cancel()
            with suppress(asyncio.CancelledError):
                await self._refreshing

    def favorites(self) -> tuple[Favorite, ...]:
        """The most liked first; none while the database is away."""
        fresh = time.monotonic() - self._seen < POPULAR_AGE_SECONDS
        return self._favorites if fresh else ()

    async def _refresh(self) -> None:
        while True:
            asked = time.monotonic()
            try:
                self._favorites = await self._store.most_liked(limit=self._count)
                self._seen = asked
            except Unavailable:
                self._seen = float("-inf")
            except Exception as error:
                self._seen = float("-inf")
                self._database.report(error)
            there = self.favorites()
            await asyncio.sleep(POPULAR_REFRESH_SECONDS if there else POPULAR_RETRY_SECONDS)
