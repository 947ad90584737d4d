"""Every write that was sent and its response, compared with what the database holds."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from ishizue_ops.load.workload import Pair, workload

_REFUSED = 429
"""The status of a refused write, which must not be done."""

_TELLING = (200, 201, 204, 404, _REFUSED)
"""The statuses that tell what was done; after any other a write or an undo may be done or not."""

_DONE = (201, 204)
"""The statuses after which there is a row more, or one less."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The counts of one drill, and the faults that were found, in words."""

    sent: int
    acknowledged: int
    expected: int
    found: int
    failures: list[str]


@dataclass(slots=True)
class Ledger:
    """One entry for each write or undo: added before it is sent, settled by its response."""

    least: Counter[Pair] = field(default_factory=Counter)
    most: Counter[Pair] = field(default_factory=Counter)
    """How many rows of each item and user may exist. Above 1 or below 0, responses contradict."""

    sent: int = 0
    acknowledged: int = 0

    def add(self, item: str, user: UUID, *, undo: bool = False) -> None:
        self.sent += 1
        self.most[item, user] += not undo
        self.least[item, user] -= undo

    def settle(self, item: str, user: UUID, status: int, *, undo: bool = False) -> None:
        """Record the response's status; after one that tells nothing, the effect stays unknown."""
        if status not in _TELLING:
            return
        self.acknowledged += status != _REFUSED
        if undo == (status in _DONE):  # undone, or not written
            self.most[item, user] -= 1
        else:
            self.least[item, user] += 1

    def compare(self, found: Counter[Pair], inconsistent: int) -> Audit:
        """The audit of these rows, and of so many that disagree with others in the database."""
        expected = [pair for pair, least in self.least.items() if least >= 1]
        contradicting = [pair for pair in self.most if self.most[pair] < 0 or self.least[pair] > 1]
        counts = {
            "acknowledged writes are lost": sum(not found[pair] for pair in expected),
            "rows exist that no write explains": sum(self.most[pair] < 1 for pair in found),
            "rows exist twice": sum(number > 1 for number in found.values()),
            "items have responses that no order of the writes explains": len(contradicting),
            "rows disagree with others in the database": inconsistent,
        }
        failures = [f"{count} {words}" for words, count in counts.items() if count]
        return Audit(self.sent, self.acknowledged, len(expected), len(found), failures)

    def audit(self, dsn: str) -> Audit:
        return self.compare(*workload().read_back(dsn))
