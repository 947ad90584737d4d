"""Resources that outlive their stack: retained on purpose, or not deletable."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3

KEPT, PROTECTED = "DELETE_SKIPPED", "DELETE_FAILED"
KEPT_BY_TEMPLATE = "kept by the template"
_WHY = {KEPT: KEPT_BY_TEMPLATE, PROTECTED: "protected"}


@dataclass(frozen=True, order=True)
class Left:
    """A resource that still exists but is in no stack. `identifier` is its physical id."""

    kind: str
    identifier: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.identifier}: {self.why}"


def sweep(session: boto3.Session, stacks: Iterable[str], gone: Collection[str] = ()) -> list[Left]:
    """The resources that these stacks, by their ARNs, left behind, and the account's snapshots.

    `gone` are physical ids that were deleted by hand since.
    """
    found = {
        left
        for left in kept(session.client("cloudformation"), stacks)
        if left.identifier not in gone
    }
    rds = session.client("rds")
    for kind, snapshots in (
        ("DBSnapshot", rds.describe_db_snapshots()["DBSnapshots"]),
        ("DBClusterSnapshot", rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]),
    ):
        found |= {Left(kind, one[f"{kind}Identifier"], "the last state") for one in snapshots}
    return sorted(found)


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


def remove(session: boto3.Session, left: Sequence[Left]) -> list[str]:
    """Delete by hand a database that its protection kept, and its group; return what was deleted.

    RDS makes a final snapshot. The database uses the security group, and the group the network:
    neither can be deleted before the database.
    """
    kinds = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::EC2::SecurityGroup")
    instances, clusters, groups = (
        [one.identifier for one in left if one.kind == kind] for kind in kinds
    )
    rds = session.client("rds")
    ec2 = session.client("ec2")
    off: dict[str, Any] = {"DeletionProtection": False, "ApplyImmediately": True}
    for name in instances:
        if clusters:
            rds.delete_db_instance(DBInstanceIdentifier=name)
        else:
            rds.modify_db_instance(DBInstanceIdentifier=name, **off)
            last = f"{name}-last"
            rds.delete_db_instance(DBInstanceIdentifier=name, FinalDBSnapshotIdentifier=last)
    for name in clusters:
        rds.modify_db_cluster(DBClusterIdentifier=name, **off)
        rds.delete_db_cluster(DBClusterIdentifier=name, FinalDBSnapshotIdentifier=f"{name}-last")
    for name in groups:
        ec2.delete_security_group(GroupId=name)
    return [*instances, *clusters, *groups]
