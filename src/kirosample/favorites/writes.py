"""Likes and withdrawals: all that wait travel in one statement, over one connection.

A favorite's row is locked before its likes are touched, in the order of the ids whoever does it,
so that two tasks never wait for each other, and that whoever comes second sees what the first one
left: `likes` is always the number of rows in `favorite_likes`, and the last like taken back never
takes along one that another task adds at that moment.

The callers are answered as if they had come one after the other: the likes of a batch first, then
its withdrawals.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from kirosample.favorites.batch import Batch, Change, Known, Like
from kirosample.favorites.coalescing import Batches, Call
from kirosample.favorites.database import Database
from kirosample.favorites.model import Type, in_japan
from kirosample.favorites.statements import MEET
from kirosample.limits import (
    KNOWN_FAVORITES,
    STATEMENT_GRACE_SECONDS,
    STATEMENT_SECONDS,
    WRITE_BATCH,
    WRITE_DEADLINE_SECONDS,
    WRITE_QUEUE,
)


class Writer:
    """The writes of one task."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[Type, str], Known] = {}
        self._batches: Batches[Change] = Batches(
            self._run,
            most_waiting=WRITE_QUEUE,
            most_at_once=WRITE_BATCH,
            deadline_seconds=WRITE_DEADLINE_SECONDS,
            batch_seconds=STATEMENT_SECONDS,
        )

    def __len__(self) -> int:
        """How many wait for the next statement."""
        return len(self._batches)

    def ask(self, change: Change) -> asyncio.Future[Any]:
        """The answer to come, or Unavailable. Raises QueueFull."""
        return self._batches.ask(change)

    async def _run(self, calls: Sequence[Call[Any]]) -> list[Call[Any]]:
        connection, new = await self._database.writer()
        if new:
            self._known.clear()  # it may be another database: a restored one, say
        await self._meet(connection, calls)
        batch, later = Batch(), []
        for call in calls:
            if not self._batches.expired(call) and not self._take(batch, call):
                later.append(call)
        if batch:
            (found,) = await self._fetch(connection, *batch.statement())
            gone = batch.answer(found)
            for call in gone:
                self._known.pop(call.asked.key, None)
            later = gone + later
        return later

    def _take(self, batch: Batch, call: Call[Any]) -> bool:
        """Put the call into the batch, if it can go along."""
        if not isinstance(call.asked, Like):
            return batch.withdraw(call)
        known = self._known.get(call.asked.key)
        # Not known even now: another task is making it, or has just removed it.
        return known is not None and batch.like(call, known)

    async def _meet(self, connection: asyncpg.Connection, calls: Sequence[Call[Any]]) -> None:
        """Learn the favorites of items not met before; make those that are missing."""
        first: dict[tuple[Type, str], Call[Like]] = {}
        for call in calls:
            asked = call.asked
            if (
                isinstance(asked, Like)
                and asked.key not in self._known
                and not self._batches.expired(call)
            ):
                first.setdefault(asked.key, call)
        if not first:
            return
        # In one order whoever does it: making one waits for another task that makes the same.
        likes = [first[key].asked for key in sorted(first)]
        rows = await self._fetch(
            connection,
            MEET,
            [like.item.type for like in likes],
            [like.item.item for like in likes],
            [like.item.content for like in likes],
            [like.item.author for like in likes],
            [like.visitor for like in likes],
        )
        for row in rows:
            key = (row["type"], row["item"])
            at = in_japan(row["created_at"])
            known = Known(row["id"], *key, row["content"], row["author"], at)
            if len(self._known) >= KNOWN_FAVORITES:
                del self._known[next(iter(self._known))]
            self._known[key] = known
            if row["made"]:
                first[key].answer((known.with_likes(1), True))

    async def _fetch(
        self, connection: asyncpg.Connection, query: str, *arguments: object
    ) -> list[asyncpg.Record]:
        try:
            with self._database.writing():
                async with asyncio.timeout(STATEMENT_SECONDS + STATEMENT_GRACE_SECONDS):
                    rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
                    return rows
        except (ValueError, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
            raise  # one of the arguments is at fault; the connection is not
        except BaseException:
            self._database.disconnect_writer()
            raise
