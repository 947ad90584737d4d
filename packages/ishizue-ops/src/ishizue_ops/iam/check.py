"""The check: every call is allowed, and a call needs every right of ours.

Allowed is what the simulator allows. A right is needed if a call that a document decides has its
action; one that none needs is accepted with its reason in `unused.toml`.
"""

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ishizue_ops.config import Config
from ishizue_ops.iam import actions, cases, policies, services
from ishizue_ops.iam.actions import UnknownAction
from ishizue_ops.iam.cases import Case
from ishizue_ops.iam.policies import Right
from ishizue_ops.iam.record import Record, RecordError
from ishizue_ops.iam.simulator import SimulatorError

UNUSED = Path(__file__).with_name("unused.toml")

Errors = (RecordError, SimulatorError, UnknownAction)
"""What `check` and `record.read` raise."""


@dataclass(frozen=True)
class Result:
    """All cases and those that fail; the rights that a case needs, and those that none does.

    `unrehearsed` are actions of the pipeline that no case has.
    """

    cases: Sequence[Case]
    failed: Sequence[Case]
    needed: Collection[Right]
    unneeded: Collection[str]
    unrehearsed: Collection[str]

    @property
    def complaints(self) -> list[str]:
        """What does not hold, one line each."""
        return [
            *(f"refused: {one.name}" if one.allowed else one.name for one in self.failed),
            *(f"not needed: {name}" for name in sorted(self.unneeded)),
            *(f"the pipeline calls {name}, and no rehearsal" for name in sorted(self.unrehearsed)),
        ]


def check(record: Record, config: Config) -> Result:
    """Simulate all calls, and compare the rights with them. Raises `Errors`."""
    called = cases.unique(
        [
            *cases.recorded(record),
            *services.calls(record),
            *services.github(record),
            *services.cdk(record),
        ]
    )
    found = [*called, *cases.unique(cases.elsewhere(called, config))]
    granted = {right for one in policies.ours(record) for right in policies.rights(one)}
    needed = {right for case in called if case.allowed for right in _needed(case)}
    unneeded = {name for name in map(str, granted - needed) if not _accepted(name)}
    rehearsed = {case.request.action for case in called}
    unrehearsed = _pipeline(config) - rehearsed
    return Result(found, cases.failures(found), granted & needed, unneeded, unrehearsed)


def _needed(case: Case) -> Iterator[Right]:
    """The rights of the case's documents that allow its action to its principal."""
    for document in case.documents:
        for right in policies.rights(document):
            who = right.principal in ("", case.request.principal)
            if who and fnmatchcase(case.request.action, right.action):
                yield right


def _accepted(name: str) -> bool:
    listed = tomllib.loads(UNUSED.read_text(encoding="utf-8"))["unused"]
    return any(fnmatchcase(name, one["what"]) for one in listed)


def _pipeline(config: Config) -> set[str]:
    """What a release calls. Without a database it has no migration."""
    if not config.github_repository or config.database == "none":
        return set()
    return {name for name in actions.RESOURCES if config.cdn or not name.startswith("cloudfront:")}
