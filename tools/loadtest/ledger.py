"""Every write that was sent and its response, compared with what the database holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from tools.loadtest import workload
from tools.loadtest.workload import Pair


@dataclass(slots=True)
class History:
    """What one user did to one item; `unknown_…` counts requests without an acknowledgement."""

    written: int = 0
    existing: int = 0
    undone: int = 0
    absent: int = 0
    unknown_writes: int = 0
    unknown_undos: int = 0
    refused: int = 0
    """Writes and undos that were refused, and so must not be done."""

    def bounds(self) -> tuple[int, int]:
        """The least and most rows that may exist. Above 1 or below 0, responses contradict."""
        balance = self.written - self.undone
        if not (self.undone or self.absent or self.unknown_undos):
            least = max(balance, 1 if self.existing else 0)
            return least, max(least, min(1, self.unknown_writes))
        return balance - self.unknown_undos, balance + self.unknown_writes


@dataclass(frozen=True, slots=True)
class Audit:
    """The counts of one drill. After `found`, only `unacknowledged` may differ from 0."""

    sent: int
    acknowledged: int
    expected: int
    found: int
    unacknowledged: int
    lost: int
    unexpected: int
    refused: int
    duplicated: int
    contradictions: int
    inconsistent: int

    def failures(self) -> list[str]:
        """What does not hold, in words."""
        counts = {
            "acknowledged writes are lost": self.lost,
            "rows exist that no acknowledged write explains": self.unexpected,
            "refused writes are done": self.refused,
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
        """Record the response's status: 429 refuses, and 200, 201, 204 and 404 acknowledge.

        Any other leaves the effect open.
        """
        history = self.histories[item, user]
        if status == 429:
            self.refuse(item, user, undo=undo)
            return
        if undo and status in (204, 404):
            history.unknown_undos -= 1
            history.undone += status == 204
            history.absent += status == 404
        elif not undo and status in (200, 201):
            history.unknown_writes -= 1
            history.written += status == 201
            history.existing += status == 200
        else:
            return
        self.acknowledged += 1

    def refuse(self, item: str, user: UUID, *, undo: bool = False) -> None:
        """Record that a write or undo was refused, so that its effect must not be found."""
        history = self.histories[item, user]
        history.refused += 1
        if undo:
            history.unknown_undos -= 1
        else:
            history.unknown_writes -= 1

    def record(self, answered: Iterable[tuple[Pair, int]]) -> None:
        """Record writes that have all been answered: those without success must not be done.

        Only where none was being done any more when its answer came.
        """
        for (item, user), status in answered:
            self.add(item, user)
            if status in (200, 201):
                self.settle(item, user, status)
            else:
                self.refuse(item, user)

    def compare(self, found: Counter[Pair], inconsistent: int) -> Audit:
        bounds = {pair: history.bounds() for pair, history in self.histories.items()}
        unexpected = [pair for pair in found if bounds.get(pair, (0, 0))[1] < 1]
        refused = [pair for pair in unexpected if pair in bounds and self.histories[pair].refused]
        return Audit(
            sent=self.sent,
            acknowledged=self.acknowledged,
            expected=sum(least >= 1 for least, _ in bounds.values()),
            found=len(found),
            unacknowledged=sum(bounds.get(pair, (1, 1))[0] < 1 for pair in found),
            lost=sum(least >= 1 and not found[pair] for pair, (least, _) in bounds.items()),
            unexpected=len(unexpected) - len(refused),
            refused=len(refused),
            duplicated=sum(number > 1 for number in found.values()),
            contradictions=sum(least > 1 or most < 0 for least, most in bounds.values()),
            inconsistent=inconsistent,
        )

    def audit(self, dsn: str) -> Audit:
        return self.compare(*workload.read_back(dsn))
