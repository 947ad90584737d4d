"""What `make deploy` calls, what a design's roles do, and what nobody knows of either."""

import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ishizue_ops.iam.policies import MANAGED, listed
from ishizue_ops.resource_types import USUAL, Finding, ResourceType, Unknown, known
from ishizue_ops.schemas import actions
from ishizue_ops.template import Design, nodes, understanding

MAKE_DEPLOY: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("operator.toml").read_text(encoding="utf-8")
)
"""The operator's actions by service."""


def deployed(design: Design) -> set[str]:
    """What a boundary of all this design's roles must allow, in lower case.

    CloudFormation's role needs what the schemas name; the others what their policies give them,
    those of AWS too. Raises LookupError for one of AWS's that `managed.toml` does not have.
    """
    found = set[str]().union(*(actions(one.type) for one in design.resources))
    for one in design.of_type("AWS::IAM::Role", "AWS::IAM::Policy"):
        properties: dict[str, Any] = {**one.properties, "AssumeRolePolicyDocument": None}
        for node in nodes(properties):
            found.update(listed(node.get("Action", [])))
        for arn in properties.get("ManagedPolicyArns", ()):
            found.update(MANAGED[arn["Fn::Join"][1][-1].rpartition("/")[2]])
    return {action.lower() for action in found}


def unknown(design: Design, types: Iterable[ResourceType] = ()) -> list[Finding]:
    """Types that have a role, of which nobody says what they call with it.

    And those that CloudFormation's role cannot make with BOOTSTRAP=own, whose policy allows the
    usual types and the product's.
    """
    found: list[Finding] = []
    calls = known(lambda one: one.calls, types)
    limits = [one.properties for one in design.of_type("AWS::IAM::ManagedPolicy")]
    allowed = [
        pattern
        for node in nodes(limits)
        if node.get("Effect") == "Allow"
        for pattern in listed(node["Action"])
    ]
    for resource in design.resources:
        with understanding("permissions", resource, found):
            if resource.type in USUAL:
                continue
            needed = sorted(actions(resource.type)) if limits else []
            refused = [one for one in needed if not any(fnmatchcase(one, each) for each in allowed)]
            if refused:
                raise Unknown(f"BOOTSTRAP=own does not allow {', '.join(refused)}")
            used = (design.resolve(node, resource.stack) for node in nodes(resource.properties))
            if resource.type not in calls and any(
                one and one.type == "AWS::IAM::Role" for one in used
            ):
                raise Unknown("it has a role, and nobody says what it calls")
    return found
