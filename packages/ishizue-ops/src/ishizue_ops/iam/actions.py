"""The authorizations that a call of the pipeline needs: actions and resources as IAM names them."""

from collections.abc import Iterator

from ishizue_ops.iam.policies import listed
from ishizue_ops.iam.record import ACCOUNT, Call, Record
from ishizue_ops.iam.simulator import Request

_PREFIXES = {"monitoring": "cloudwatch"}
"""IAM's prefixes of services that sign with another name."""

_OTHER_NAMES = {"s3:ListBuckets": "s3:ListAllMyBuckets"}
"""Actions that are not named after their operation."""

RESOURCES = {
    "cloudformation:DescribeStacks": "cloudformation:REGION:ACCOUNT:stack/{StackName}/0123",
    "cloudfront:CreateInvalidation": "cloudfront::ACCOUNT:distribution/{DistributionId}",
    "ecr:DescribeImageScanFindings": "ecr:REGION:ACCOUNT:repository/{repositoryName}",
    "ecr:DescribeImages": "ecr:REGION:ACCOUNT:repository/{repositoryName}",
    "ecs:DescribeServices": "ecs:REGION:ACCOUNT:service/{cluster}/{services}",
    "ecs:DescribeTasks": "ecs:REGION:ACCOUNT:task/{cluster}/{tasks}",
    "ecs:ListServiceDeployments": "ecs:REGION:ACCOUNT:service/{cluster}/{service}",
    "ecs:RunTask": "ecs:REGION:ACCOUNT:task-definition/{taskDefinition}",
    "ecs:StopTask": "ecs:REGION:ACCOUNT:task/{cluster}/{task}",
    "logs:GetLogEvents": "logs:REGION:ACCOUNT:log-group:{logGroupName}:log-stream:{logStreamName}",
}
"""The pipeline's actions, and what each is on, by the call's parameters.

AWS's Service Authorization Reference says it; the simulator refuses another type of resource.
"""

_WITH = {
    "ecr:DescribeImageScanFindings": ("inspector2:ListCoverage", "inspector2:ListFindings"),
}
"""Actions that another one needs too, with enhanced scanning (ECR User Guide, IAM permissions)."""


class UnknownAction(Exception):
    """An action is not in the table, or its task not in the record; the message is one line."""


def authorizations(record: Record, call: Call) -> Iterator[Request]:
    """What IAM decides before the call is carried out. Raises UnknownAction."""
    action = iam_action(call.service, call.operation)
    if action not in RESOURCES:
        raise UnknownAction(f"{action}: add what it is on to {__name__}")
    context = _context(record, call)
    resource = _arn(call, RESOURCES[action])
    yield Request(call.caller, action, resource, context)
    for other in _WITH.get(action, ()):
        yield Request(call.caller, other, "*", context)
    if action == "ecs:RunTask":
        definition = record.find("AWS::ECS::TaskDefinition", resource)
        if definition is None:
            raise UnknownAction(f"ecs:RunTask: {resource} is in no stack")
        passing = {**context, "iam:PassedToService": "ecs-tasks.amazonaws.com"}
        for key in ("TaskRoleArn", "ExecutionRoleArn"):
            if role := definition.properties.get(key):
                yield Request(call.caller, "iam:PassRole", role, passing)


def iam_action(service: str, operation: str) -> str:
    """The action of an operation. `service` is the name that requests are signed for."""
    action = f"{_PREFIXES.get(service, service)}:{operation}"
    return _OTHER_NAMES.get(action, action)


def caller_context(caller: str, region: str) -> dict[str, str]:
    """Condition keys that every request of a role has."""
    return {
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalArn": caller,
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": ACCOUNT,
        "aws:SecureTransport": "true",
    }


def _context(record: Record, call: Call) -> dict[str, str]:
    context = caller_context(call.caller, call.region)
    if call.service == "ecs":
        context["ecs:cluster"] = _arn(call, "ecs:REGION:ACCOUNT:cluster/{cluster}")
    made = record.find("AWS::CloudFront::Distribution", call.parameters.get("DistributionId", ""))
    for tag in made.properties.get("Tags", ()) if made else ():
        context[f"aws:ResourceTag/{tag['Key']}"] = tag["Value"]
    return context


def _arn(call: Call, form: str) -> str:
    """The ARN of this form, whose variables may be names or ARNs in the call's parameters."""
    texts = {name: str(listed(value)[0]) for name, value in call.parameters.items() if value}
    names = {
        name: text.rpartition("/")[2] if text.startswith("arn:") else text
        for name, text in texts.items()
    }
    whole = form.replace("REGION", call.region).replace("ACCOUNT", ACCOUNT)
    return f"arn:aws:{whole.format(**names)}"
