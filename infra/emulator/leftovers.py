"""Resources that outlive their stack: retained on purpose, or not deletable."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True, order=True)
class Left:
    """A resource that still exists but is in no stack."""

    kind: str
    name: str
    """Its logical id, or the snapshot's name."""
    why: str
    identifier: str
    """Its physical id."""


KEPT, PROTECTED = "DELETE_SKIPPED", "DELETE_FAILED"
_WHY = {KEPT: "kept by the template", PROTECTED: "protected"}


class Watch:
    """Remembers CloudFormation's events, to find those that come later."""

    def __init__(self, session: boto3.Session, stacks: tuple[str, ...]) -> None:
        self._session = session
        cloudformation = session.client("cloudformation")
        # By ARN: a deleted stack cannot be found by name.
        self._stacks = [
            cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
            for stack in stacks
        ]
        self._seen = {event["EventId"] for event in self._events()}

    def left(self) -> list[Left]:
        """What was left behind since then, and every snapshot of the account."""
        last: dict[tuple[str, str], dict[str, Any]] = {}
        for event in self._events():  # newest first
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
