"""What a drill found."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ishizue_ops.load.load import Audit, Load, Sample, show, statuses
from ishizue_ops.load.sandbox import ServerProcess

PATIENCE = 1
"""How many times longer than its bound everything may take: tests run on busy machines."""


@dataclass(slots=True)
class Outcome:
    """The audit of a drill, notes, and what failed."""

    title: str
    audit: Audit
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def require(self, holds: bool, failure: str) -> None:
        if not holds:
            self.failures.append(failure)

    def within(self, what: str, seconds: float, most: float) -> None:
        """Note a time and require that it is at most so long."""
        most *= PATIENCE
        self.note(f"{what}: {seconds * 1000:,.0f} ms (at most {most * 1000:,.0f})")
        self.require(seconds <= most, f"{what}: {seconds:.3f} s, more than {most:g}")

    def recovered(self, what: str, writes: Sequence[Sample], since: float, most: float) -> None:
        """Note when the first write after this moment succeeded."""
        ended = [s.ended for s in writes if s.began > since and s.status in (200, 201)]
        self.within(what, min(ended, default=float("inf")) - since, most)

    def below(self, what: str, megabytes: float, most: float) -> None:
        self.note(f"{what}: {megabytes:.1f} MB (at most {most:g})")
        self.require(megabytes < most, f"{what}: {megabytes:.1f} MB")

    def only(self, what: str, samples: Sequence[Sample], allowed: set[int]) -> None:
        """Note the statuses, and require samples with these statuses and no others."""
        self.note(f"{what}: {show(samples)}")
        seen = set(statuses(samples))
        self.require(bool(seen) and seen <= allowed, f"{what}: {show(samples)}")

    def text(self) -> str:
        audit = self.audit
        counts = f"sent {audit.sent:,}, acknowledged {audit.acknowledged:,}"
        counts += f", expected {audit.expected:,}, found {audit.found:,}"
        verdict = "FAILS" if self.failures else "HOLDS"
        failures = [f"FAILS: {failure}" for failure in self.failures]
        return "\n  ".join([f"{self.title}: {verdict}", counts, *self.notes, *failures])


def unavailable(sample: Sample) -> bool:
    """No response, or a 503 with `Retry-After`."""
    return not sample.status or (sample.status == 503 and sample.retry_after)


def outcome(
    title: str,
    load: Load,
    dsn: str,
    servers: Iterable[ServerProcess],
    may_fail: Callable[[Sample], bool] = unavailable,
) -> Outcome:
    """The audit of a drill and the failures that every drill looks for."""
    audit = load.ledger.audit(dsn)
    failed = [sample for sample in load.samples if sample.failed]
    result = Outcome(title, audit, failures=[*audit.failures])
    result.note(f"{len(failed):,} of {len(load.samples):,} requests failed")
    result.require(audit.acknowledged > 0, "no write was acknowledged: this shows nothing")
    for server in servers:
        errors = server.logged_errors()
        result.require(not errors, f"a server's log has {errors}")
    wrong = [sample for sample in failed if not may_fail(sample)]
    kinds = sorted({(sample.kind, sample.status) for sample in wrong})
    result.require(not wrong, f"{len(wrong)} requests failed that must not: {kinds}")
    return result


Started = Coroutine[Any, Any, Outcome]
