"""The check: every call is allowed, every right of ours is needed by a call, and calls are known.

Allowed is what npm's `@cloud-copilot/iam-simulate` allows. It is under the AGPL: a program of its
own, which only this module starts, and which is never in the image. A right is needed if a call
that a document decides has its action; one that none needs is accepted with its reason in
`unused.toml`.
"""

import json
import os
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ishizue_ops import node, programs
from ishizue_ops.config import Config
from ishizue_ops.iam import cases, policies
from ishizue_ops.iam.cases import Case, UnknownAction
from ishizue_ops.iam.policies import Right
from ishizue_ops.iam.record import Record
from ishizue_ops.node import NpmError
from ishizue_ops.resource_types import USUAL, Finding, ResourceType, Unknown, known
from ishizue_ops.template import Design, understanding

_HERE = Path(__file__).parent
_UNUSED = [
    entry["what"]
    for entry in tomllib.loads(_HERE.joinpath("unused.toml").read_text("utf-8"))["unused"]
]

MAKE_DEPLOY: Mapping[str, list[str]] = tomllib.loads(
    _HERE.joinpath("operator.toml").read_text("utf-8")
)
"""The operator's actions by service, in `make deploy`."""


class SimulatorError(Exception):
    """The simulator failed, or refused its input; the message is one line."""


Errors = (SimulatorError, NpmError, UnknownAction)


@dataclass(frozen=True)
class Result:
    """All cases, the rights that a case needs, and what does not hold, one line each."""

    cases: Sequence[Case]
    needed: Collection[Right]
    complaints: Sequence[str]


def check(record: Record, config: Config) -> Result:
    """Simulate all calls, and compare the rights with them. Raises `Errors`."""
    called = cases.called(record, config.product.resource_types)
    others = [*cases.elsewhere(called, config)]
    granted = {right for document in policies.ours(record) for right in policies.rights(document)}
    needed = {
        right
        for case in called
        for document in filter(None, (*case.identity, case.policy))
        for right in policies.rights(document)
        if right.principal in ("", case.principal) and fnmatchcase(case.action, right.action)
    }
    unneeded = {
        name
        for name in map(str, granted - needed)
        if not any(fnmatchcase(name, pattern) for pattern in _UNUSED)
    }
    complaints = [
        *(f"refused: {name}" for name in _decided(called, allowed=False)),
        *(f"another environment's: {name}" for name in _decided(others, allowed=True)),
        *(f"not needed: {name}" for name in sorted(unneeded)),
        *(
            f"the pipeline calls {name}, and no rehearsal"
            for name in sorted(_pipeline(config) - {case.action for case in called})
        ),
    ]
    return Result(called, granted & needed, complaints)


def _decided(asked: Sequence[Case], *, allowed: bool) -> list[str]:
    """The names of the cases that the simulator decides so.

    Raises NpmError, and SimulatorError for a request that IAM does not know: its action, the
    resource's type or the form of a policy.
    """
    if not asked:
        return []
    said = programs.run(
        [node.NODE, _HERE / "simulate.cjs"],
        SimulatorError,
        "the simulator failed",
        # The simulator and AWS's reference, as npm has installed them.
        env={**os.environ, "NODE_PATH": str(node.installed(_HERE))},
        input=json.dumps([case.simulation for case in asked]),
        timeout=120,
    )
    decided = []
    for case, result in zip(asked, json.loads(said), strict=True):
        if "error" in result:
            why = json.dumps(result["error"])
            raise SimulatorError(f"{case.action} on {case.resource}: {why}")
        if (result["decision"] == "Allowed") is allowed:
            decided.append(case.name)
    return decided


def _pipeline(config: Config) -> set[str]:
    """What a release calls. Without a database it has no migration."""
    if not config.github_repository or config.database == "none":
        return set()
    return {name for name in cases.RESOURCES if config.cdn or not name.startswith("cloudfront:")}


def unknown(design: Design, types: Iterable[ResourceType] = ()) -> list[Finding]:
    """A finding for each type that has a role, of which nobody says what it calls with the role."""
    findings: list[Finding] = []
    calls = known(lambda type_: type_.calls, types)
    for resource in design.resources:
        with understanding("permissions", resource, findings):
            if resource.type in USUAL or resource.type in calls:
                continue
            if any(used.type == "AWS::IAM::Role" for used in design.references(resource)):
                raise Unknown("it has a role, and nobody says what it calls")
    return findings
