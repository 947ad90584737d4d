"""The check: every call is allowed, and every right of ours is needed by a call.

A right is needed if a policy without it refuses a call: each mutant of a policy must be noticed, or
be accepted with its reason in `unused.toml`.
"""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ishizue_ops.config import Config
from ishizue_ops.iam import cases, needs, policies, services
from ishizue_ops.iam.actions import UnknownAction
from ishizue_ops.iam.cases import Case
from ishizue_ops.iam.mutants import mutants
from ishizue_ops.iam.record import Record, RecordError
from ishizue_ops.iam.simulator import SimulatorError

UNUSED = Path(__file__).with_name("unused.toml")

Errors = (RecordError, SimulatorError, UnknownAction)
"""What `check` and `record.read` raise."""


@dataclass(frozen=True)
class Result:
    """All cases and those that fail; the rights that a case needs, and those that none does.

    `unrehearsed` are actions of the pipeline's code that no case has.
    """

    cases: Sequence[Case]
    failed: Sequence[Case]
    needed: Collection[str]
    unneeded: Sequence[str]
    unrehearsed: Sequence[str]

    @property
    def complaints(self) -> list[str]:
        """What does not hold, one line each."""
        return [
            *(f"refused: {one.name}" if one.allowed else one.name for one in self.failed),
            *(f"not needed: {name}" for name in self.unneeded),
            *(f"deploy/release calls {name}, and no rehearsal" for name in self.unrehearsed),
        ]


def check(record: Record, config: Config) -> Result:
    """Simulate all calls, and each policy with one right less. Raises `Errors`."""
    found = cases.unique(
        [*cases.recorded(record), *services.calls(record), *services.github(record)]
    )
    found += cases.unique(cases.elsewhere(found, config))
    rights = [(one, *right) for one in policies.ours(record) for right in mutants(one)]
    trials = [
        (what, case.decided_by(document, mutant))
        for document, what, mutant in rights
        for case in found
        if document in case.documents
    ]
    failed = {id(case) for case in cases.failures([*found, *(case for _, case in trials)])}
    needed = {what for what, case in trials if id(case) in failed}
    others = dict.fromkeys(what for _, what, _ in rights if what not in needed)
    accepted = [one["what"] for one in tomllib.loads(UNUSED.read_text(encoding="utf-8"))["unused"]]
    unneeded = [name for name in others if not any(fnmatchcase(name, one) for one in accepted)]
    allowed = {case.request.action for case in found if case.allowed}
    # Without a database a release has no migration, whose calls the code has.
    whole = config.github_repository and config.database != "none"
    unrehearsed = sorted(needs.release() - allowed) if whole else []
    refused = [case for case in found if id(case) in failed]
    return Result(found, refused, needed, unneeded, unrehearsed)
