"""What `make deploy` and the pipeline call, and what a design's roles do."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name

from ishizue_ops.iam.actions import iam_action
from ishizue_ops.iam.policies import MANAGED, listed
from ishizue_ops.iam.record import OPERATOR, Record
from ishizue_ops.schemas import actions
from ishizue_ops.template import Design, nodes

_DEPLOY = Path(__file__).parents[1] / "deploy"
_OTHER_SERVICES = {"ec2:DescribeImages"}
"""Actions that the code does not call, though their names are those of calls to another service."""


def make_deploy(record: Record) -> set[str]:
    """What `make deploy` calls: recorded, or on a path of its code that no rehearsal takes."""
    recorded = {
        iam_action(call.service, call.operation) for call in record.calls if call.caller == OPERATOR
    }
    shared = [_DEPLOY / "release" / name for name in ("migration.py", "stacks.py")]
    # Whoever runs a task passes its roles.
    return recorded | code([*_DEPLOY.glob("*.py"), *shared]) | {"iam:PassRole"}


def release() -> set[str]:
    """What the pipeline's steps call, by their code; the CDK's calls are its roles'."""
    return code((_DEPLOY / "release").glob("*.py"))


def code(files: Iterable[Path]) -> set[str]:
    """The actions of the operations that these modules call on boto3's clients.

    Any called name counts that is an operation of a service which they have a client of.
    """
    models = botocore.session.get_session().get_service_model
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    names = {*re.findall(r"\.(\w+)\(", text), *re.findall(r'paginator\("(\w+)"', text)}
    found = {
        iam_action(service.signing_name, operation)
        for service in map(models, set(re.findall(r'client\("([a-z0-9-]+)"', text)))
        for operation in service.operation_names
        if xform_name(operation) in names
    }
    return found - _OTHER_SERVICES


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
