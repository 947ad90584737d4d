"""The likes and withdrawals of one statement, and each caller's result of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kirosample.favorites.model import Favorite, Item, Type
from kirosample.favorites.statements import LIKE, LIKE_AND_WITHDRAW
from kirosample.storage.batching import Call


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


class FavoriteIdentity(NamedTuple):
    """The fields of a favorite that never change."""

    id: int
    type: Type
    item: str
    content: str
    author: str
    created_at: datetime

    def with_likes(self, likes: int) -> Favorite:
        return Favorite(*self, likes)


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

    def like(self, call: Call[Like], known: FavoriteIdentity) -> bool:
        """Add the call; False if it must wait for the next batch."""
        pair = (known.id, call.change.visitor.int)
        if pair in self._withdrawals or pair in self._postponed:
            self._postponed.add(pair)
            return False
        self._known[known.id] = known
        if self._likes.setdefault(pair, call) is not call:
            self._second_likes.append((known.id, call))
        return True

    def withdraw(self, call: Call[Withdrawal]) -> bool:
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
        likes, withdrawals = self._likes, self._withdrawals
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
                like.complete((self._known[id_].with_likes(likes[id_]), new))
            else:
                gone.append(like)
        for id_, like in self._second_likes:
            if id_ in likes:
                like.complete((self._known[id_].with_likes(likes[id_]), False))
            else:
                gone.append(like)
        removed = set(row["removed"]) if self._withdrawals else ()
        for n, withdrawal in enumerate(self._withdrawals.values(), start=1):
            withdrawal.complete(n in removed)
        for withdrawal in self._second_withdrawals:
            withdrawal.complete(False)
        return gone


def _columns(pairs: Mapping[_Pair, Call[Any]]) -> tuple[list[int], list[UUID]]:
    return [id_ for id_, _ in pairs], [call.change.visitor for call in pairs.values()]
