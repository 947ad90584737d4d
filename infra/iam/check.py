"""The check: every call is allowed, and every right of ours is needed by a call.

A right is needed if a policy without it refuses a call: each mutant of a policy must be noticed, or
be accepted with its reason in `unused.toml`.
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from infra.config import Config
from infra.iam import cases, github, needs, policies, services
from infra.iam.actions import UnknownAction
from infra.iam.cases import Case
from infra.iam.mutants import mutants
from infra.iam.record import Record, RecordError
from infra.iam.simulator import SimulatorError

UNUSED = Path(__file__).with_name("unused.toml")

Errors = (RecordError, SimulatorError, UnknownAction)
"""What `check` and `record.read` raise."""


@dataclass(frozen=True)
class Result:
    """All cases, those that fail, the noticed mutants and the unnoticed with their reason or None.

    `idle` are policies that decide no case, `unrehearsed` actions of the pipeline's code that no
    case has.
    """

    cases: Sequence[Case]
    failed: Sequence[Case]
    noticed: Collection[str]
    unused: Mapping[str, str | None]
    idle: Sequence[str]
    unrehearsed: Sequence[str]

    @property
    def complaints(self) -> list[str]:
        """What does not hold, one line each."""
        return [
            *(f"refused: {one.name}" if one.allowed else one.name for one in self.failed),
            *(f"not needed: {name}" for name, reason in self.unused.items() if reason is None),
            *(f"no call is known that {name} is for" for name in self.idle),
            *(f"infra/deploy/release calls {name}, and no rehearsal" for name in self.unrehearsed),
        ]

    @property
    def report(self) -> Iterator[str]:
        """Each role and service with its calls; then what may be done and never is."""
        done: dict[str, set[str]] = defaultdict(set)
        for case in self.cases:
            if case.allowed:
                done[case.who].add(case.request.action)
        for who, names in sorted(done.items()):
            yield f"{who}: {', '.join(sorted(names))}"
        for name, reason in self.unused.items():
            yield f"never needed: {name}: {reason or 'no reason given'}"
        rights = len(self.noticed) + len(self.unused)
        yield (
            f"{len(self.cases)} requests simulated; {len(self.noticed)} of {rights} rights "
            "are needed: without one a request is refused"
        )


def check(record: Record, config: Config) -> Result:
    """Simulate all calls, and each policy with one right less. Raises `Errors`."""
    found = cases.unique(
        [*cases.recorded(record), *services.calls(record), *github.tokens(record, config)]
    )
    found += cases.unique(cases.elsewhere(found, config))
    noticed, unnoticed = _mutated(record, found)
    accepted = tomllib.loads(UNUSED.read_text(encoding="utf-8"))["unused"]
    reasons = {
        name: next((one["reason"] for one in accepted if fnmatchcase(name, one["what"])), None)
        for name in unnoticed
    }
    needed = {document.name for case in found for document in case.documents}
    idle = [one.name for one in policies.ours(record) if one.name not in needed]
    allowed = {case.request.action for case in found if case.allowed}
    # Without a database a release has no migration, whose calls the code has.
    whole = config.github_repository and config.database != "none"
    unrehearsed = sorted(needs.release() - allowed) if whole else []
    return Result(found, cases.failures(found), noticed, reasons, sorted(idle), unrehearsed)


def _mutated(record: Record, found: Sequence[Case]) -> tuple[set[str], list[str]]:
    """The mutants of our policies that a case notices, and those that none does."""
    trials = [
        (what, case.decided_by(document, mutant))
        for document in policies.ours(record)
        for what, mutant in mutants(document)
        for case in found
        if document in case.documents
    ]
    failed = {id(case) for case in cases.failures(case for _, case in trials)}
    noticed = {what for what, case in trials if id(case) in failed}
    return noticed, list(dict.fromkeys(what for what, _ in trials if what not in noticed))
