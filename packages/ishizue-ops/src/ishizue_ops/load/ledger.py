"""Every write that was sent and its response, compared with what the database holds."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from ishizue_ops.load.workload import Pair, workload

_REFUSED = 429
"""The status of a refused write, which must not be done."""

_TELLING = (200, 201, 204, 404, _REFUSED)
"""The statuses that tell what was done; after any other a write or an undo may be done or not."""

_ROWS = {201: 1, 204: -1}
"""How many rows more there are after a status."""


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

    rows: Counter[Pair] = field(default_factory=Counter)
    """The rows of each item and user that responses have acknowledged."""

    unknown_writes: Counter[Pair] = field(default_factory=Counter)
    unknown_undos: Counter[Pair] = field(default_factory=Counter)
    sent: int = 0
    acknowledged: int = 0

    def add(self, item: str, user: UUID, *, undo: bool = False) -> None:
        self.sent += 1
        self.rows[item, user] += 0
        self._unknown(undo=undo)[item, user] += 1

    def settle(self, item: str, user: UUID, status: int, *, undo: bool = False) -> None:
        """Record the response's status; after one that tells nothing, the effect stays unknown."""
        if status in _TELLING:
            self._unknown(undo=undo)[item, user] -= 1
            self.rows[item, user] += _ROWS.get(status, 0)
            self.acknowledged += status != _REFUSED

    def bounds(self, pair: Pair) -> tuple[int, int]:
        """The least and most rows that may exist. Above 1 or below 0, responses contradict."""
        return (
            self.rows[pair] - self.unknown_undos[pair],
            self.rows[pair] + self.unknown_writes[pair],
        )

    def compare(self, found: Counter[Pair], inconsistent: int) -> Audit:
        """The audit of these rows, and of so many that disagree with others in the database."""
        bounds = {pair: self.bounds(pair) for pair in (*self.rows, *found)}
        expected = [pair for pair, (least, _) in bounds.items() if least >= 1]
        counts = {
            "acknowledged writes are lost": sum(not found[pair] for pair in expected),
            "rows exist that no acknowledged write explains": sum(
                bounds[pair][1] < 1 for pair in found
            ),
            "rows exist twice": sum(number > 1 for number in found.values()),
            "items have responses that no order of the writes explains": sum(
                least > 1 or most < 0 for least, most in bounds.values()
            ),
            "rows disagree with others in the database": inconsistent,
        }
        failures = [f"{count} {words}" for words, count in counts.items() if count]
        return Audit(self.sent, self.acknowledged, len(expected), len(found), failures)

    def audit(self, dsn: str) -> Audit:
        return self.compare(*workload().read_back(dsn))

    def _unknown(self, *, undo: bool) -> Counter[Pair]:
        return self.unknown_undos if undo else self.unknown_writes
