"""Resources that outlive their stack: retained on purpose, or not deletable."""

from dataclasses import dataclass
from typing import Any

KEPT, PROTECTED = "DELETE_SKIPPED", "DELETE_FAILED"
"""CloudFormation's statuses of what the template keeps, and of what could not be deleted."""


@dataclass(frozen=True, order=True)
class Left:
    """A resource that still exists but is in no stack. `identifier` is its physical id."""

    kind: str
    identifier: str
    status: str


def left_by(cloudformation: Any, stack: str) -> list[Left]:
    """What a stack, by its ARN, left behind."""
    last: dict[str, dict[str, Any]] = {}
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for event in page["StackEvents"]:  # newest first
            last.setdefault(event["PhysicalResourceId"], event)
    return sorted(
        Left(event["ResourceType"], identifier, event["ResourceStatus"])
        for identifier, event in last.items()
        if event["ResourceStatus"] in (KEPT, PROTECTED)
        and event["ResourceType"] != "AWS::CloudFormation::Stack"
    )
