"""The resources of deployed stacks, through boto3."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.config import REGION

Found = dict[str, Any]
"""A resource as AWS's API describes it."""


class Stacks:
    """The stacks' resources. Everything is read once: after a deployment make a new one."""

    def __init__(self, session: boto3.Session, stacks: Sequence[str], region: str = REGION) -> None:
        self._session = session
        self._region = region
        self._stacks = stacks
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The service's client, such as `ec2`."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service, region_name=self._region)
        return self._clients[service]

    @cached_property
    def _resources(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for stack in self._stacks:
            for resource in self._of_stack(stack):
                if resource["ResourceStatus"].endswith("_COMPLETE"):
                    found[resource["ResourceType"]].append(resource["PhysicalResourceId"])
        return found

    def _of_stack(self, stack: str) -> list[Found]:
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        try:
            return [
                resource
                for page in pages.paginate(StackName=stack)
                for resource in page["StackResourceSummaries"]
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":  # no such stack
                return []
            raise

    @property
    def count(self) -> int:
        """How many resources the stacks have."""
        return sum(len(ids) for ids in self._resources.values())

    def ids(self, kind: str) -> list[str]:
        """The physical ids of a type, such as `AWS::EC2::Subnet`."""
        return self._resources.get(kind, [])

    def id(self, kind: str) -> str:
        """The physical id of the only resource of a type; LookupError if there is not one."""
        found = self.ids(kind)
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources of type {kind}")
        return found[0]

    def _all(self, service: str, operation: str, key: str, **parameters: object) -> list[Found]:
        return list(getattr(self.client(service), operation)(**parameters)[key])

    def _one(self, service: str, operation: str, key: str, **parameters: object) -> Found:
        [found] = self._all(service, operation, key, **parameters)
        return found
