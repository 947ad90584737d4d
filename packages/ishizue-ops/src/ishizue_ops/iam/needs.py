"""What `make deploy` calls, and what a design's roles do."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ishizue_ops.iam.policies import MANAGED, listed
from ishizue_ops.schemas import actions
from ishizue_ops.template import Design, nodes

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
