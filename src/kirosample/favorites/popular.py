"""The home page's favorites: refreshed in the background, absent without a database."""

import asyncio
import time
from contextlib import suppress
from typing import Self

from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable
from kirosample.favorites.model import Favorite, is_readable
from kirosample.favorites.store import Store

POPULAR_AGE_SECONDS = 10
"""Maximum age of what the home page shows."""

POPULAR_REFRESH_SECONDS = 4
"""Time between refreshes: with a slow read in between, still within the age."""

POPULAR_RETRY_SECONDS = 1
"""Time between refreshes while there is nothing to show."""


class Popular:
    """The most liked favorites, never older than POPULAR_AGE_SECONDS."""

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
        """The most liked first; none while the database is unavailable."""
        fresh = time.monotonic() - self._seen < POPULAR_AGE_SECONDS
        return self._favorites if fresh else ()

    async def _refresh(self) -> None:
        while True:
            began = time.monotonic()
            try:
                favorites = await self._store.most_liked(limit=self._count)
                self._favorites = tuple(filter(is_readable, favorites))
                self._seen = began
            except Unavailable:
                self._seen = float("-inf")
            except Exception as error:
                self._seen = float("-inf")
                self._database.report(error)
            shown = self.favorites()
            await asyncio.sleep(POPULAR_REFRESH_SECONDS if shown else POPULAR_RETRY_SECONDS)
