"""Delete by hand a database that its protection kept when its stack let go of it.

It uses a security group, and that the network: neither can be deleted before it.
"""

from collections.abc import Sequence
from typing import Any

import boto3

from infra.emulator.leftovers import Left


def remove(session: boto3.Session, left: Sequence[Left]) -> list[str]:
    """Delete the database with a final snapshot, then its group; return what was deleted."""
    kinds = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::EC2::SecurityGroup")
    instances, clusters, groups = (
        [one.identifier for one in left if one.kind == kind] for kind in kinds
    )
    rds, ec2 = session.client("rds"), session.client("ec2")
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
