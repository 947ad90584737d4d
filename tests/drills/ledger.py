"""What was asked and what was answered, like by like, held against what the database has."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

Pair = tuple[str, UUID]
"""An item and the visitor who likes it."""

_LIKED = """
    SELECT f.type || ':' || f.item AS item, l.visitor
    FROM favorite_likes l JOIN favorites f ON f.id = l.favorite_id
"""
_UNTRUE_COUNTS = """
    SELECT count(*)
    FROM (SELECT id, likes FROM favorites) f
    FULL JOIN (SELECT favorite_id AS id, count(*) AS likes FROM favorite_likes GROUP BY 1) l
        USING (id)
    WHERE f.likes IS DISTINCT FROM l.likes
"""


@dataclass(slots=True)
class History:
    """All that one visitor did to one item; `unknown_…` are those without an acknowledgement."""

    liked: int = 0
    already: int = 0
    withdrawn: int = 0
    absent: int = 0
    unknown_likes: int = 0
    unknown_withdrawals: int = 0

    def bounds(self) -> tuple[int, int]:
        """The least and the most likes that can be there now. Above 1 or below 0: a lie."""
        balance = self.liked - self.withdrawn
        if not (self.withdrawn or self.absent or self.unknown_withdrawals):
            least = max(balance, 1 if self.already else 0)
            return least, max(least, min(1, self.unknown_likes))
        return balance - self.unknown_withdrawals, balance + self.unknown_likes


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The numbers of one drill. Only `unanswered` may be anything but 0 below `found`."""

    sent: int
    acknowledged: int
    owed: int
    found: int
    unanswered: int
    lost: int
    unasked: int
    twice: int
    contradictions: int
    untrue_counts: int

    def differences(self) -> list[str]:
        """What does not hold, in words."""
        said = {
            "acknowledged likes are lost": self.lost,
            "likes are there that nobody is known to have left": self.unasked,
            "likes are there twice": self.twice,
            "likes were answered as no one order of them can explain": self.contradictions,
            "favorites have a count that is not the number of their likes": self.untrue_counts,
        }
        return [f"{number} {words}" for words, number in said.items() if number]


@dataclass(slots=True)
class Ledger:
    """One entry a like or withdrawal: made when it is sent, settled when it is answered."""

    histories: dict[Pair, History] = field(default_factory=dict)
    sent: int = 0
    acknowledged: int = 0

    def send(self, item: str, visitor: UUID, *, withdrawal: bool = False) -> None:
        """Note a write that is about to be sent."""
        history = self.histories.setdefault((item, visitor), History())
        self.sent += 1
        if withdrawal:
            history.unknown_withdrawals += 1
        else:
            history.unknown_likes += 1

    def settle(self, item: str, visitor: UUID, status: int, *, withdrawal: bool = False) -> None:
        """Note its answer. Anything but 200, 201, 204 and 404 leaves open whether it was done."""
        history = self.histories[item, visitor]
        if withdrawal and status in (204, 404):
            history.unknown_withdrawals -= 1
            history.withdrawn += status == 204
            history.absent += status == 404
        elif not withdrawal and status in (200, 201):
            history.unknown_likes -= 1
            history.liked += status == 201
            history.already += status == 200
        else:
            return
        self.acknowledged += 1

    def reckon(self, found: Counter[Pair], untrue_counts: int) -> Reckoning:
        """Hold the entries against what was found."""
        bounds = {pair: history.bounds() for pair, history in self.histories.items()}
        return Reckoning(
            sent=self.sent,
            acknowledged=self.acknowledged,
            owed=sum(least >= 1 for least, _ in bounds.values()),
            found=len(found),
            unanswered=sum(bounds.get(pair, (1, 1))[0] < 1 for pair in found),
            lost=sum(least >= 1 and pair not in found for pair, (least, _) in bounds.items()),
            unasked=sum(bounds.get(pair, (0, 0))[1] < 1 for pair in found),
            twice=sum(number > 1 for number in found.values()),
            contradictions=sum(least > 1 or most < 0 for least, most in bounds.values()),
            untrue_counts=untrue_counts,
        )

    async def audit(self, dsn: str) -> Reckoning:
        """Hold the entries against the database."""
        connection = await asyncpg.connect(dsn)
        try:
            rows = await connection.fetch(_LIKED)
            untrue: int = await connection.fetchval(_UNTRUE_COUNTS)
        finally:
            await connection.close()
        found = Counter((row["item"], UUID(int=row["visitor"].int)) for row in rows)
        return self.reckon(found, untrue)
