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
    needed = set[str]().union(*(actions(resource.type) for resource in design.resources))
    for resource in design.of_type("AWS::IAM::Role", "AWS::IAM::Policy"):
        properties: dict[str, Any] = {**resource.properties, "AssumeRolePolicyDocument": None}
        for node in nodes(properties):
            needed.update(listed(node.get("Action", [])))
        for arn in properties.get("ManagedPolicyArns", ()):
            needed.update(MANAGED[arn["Fn::Join"][1][-1].rpartition("/")[2]])
    return {action.lower() for action in needed}


def unknown(design: Design, types: Iterable[ResourceType] = ()) -> list[Finding]:
    """A finding for each type that has a role, of which nobody says what it calls with the role.

    With BOOTSTRAP=own a type is a finding, too, if the policy of CloudFormation's role, which
    allows the usual types and the product's, does not allow to make it.
    """
    findings: list[Finding] = []
    calls = known(lambda type_: type_.calls, types)
    limits = [policy.properties for policy in design.of_type("AWS::IAM::ManagedPolicy")]
    allowed = [
        pattern
        for node in nodes(limits)
        if node.get("Effect") == "Allow"
        for pattern in listed(node["Action"])
    ]
    for resource in design.resources:
        with understanding("permissions", resource, findings):
            if resource.type in USUAL:
                continue
            needed = sorted(actions(resource.type)) if limits else []
            refused = [
                action
                for action in needed
                if not any(fnmatchcase(action, each) for each in allowed)
            ]
            if refused:
                raise Unknown(f"BOOTSTRAP=own does not allow {', '.join(refused)}")
            used = (design.resolve(node, resource.stack) for node in nodes(resource.properties))
            if resource.type not in calls and any(
                target and target.type == "AWS::IAM::Role" for target in used
            ):
                raise Unknown("it has a role, and nobody says what it calls")
    return findings
