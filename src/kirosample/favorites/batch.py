"""What one statement carries, and what its outcome says to each caller."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kirosample.favorites.coalescing import Call
from kirosample.favorites.model import Favorite, Item, Type
from kirosample.favorites.statements import LIKE, LIKE_AND_WITHDRAW


class Like(NamedTuple):
    """Answered with the favorite, and whether the like is new."""

    item: Item
    visitor: UUID

    @property
    def key(self) -> tuple[Type, str]:
        """What the item is known by."""
        return self.item.type, self.item.item


class Withdrawal(NamedTuple):
    """Answered with whether there was a like."""

    favorite_id: int
    visitor: UUID


Change = Like | Withdrawal


class Known(NamedTuple):
    """What never changes about a favorite while it is there."""

    id: int
    type: Type
    item: str
    content: str
    author: str
    created_at: datetime

    def with_likes(self, likes: int) -> Favorite:
        return Favorite(*self, likes)


_Pair = tuple[int, int]
"""A favorite's id, and a visitor's number (which is hashed faster than a UUID)."""


class Batch:
    """Calls that can travel in one statement: all but a like and a withdrawal of one pair.

    A pair's second like, or second withdrawal, is not sent: the first one's outcome answers it.
    """

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._likes: dict[_Pair, Call[Like]] = {}
        self._withdrawals: dict[_Pair, Call[Withdrawal]] = {}
        self._second_likes: list[tuple[int, Call[Like]]] = []
        self._second_withdrawals: list[Call[Withdrawal]] = []
        self._postponed: set[_Pair] = set()

    def __bool__(self) -> bool:
        return bool(self._likes or self._withdrawals)

    def like(self, call: Call[Like], known: Known) -> bool:
        """Take the call along, unless it has to wait for the next batch."""
        pair = (known.id, call.asked.visitor.int)
        if pair in self._withdrawals or pair in self._postponed:
            self._postponed.add(pair)
            return False
        self._known[known.id] = known
        if self._likes.setdefault(pair, call) is not call:
            self._second_likes.append((known.id, call))
        return True

    def withdraw(self, call: Call[Withdrawal]) -> bool:
        """Take the call along, unless it has to wait for the next batch."""
        pair = (call.asked.favorite_id, call.asked.visitor.int)
        if pair in self._likes or pair in self._postponed:
            self._postponed.add(pair)
            return False
        if self._withdrawals.setdefault(pair, call) is not call:
            self._second_withdrawals.append(call)
        return True

    def statement(self) -> tuple[Any, ...]:
        """The SQL and its arguments."""
        likes, withdrawals = self._likes, self._withdrawals
        ids = {id_ for pairs in (likes, withdrawals) for id_, _ in pairs}
        pairs = (list(ids), *_columns(likes))
        if withdrawals:
            return (LIKE_AND_WITHDRAW, *pairs, *_columns(withdrawals))
        return (LIKE, *pairs)

    def answer(self, found: Mapping[str, Any]) -> list[Call[Like]]:
        """Answer the callers, in order; gives back the likes of favorites that are gone."""
        likes: dict[int, int] = dict(zip(found["ids"], found["likes"], strict=True))
        not_added = set(found["not_added"])
        gone = []
        for n, ((id_, _), like) in enumerate(self._likes.items(), start=1):
            if id_ in likes:
                new = n not in not_added
                likes[id_] += new
                like.answer((self._known[id_].with_likes(likes[id_]), new))
            else:
                gone.append(like)
        for id_, like in self._second_likes:
            if id_ in likes:
                like.answer((self._known[id_].with_likes(likes[id_]), False))
            else:
                gone.append(like)
        removed = set(found["removed"]) if self._withdrawals else ()
        for n, withdrawal in enumerate(self._withdrawals.values(), start=1):
            withdrawal.answer(n in removed)
        for withdrawal in self._second_withdrawals:
            withdrawal.answer(False)
        return gone


def _columns(pairs: Mapping[_Pair, Call[Any]]) -> tuple[list[int], list[UUID]]:
    return [id_ for id_, _ in pairs], [call.asked.visitor for call in pairs.values()]
