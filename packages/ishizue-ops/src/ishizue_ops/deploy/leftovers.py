"""Resources that outlive their stack: retained on purpose, or not deletable."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

KEPT, PROTECTED = "DELETE_SKIPPED", "DELETE_FAILED"
KEPT_BY_TEMPLATE = "kept by the template"
_WHY = {KEPT: KEPT_BY_TEMPLATE, PROTECTED: "protected"}


@dataclass(frozen=True, order=True)
class Left:
    """A resource that still exists but is in no stack. `identifier` is its physical id."""

    kind: str
    identifier: str
    why: str


def kept(cloudformation: Any, stacks: Iterable[str]) -> list[Left]:
    """What these stacks of one region, by their ARNs, left behind."""
    pages = cloudformation.get_paginator("describe_stack_events")
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for stack in stacks:
        for page in pages.paginate(StackName=stack):
            for event in page["StackEvents"]:  # newest first
                last.setdefault((stack, event["PhysicalResourceId"]), event)
    return sorted(
        Left(event["ResourceType"], identifier, _WHY[event["ResourceStatus"]])
        for (_, identifier), event in last.items()
        if event["ResourceStatus"] in _WHY and event["ResourceType"] != "AWS::CloudFormation::Stack"
    )
