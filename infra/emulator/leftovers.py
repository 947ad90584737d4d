"""What stays when a stack, or a part of it, goes: kept on purpose, or refused to be deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True, order=True)
class Left:
    """A resource that is still there although no stack has it any more."""

    kind: str
    name: str
    """Its logical id; a snapshot's own name."""
    why: str
    identifier: str
    """Its physical id."""


_WHY = {"DELETE_SKIPPED": "kept by the template", "DELETE_FAILED": "protected"}


class Watch:
    """Remembers which events of CloudFormation were there, to tell those that came later."""

    def __init__(self, session: boto3.Session, stacks: tuple[str, ...]) -> None:
        self._session = session
        cloudformation = session.client("cloudformation")
        # By their ARN, since a stack that was destroyed has no name any more.
        self._stacks = [
            cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
            for stack in stacks
        ]
        self._seen = {event["EventId"] for event in self._events()}

    def left(self) -> list[Left]:
        """What was left behind since, and every snapshot of the account."""
        last: dict[tuple[str, str], dict[str, Any]] = {}
        for event in self._events():  # the newest first
            if event["EventId"] not in self._seen:
                last.setdefault((event["StackId"], event["PhysicalResourceId"]), event)
        found = {
            Left(
                event["ResourceType"],
                event["LogicalResourceId"],
                _WHY[event["ResourceStatus"]],
                event["PhysicalResourceId"],
            )
            for event in last.values()
            if event["ResourceStatus"] in _WHY
        }
        return sorted(found | set(self._snapshots()))

    def _events(self) -> Iterator[dict[str, Any]]:
        pages = self._session.client("cloudformation").get_paginator("describe_stack_events")
        for stack in self._stacks:
            for page in pages.paginate(StackName=stack):
                yield from page["StackEvents"]

    def _snapshots(self) -> Iterator[Left]:
        rds = self._session.client("rds")
        for snapshot in rds.describe_db_snapshots()["DBSnapshots"]:
            name = snapshot["DBSnapshotIdentifier"]
            yield Left("RDS snapshot", name, "the last state", name)
        for snapshot in rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]:
            name = snapshot["DBClusterSnapshotIdentifier"]
            yield Left("Aurora snapshot", name, "the last state", name)
