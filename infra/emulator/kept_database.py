"""The end of a database that protection kept, by hand: no stack has it any more.

It holds its security group, and that the network: nothing of that goes before it.
"""

from collections.abc import Iterable

import boto3

from infra.emulator.leftovers import Left


def remove(session: boto3.Session, left: Iterable[Left]) -> list[str]:
    """Take the protection off, delete with a last snapshot, then the group; what was deleted."""
    by_kind: dict[str, list[str]] = {}
    for one in left:
        by_kind.setdefault(one.kind, []).append(one.identifier)
    rds, ec2 = session.client("rds"), session.client("ec2")
    clusters = by_kind.get("AWS::RDS::DBCluster", [])
    instances = by_kind.get("AWS::RDS::DBInstance", [])
    groups = by_kind.get("AWS::EC2::SecurityGroup", [])
    for instance in instances:
        if clusters:
            rds.delete_db_instance(DBInstanceIdentifier=instance)
        else:
            rds.modify_db_instance(
                DBInstanceIdentifier=instance, DeletionProtection=False, ApplyImmediately=True
            )
            rds.delete_db_instance(
                DBInstanceIdentifier=instance, FinalDBSnapshotIdentifier=f"{instance}-last"
            )
    for cluster in clusters:
        rds.modify_db_cluster(
            DBClusterIdentifier=cluster, DeletionProtection=False, ApplyImmediately=True
        )
        rds.delete_db_cluster(
            DBClusterIdentifier=cluster, FinalDBSnapshotIdentifier=f"{cluster}-last"
        )
    for group in groups:
        ec2.delete_security_group(GroupId=group)
    return [*instances, *clusters, *groups]
