"""What a drill found: the audit, notes, and what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tools.loadtest.ledger import Audit
from tools.loadtest.load import Load, Sample, show, statuses
from tools.loadtest.sandbox import Sandbox, ServerProcess


@dataclass(slots=True)
class Outcome:
    title: str
    audit: Audit
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def counts(self) -> tuple[int, ...]:
        return self.audit.counts()

    def note(self, text: str) -> None:
        self.notes.append(text)

    def require(self, holds: bool, failure: str) -> None:
        if not holds:
            self.failures.append(failure)

    def within(self, what: str, seconds: float, most: float) -> None:
        """Note a time and require that it is at most so long."""
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
        found = set(statuses(samples))
        self.require(bool(found) and found <= allowed, f"{what}: {show(samples)}")

    def require_audit(self, servers: Iterable[ServerProcess], *, writes: bool = True) -> None:
        """The failures that every drill looks for: of the audit, and in the servers' logs."""
        self.failures += self.audit.failures()
        acknowledged = self.audit.acknowledged > 0 or not writes
        self.require(acknowledged, "no write was acknowledged: this shows nothing")
        for server in servers:
            errors = server.logged_errors()
            self.require(not errors, f"a server's log has {errors}")


def outcome(title: str, load: Load, here: Sandbox) -> Outcome:
    """The audit of a drill and the failures that every drill looks for."""
    result = Outcome(title, load.ledger.audit(here.postgres.dsn))
    result.require_audit(here.servers)
    wrong = [s.status for s in load.samples if s.status >= 500 and s.status != 503]
    result.require(not wrong, f"{len(wrong)} responses are server errors: {sorted(set(wrong))}")
    bare = [s for s in load.samples if s.status == 503 and not s.retry_after]
    result.require(not bare, f"{len(bare)} responses of 503 have no Retry-After")
    return result
