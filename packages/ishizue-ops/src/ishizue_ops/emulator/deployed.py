"""What is deployed, as CloudFormation lists it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Resource:
    """A resource of a deployed stack. `id` is its physical id."""

    stack: str
    logical_id: str
    type: str
    id: str


class Deployed:
    """The resources of stacks. Everything is read once: after a deployment make a new one."""

    def __init__(self, session: boto3.Session, stacks: Mapping[str, str]) -> None:
        """The stacks by name, with their regions; those that do not exist have no resources."""
        self._session = session
        self._stacks = stacks

    @cached_property
    def resources(self) -> list[Resource]:
        """Every resource of the stacks."""
        return [
            Resource(
                stack, one["LogicalResourceId"], one["ResourceType"], one["PhysicalResourceId"]
            )
            for stack, region in self._stacks.items()
            for one in self._listed(stack, region)
            if one["ResourceStatus"].endswith("_COMPLETE")
        ]

    def _listed(self, stack: str, region: str) -> list[dict[str, Any]]:
        cloudformation = self._session.client("cloudformation", region_name=region)
        pages = cloudformation.get_paginator("list_stack_resources")
        try:
            found = list(pages.paginate(StackName=stack))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":  # no such stack
                return []
            raise
        return [one for page in found for one in page["StackResourceSummaries"]]
