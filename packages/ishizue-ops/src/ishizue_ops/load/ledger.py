"""Every write that was sent and its response, compared with what the database holds."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from ishizue_ops.load.workload import Pair, workload

_REFUSED = 429
"""The status of a refused write, which must not be done."""

_WRITES, _UNDOS = (200, 201, _REFUSED), (204, 404, _REFUSED)
"""The statuses that tell what was done; after any other a write or an undo may be done or not."""


@dataclass(slots=True)
class History:
    """One user's writes and undos of one item: their responses' statuses, and what is unknown."""

    statuses: Counter[int] = field(default_factory=Counter)
    unknown_writes: int = 0
    unknown_undos: int = 0

    def bounds(self) -> tuple[int, int]:
        """The least and most rows that may exist. Above 1 or below 0, responses contradict."""
        balance = self.statuses[201] - self.statuses[204]
        if not (self.statuses[204] or self.statuses[404] or self.unknown_undos):
            least = max(balance, 1 if self.statuses[200] else 0)
            return least, max(least, min(1, self.unknown_writes))
        return balance - self.unknown_undos, balance + self.unknown_writes


@dataclass(frozen=True, slots=True)
class Audit:
    """The counts of one drill. The last five are faults."""

    sent: int
    acknowledged: int
    expected: int
    found: int
    lost: int
    unexpected: int
    duplicated: int
    contradictions: int
    inconsistent: int

    def failures(self) -> list[str]:
        """The faults that the audit found, in words."""
        counts = {
            "acknowledged writes are lost": self.lost,
            "rows exist that no acknowledged write explains": self.unexpected,
            "rows exist twice": self.duplicated,
            "items have responses that no order of the writes explains": self.contradictions,
            "rows disagree with others in the database": self.inconsistent,
        }
        return [f"{count} {words}" for words, count in counts.items() if count]


@dataclass(slots=True)
class Ledger:
    """One entry for each write or undo: added before it is sent, settled by its response."""

    histories: dict[Pair, History] = field(default_factory=dict)
    sent: int = 0
    acknowledged: int = 0

    def add(self, item: str, user: UUID, *, undo: bool = False) -> None:
        history = self.histories.setdefault((item, user), History())
        self.sent += 1
        if undo:
            history.unknown_undos += 1
        else:
            history.unknown_writes += 1

    def settle(self, item: str, user: UUID, status: int, *, undo: bool = False) -> None:
        """Record the response's status; after one that tells nothing, the effect stays unknown."""
        if status not in (_UNDOS if undo else _WRITES):
            return
        history = self.histories[item, user]
        history.statuses[status] += 1
        if undo:
            history.unknown_undos -= 1
        else:
            history.unknown_writes -= 1
        self.acknowledged += status != _REFUSED

    def compare(self, rows: Counter[Pair], inconsistent: int) -> Audit:
        bounds = {pair: history.bounds() for pair, history in self.histories.items()}
        return Audit(
            sent=self.sent,
            acknowledged=self.acknowledged,
            expected=sum(least >= 1 for least, _ in bounds.values()),
            found=len(rows),
            lost=sum(least >= 1 and not rows[pair] for pair, (least, _) in bounds.items()),
            unexpected=sum(bounds.get(pair, (0, 0))[1] < 1 for pair in rows),
            duplicated=sum(number > 1 for number in rows.values()),
            contradictions=sum(least > 1 or most < 0 for least, most in bounds.values()),
            inconsistent=inconsistent,
        )

    def audit(self, dsn: str) -> Audit:
        return self.compare(*workload().read_back(dsn))
