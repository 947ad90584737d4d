"""The authorizations that a call needs: actions and resources as IAM names them.

The Service Authorization Reference has the resource types of each action and their ARNs. An action
is the operation's name but for those below.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from infra.config import REGION
from infra.iam import simulator
from infra.iam.record import Account, Call
from infra.iam.simulator import Request

_SERVICES = {"monitoring": "cloudwatch"}
"""IAM's prefixes of services that sign with another name."""

_ACTIONS = {
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}
"""Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"."""

_WITH = {
    "ecr:DescribeImageScanFindings": ("inspector2:ListCoverage", "inspector2:ListFindings"),
}
"""Actions that another one needs too, with enhanced scanning (ECR User Guide, IAM permissions)."""

_PARAMETERS = {
    "BucketName": "Bucket",
    "ClusterName": "cluster",
    "ObjectName": "Key",
    "ParameterNameWithoutLeadingSlash": "Name",
    "ServiceName": "services",
    "TaskId": "tasks",
}
"""Parameters that have another name than the reference's variable."""

_GENERATED = {"Id": "11111111-2222-3333-4444-555555555555"}
"""Parts of an ARN that AWS generates, which a policy cannot know."""

_PASSED_TO = {"cloudformation": "cloudformation.amazonaws.com"}


class UnknownAction(Exception):
    """The reference has no such action, or no ARN can be made for it; the message is one line."""


def authorizations(call: Call) -> Iterator[Request]:
    """What IAM decides before the call is carried out. Raises UnknownAction."""
    account_number = call.account.number
    action = iam_action(call.service, call.operation)
    context = _context(action.partition(":")[0], call)
    for resource in _resources(action, call):
        yield Request(call.caller, action, resource, account_number, context)
    for other in _WITH.get(action, ()):
        yield Request(call.caller, other, "*", account_number, context)
    template = call.parameters.get("TemplateURL")
    if template:  # CloudFormation reads it with the caller's rights
        where = f"arn:aws:s3:::{urlsplit(template).path.lstrip('/')}"
        context = _context("s3", call)
        yield Request(call.caller, "s3:GetObject", where, account_number, context)
    for role, to in _passed_roles(call):
        passing = {**caller_context(call.caller, account_number), "iam:PassedToService": to}
        yield Request(call.caller, "iam:PassRole", role, account_number, passing)


def iam_action(service: str, operation: str) -> str:
    """The action of an operation, such as `s3:ListBucket` for ListObjectsV2.

    `service` is the name that requests are signed for. Raises UnknownAction.
    """
    action = f"{_SERVICES.get(service, service)}:{operation}"
    action = _ACTIONS.get(action, action)
    prefix, _, name = action.partition(":")
    if name.lower() not in simulator.data("actions", prefix):
        raise UnknownAction(f"{action}: AWS's reference has no such action")
    return action


def role_of(caller: str) -> str | None:
    """The name of the role that assumed-role credentials belong to."""
    found = re.fullmatch(r"arn:aws:sts::\d+:assumed-role/([^/]+)/.+", caller)
    return found[1] if found else None


def _context(service: str, call: Call) -> dict[str, str]:
    account_number = call.account.number
    context = caller_context(call.caller, account_number, call.region)
    if service == "s3":
        context["s3:ResourceAccount"] = account_number
    cluster = call.parameters.get("cluster")
    if service == "ecs" and cluster:
        arn = f"arn:aws:ecs:{call.region}:{account_number}:cluster/{cluster}"
        context["ecs:cluster"] = cluster if cluster.startswith("arn:") else arn
    if service == "cloudfront" and "DistributionId" in call.parameters:
        made = call.account["AWS::CloudFront::Distribution", call.parameters["DistributionId"]]
        tags = {one["Key"]: one["Value"] for one in made.properties.get("Tags", ())}
        context |= {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
    return context


def caller_context(caller: str, account_number: str, region: str = REGION) -> dict[str, str]:
    """Condition keys that every request of a role has."""
    return {
        "aws:PrincipalAccount": account_number,
        "aws:PrincipalArn": caller,
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": account_number,
        "aws:SecureTransport": "true",
    }


def _resources(action: str, call: Call) -> list[str]:
    service, _, operation = action.partition(":")
    details = simulator.data("actions", service)[operation.lower()]
    # ARNs of another service's resources are there too: sts:AssumeRole is on IAM's roles.
    for kind in details["resourceTypes"]:
        entry = simulator.data("resourceTypes", service).get(kind["name"].lower())
        form = entry["arn"] if entry else ""
        found = _arns(form, call)
        if found:
            return found
    if any(kind["required"] for kind in details["resourceTypes"]):
        raise UnknownAction(f"{action}: no parameter names its resource: {sorted(call.parameters)}")
    return ["*"]


def _arns(form: str, call: Call) -> list[str]:
    """The ARNs of this form that the parameters name: as they are, or by their parts."""
    parameters = call.parameters
    form = form.replace("${Partition}", "aws").replace("${Region}", call.region)
    form = form.replace("${Account}", call.account.number)
    # Split at the variables: every second part is one.
    parts = re.split(r"\$\{(\w+)\}", form)
    pattern = "".join(".+" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    values = [item for value in parameters.values() for item in _texts(value)]
    whole = [value for value in values if re.fullmatch(pattern, value)]
    if whole:
        return whole
    made = [""]
    for i, part in enumerate(parts):
        fills = _values(part, parameters) if i % 2 else [part]
        made = [before + fill for before in made for fill in fills]
    return made


def _values(variable: str, parameters: Mapping[str, Any]) -> list[str]:
    name = _PARAMETERS.get(variable, variable).lower()
    for parameter, value in parameters.items():
        if parameter.lower() == name:
            texts = [
                text.rpartition("/")[2] if text.startswith("arn:") else text
                for text in _texts(value)
            ]
            return [
                text.lstrip("/") if "WithoutLeadingSlash" in variable else text for text in texts
            ]
    return [_GENERATED[variable]] if variable in _GENERATED else []


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]


def _passed_roles(call: Call) -> Iterator[tuple[str, str]]:
    """Roles that the caller hands to a service, and the service (IAM User Guide, iam:PassRole)."""
    if call.service == "ecs" and call.operation == "RunTask":
        yield from ((role, "ecs-tasks.amazonaws.com") for role in _task_roles(call))
    elif call.service in _PASSED_TO:
        for value in call.parameters.values():
            for text in _texts(value):
                if re.fullmatch(r"arn:aws:iam::\d+:role/.+", text):
                    yield text, _PASSED_TO[call.service]


def _task_roles(call: Call) -> list[str]:
    definition = call.parameters["taskDefinition"]
    found = _task_definition(call.account, definition)
    keys = ("TaskRoleArn", "ExecutionRoleArn")
    return [found[key] for key in keys if key in found]


def _task_definition(account: Account, definition: str) -> Mapping[str, Any]:
    try:
        return account["AWS::ECS::TaskDefinition", definition].properties
    except KeyError:
        raise UnknownAction(f"ecs:RunTask: {definition} is in no stack") from None
