"""Likes and withdrawals, batched into one or two statements over one connection.

Every task locks the rows of favorites in the order of their ids before it changes their likes. So
tasks do not deadlock, `likes` always equals the number of rows in `favorite_likes`, and withdrawing
the last like never removes one that another task is adding.

The results are as if the calls had come one after the other: a batch's likes first, then its
withdrawals.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from ishizue.limits import STATEMENT_SECONDS, WRITE_DEADLINE_SECONDS
from ishizue.storage.batching import Batcher, Call
from ishizue.storage.database import Database
from kirosample.favorites.model import Favorite, Item, Type
from kirosample.favorites.statements import LIKE, LIKE_AND_WITHDRAW, RESOLVE, FavoriteIdentity

WRITE_QUEUE = 10_000
"""Writes that may wait for the next batch."""

WRITE_BATCH = 1_000
"""Writes in one statement."""

_KNOWN_FAVORITES = 10_000
"""Favorites whose ids and words the writer remembers."""


class Like(NamedTuple):
    """Results in the favorite, and whether the like is new."""

    item: Item
    visitor: UUID

    @property
    def key(self) -> tuple[Type, str]:
        """What identifies the item."""
        return self.item.type, self.item.item


class Withdrawal(NamedTuple):
    """Results in whether there was a like."""

    favorite_id: int
    visitor: UUID


Change = Like | Withdrawal


_Pair = tuple[int, int]
"""A favorite's id, and a visitor as a number, which is hashed faster than a UUID."""


class Batch:
    """Calls for one statement, which cannot have a like and a withdrawal of the same pair.

    A pair's second like or withdrawal is not sent: its result follows from the first one's.
    """

    def __init__(self) -> None:
        self._known: dict[int, FavoriteIdentity] = {}
        self._likes: dict[_Pair, Call[Like]] = {}
        self._withdrawals: dict[_Pair, Call[Withdrawal]] = {}
        self._second_likes: list[tuple[int, Call[Like]]] = []
        self._second_withdrawals: list[Call[Withdrawal]] = []
        self._postponed: set[_Pair] = set()

    def __bool__(self) -> bool:
        return bool(self._likes or self._withdrawals)

    def add_like(self, call: Call[Like], known: FavoriteIdentity) -> bool:
        """Add the call; False if it must wait for the next batch."""
        pair = (known.id, call.change.visitor.int)
        if pair in self._withdrawals or pair in self._postponed:
            self._postponed.add(pair)
            return False
        self._known[known.id] = known
        if self._likes.setdefault(pair, call) is not call:
            self._second_likes.append((known.id, call))
        return True

    def add_withdrawal(self, call: Call[Withdrawal]) -> bool:
        """Add the call; False if it must wait for the next batch."""
        pair = (call.change.favorite_id, call.change.visitor.int)
        if pair in self._likes or pair in self._postponed:
            self._postponed.add(pair)
            return False
        if self._withdrawals.setdefault(pair, call) is not call:
            self._second_withdrawals.append(call)
        return True

    def statement(self) -> tuple[Any, ...]:
        """The SQL statement and its arguments."""
        likes = self._likes
        withdrawals = self._withdrawals
        ids = {id_ for pairs in (likes, withdrawals) for id_, _ in pairs}
        pairs = (list(ids), *_columns(likes))
        if withdrawals:
            return (LIKE_AND_WITHDRAW, *pairs, *_columns(withdrawals))
        return (LIKE, *pairs)

    def complete(self, row: Mapping[str, Any]) -> list[Call[Like]]:
        """Complete the calls, in order; returns the likes of favorites that no longer exist."""
        likes: dict[int, int] = dict(zip(row["ids"], row["likes"], strict=True))
        not_added = set(row["not_added"] or ())
        gone = []
        for n, ((id_, _), like) in enumerate(self._likes.items(), start=1):
            if id_ in likes:
                new = n not in not_added
                likes[id_] += new
                like.complete((Favorite(*self._known[id_], likes[id_]), new))
            else:
                gone.append(like)
        for id_, like in self._second_likes:
            if id_ in likes:
                like.complete((Favorite(*self._known[id_], likes[id_]), False))
            else:
                gone.append(like)
        removed = set(row["removed"]) if self._withdrawals else ()
        for n, withdrawal in enumerate(self._withdrawals.values(), start=1):
            withdrawal.complete(n in removed)
        for withdrawal in self._second_withdrawals:
            withdrawal.complete(False)
        return gone


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
        batch = Batch()
        later = []
        for call in calls:
            if not self.batcher.is_settled(call) and not self._take(batch, call):
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
            return batch.add_withdrawal(call)
        known = self._known.get(call.change.key)
        # Still unknown if another task is adding the item, or has just removed it.
        return known is not None and batch.add_like(call, known)

    async def _resolve(self, connection: asyncpg.Connection, calls: Sequence[Call[Any]]) -> None:
        """Look up the favorites of unknown items; add missing ones, each with its first like."""
        first: dict[tuple[Type, str], Call[Like]] = {}
        for call in calls:
            change = call.change
            if (
                isinstance(change, Like)
                and change.key not in self._known
                and not self.batcher.is_settled(call)
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
            known = FavoriteIdentity(*map(row.__getitem__, FavoriteIdentity._fields))
            if len(self._known) >= _KNOWN_FAVORITES:
                del self._known[next(iter(self._known))]
            self._known[key] = known
            if row["made"]:
                first[key].complete((Favorite(*known, 1), True))


def _columns(pairs: Mapping[_Pair, Call[Any]]) -> tuple[list[int], list[UUID]]:
    return [id_ for id_, _ in pairs], [call.change.visitor for call in pairs.values()]
