"""Likes and withdrawals, batched into one statement over one connection.

Every task locks the rows of favorites in the order of their ids before it changes their likes. So
tasks do not deadlock, `likes` always equals the number of rows in `favorite_likes`, and withdrawing
the last like never removes one that another task is adding.

The results are as if the calls had come one after the other: a batch's likes first, then its
withdrawals.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg

from kirosample.favorites.batch import Batch, Change, FavoriteIdentity, Like
from kirosample.favorites.model import Type
from kirosample.favorites.statements import RESOLVE
from kirosample.limits import STATEMENT_SECONDS, WRITE_DEADLINE_SECONDS
from kirosample.storage.batching import Batcher, Call
from kirosample.storage.database import Database

WRITE_QUEUE = 10_000
"""Writes that may wait for the next batch."""

WRITE_BATCH = 1_000
"""Writes in one statement."""

_KNOWN_FAVORITES = 10_000
"""Favorites whose ids and words the writer remembers."""


class Writer:
    """Writes the changes of one task."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[Type, str], FavoriteIdentity] = {}
        self.batcher: Batcher[Change] = Batcher(
            self._run,
            queue_size=WRITE_QUEUE,
            batch_size=WRITE_BATCH,
            deadline_seconds=WRITE_DEADLINE_SECONDS,
            batch_seconds=STATEMENT_SECONDS,
        )

    async def _run(self, calls: Sequence[Call[Any]]) -> list[Call[Any]]:
        connection, new = await self._database.writer()
        if new:
            self._known.clear()  # it may be another database, such as a restored one
        await self._resolve(connection, calls)
        batch, later = Batch(), []
        for call in calls:
            if not self.batcher.expired(call) and not self._take(batch, call):
                later.append(call)
        if batch:
            (row,) = await self._database.write(connection, *batch.statement())
            gone = batch.complete(row)
            for call in gone:
                self._known.pop(call.change.key, None)
            later = gone + later
        return later

    def _take(self, batch: Batch, call: Call[Any]) -> bool:
        """Add the call to the batch; False if it must wait."""
        if not isinstance(call.change, Like):
            return batch.withdraw(call)
        known = self._known.get(call.change.key)
        # Still unknown if another task is adding the item, or has just removed it.
        return known is not None and batch.like(call, known)

    async def _resolve(self, connection: asyncpg.Connection, calls: Sequence[Call[Any]]) -> None:
        """Look up the favorites of unknown items, and add those that are missing."""
        first: dict[tuple[Type, str], Call[Like]] = {}
        for call in calls:
            change = call.change
            if (
                isinstance(change, Like)
                and change.key not in self._known
                and not self.batcher.expired(call)
            ):
                first.setdefault(change.key, call)
        if not first:
            return
        # Sorted in every task: adding an item waits for another task that adds the same one.
        likes = [first[key].change for key in sorted(first)]
        rows = await self._database.write(
            connection,
            RESOLVE,
            [like.item.type for like in likes],
            [like.item.item for like in likes],
            [like.item.content for like in likes],
            [like.item.author for like in likes],
            [like.visitor for like in likes],
        )
        for row in rows:
            key = (row["type"], row["item"])
            known = FavoriteIdentity(
                row["id"], *key, row["content"], row["author"], row["created_at"]
            )
            if len(self._known) >= _KNOWN_FAVORITES:
                del self._known[next(iter(self._known))]
            self._known[key] = known
            if row["made"]:
                first[key].complete((known.with_likes(1), True))
