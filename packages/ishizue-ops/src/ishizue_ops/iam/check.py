"""The check: every call is allowed, every right of ours is needed by a call, and calls are known.

Allowed is what npm's `@cloud-copilot/iam-simulate` allows. It is under the AGPL: a program of its
own, which only this module starts, and which is never in the image. A right is needed if a call
that a document decides has its action; one that none needs is a finding, or one of ours, which
`unused.toml` accepts with its reason. `checks.rights` compares the rights of tasks with `may()`.
"""

import json
import os
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ishizue_ops import node, programs
from ishizue_ops.config import Config
from ishizue_ops.iam import cases, policies
from ishizue_ops.iam.cases import Case, SimulationError
from ishizue_ops.iam.policies import Right
from ishizue_ops.iam.record import Record
from ishizue_ops.node import NpmError
from ishizue_ops.resource_types import Finding
from ishizue_ops.template import Design
from ishizue_ops.words import Text

_HERE = Path(__file__).parent
_UNUSED = [
    entry["what"]
    for entry in tomllib.loads(_HERE.joinpath("unused.toml").read_text("utf-8"))["unused"]
]

MAKE_DEPLOY: Mapping[str, list[str]] = tomllib.loads(
    _HERE.joinpath("operator.toml").read_text("utf-8")
)
"""The operator's actions by service, in `make deploy`."""

Errors = (SimulationError, NpmError)


@dataclass(frozen=True)
class Result:
    """All cases, the rights that one needs, those that none needs, and what else does not hold."""

    cases: Sequence[Case]
    needed: Collection[Right]
    unneeded: Sequence[Finding]
    complaints: Sequence[str]


def check(record: Record, config: Config, design: Design) -> Result:
    """Simulate all calls, and compare the rights with them. Raises `Errors`."""
    called = cases.called(record, design)
    others = [*cases.elsewhere(called, config)]
    granted = {right for document in policies.ours(record) for right in policies.rights(document)}
    needed = {
        right
        for case in called
        for document in (*case.identity, *case.policies)
        for right in policies.rights(document)
        if right.principal in ("", case.principal) and fnmatchcase(case.action, right.action)
    }
    allowed = _allowed([*called, *others])
    complaints = [
        *(f"refused: {case.name}" for case in called if not next(allowed)),
        *(f"another environment's: {case.name}" for case in others if next(allowed)),
        *(
            f"the pipeline calls {name}, and no rehearsal"
            for name in sorted(_pipeline(config) - {case.action for case in called})
        ),
    ]
    made = {(each.stack, each.logical_id): each for each in design.resources}
    unneeded = []
    for right in sorted(granted - needed):
        owner = made[right.owner]
        if not (owner.ours and any(fnmatchcase(str(right), pattern) for pattern in _UNUSED)):
            why = Text("not-needed", right=right)
            unneeded.append(Finding("permissions", owner.type, owner.name, why))
    return Result(called, granted & needed, unneeded, complaints)


def _allowed(asked: Sequence[Case]) -> Iterator[bool]:
    """Whether the simulator allows each of the cases.

    Raises NpmError, and SimulationError for a request that IAM does not know: its action, the
    resource's type or the form of a policy.
    """
    said = programs.run(
        [node.NODE, _HERE / "simulate.cjs"],
        SimulationError,
        "the simulator failed",
        # The simulator and AWS's reference, as npm has installed them.
        env={**os.environ, "NODE_PATH": str(node.installed(_HERE))},
        input=json.dumps([case.simulation for case in asked]),
        timeout=120,
    )
    for case, result in zip(asked, json.loads(said), strict=True):
        if "error" in result:
            why = json.dumps(result["error"])
            raise SimulationError(f"{case.action} on {case.resource}: {why}")
        yield result["decision"] == "Allowed"


def _pipeline(config: Config) -> set[str]:
    """What a release calls. Without a database it has no migration."""
    if not config.github_repository or config.database == "none":
        return set()
    return {name for name in cases.RESOURCES if config.cdn or not name.startswith("cloudfront:")}
