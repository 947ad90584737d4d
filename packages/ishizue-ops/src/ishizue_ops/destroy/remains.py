"""What is left beside an environment's stacks: how each kind is deleted, and in which order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import ClientError

from ishizue_ops.deploy import Stopped, replication
from ishizue_ops.deploy.release import every
from ishizue_ops.words import Text

WAIT_DAYS = 7
"""The least that AWS waits before it deletes a key or a secret; both are free of charge then."""

ORDER = {
    # Who deletes a cluster with instances gets InvalidDBClusterStateFault (RDS's API reference,
    # DeleteDBCluster).
    "AWS::RDS::DBInstance": ":db:",
    "AWS::RDS::DBCluster": ":cluster:",
    # RDS keeps them when a database goes, and refuses to delete those of one that is there.
    "backups": ":auto-backup: :cluster-auto-backup: :snapshot: :cluster-snapshot:",
    # Groups that a database uses are in use: its interface holds the security group.
    "AWS::RDS::DBSubnetGroup": ":subgrp:",
    "AWS::RDS::DBParameterGroup": ":pg:",
    "AWS::RDS::DBClusterParameterGroup": ":cluster-pg:",
    "AWS::EC2::SecurityGroup": ":security-group/",
    "AWS::ECR::Repository": ":repository/",
    "AWS::Logs::LogGroup": ":log-group:",
    "AWS::S3::Bucket": ":s3:::",
    "AWS::SecretsManager::Secret": ":secret:",
    "AWS::Route53::HostedZone": ":hostedzone/",
    # Of releases to 1.2.0, which copied backups with AWS Backup.
    "AWS::Backup::BackupVault": ":backup-vault:",
    # What a key encrypts can be read no more without it.
    "AWS::KMS::Key": ":key/",
}
"""The kinds in the order in which AWS deletes them, with what comes before the name in an ARN.

`backups` are those of a database, by its name, or one of them, by its ARN.
"""

DATABASES = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster")

_TRIES = 3
"""Load balancers and CloudFront may still write a log into a bucket that was just emptied."""


class Remain(NamedTuple):
    """Something that is left, by its physical id."""

    kind: str
    name: str
    region: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name} in {self.region}"


def by_arn(arn: str, region: str) -> Remain | None:
    """What an ARN names, if it is of a kind that is deleted here."""
    for kind, parts in ORDER.items():
        for part in parts.split():
            _, found, name = arn.partition(part)
            if found:
                whole = kind in ("backups", "AWS::SecretsManager::Secret")
                return Remain(kind, arn if whole else name.removesuffix(":*"), region)
    return None


def in_order(remains: set[Remain]) -> list[Remain]:
    """These in the order in which AWS deletes them; first, of kinds that are not deleted here."""
    kinds = {kind: number for number, kind in enumerate(ORDER)}
    return sorted(remains, key=lambda remain: (kinds.get(remain.kind, -1), remain))


@dataclass(frozen=True)
class Remover:
    """Deletes what is left, or has AWS delete it later."""

    session: boto3.Session
    seconds: float
    say: Callable[[Text], None]
    keep_snapshot: bool
    waiting: list[Text] = field(default_factory=list)
    """What AWS deletes by itself, each with its date, and the snapshots that are kept."""

    gone: set[str] = field(default_factory=set)
    """Ids, names and ARNs of what this deleted, or is kept and named."""

    absent: set[Remain] = field(default_factory=set)
    """What was not there any more."""

    def remove(self, remain: Remain) -> None:
        """Delete it, if it is there. Raises ClientError and Stopped."""
        try:
            until = self._remove(remain)
        except ClientError as error:
            if not _is_absent(error):
                raise
            self.absent.add(remain)
            return
        if remain.kind == "backups":
            return
        self.gone.add(remain.name)
        later = Text("deleted-later", what=remain, until=until) if until else None
        self.say(later or Text("deleted", what=remain))
        if later:
            self.waiting.append(later)

    def _remove(self, remain: Remain) -> datetime | None:
        """Delete it; returns the date if AWS does so later."""
        kind, name, region = remain
        client = partial(self.session.client, region_name=region)
        match kind:
            case "AWS::RDS::DBInstance":
                self._remove_instance(client("rds"), name)
            case "AWS::RDS::DBCluster":
                self._remove_cluster(client("rds"), name)
            case "backups":
                self._remove_backups(client("rds"), name)
            case "AWS::RDS::DBSubnetGroup":
                client("rds").delete_db_subnet_group(DBSubnetGroupName=name)
            case "AWS::RDS::DBParameterGroup":
                client("rds").delete_db_parameter_group(DBParameterGroupName=name)
            case "AWS::RDS::DBClusterParameterGroup":
                client("rds").delete_db_cluster_parameter_group(DBClusterParameterGroupName=name)
            case "AWS::EC2::SecurityGroup":
                client("ec2").delete_security_group(GroupId=name)
            case "AWS::ECR::Repository":
                ecr = client("ecr")
                replication.replicate(ecr, name, account="", region=None)
                ecr.delete_repository(repositoryName=name, force=True)
            case "AWS::Logs::LogGroup":
                client("logs").delete_log_group(logGroupName=name)
            case "AWS::S3::Bucket":
                self._remove_bucket(name, region)
            case "AWS::SecretsManager::Secret":
                return _remove_secret(client("secretsmanager"), name)
            case "AWS::Route53::HostedZone":
                _remove_zone(client("route53"), name)
            case "AWS::Backup::BackupVault":
                self._empty_vault(client("backup"), name)
            case "AWS::KMS::Key":
                return _remove_key(client("kms"), client("rds"), name)
            case _:
                raise ValueError(kind)
        return None

    def _remove_instance(self, rds: Any, name: str) -> None:
        [found] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        options = {"DBInstanceIdentifier": name}
        if found.get("DBClusterIdentifier"):  # which has the protection, and the last snapshot
            self._end(rds.delete_db_instance, options, rds.describe_db_instances)
            return
        rds.modify_db_instance(**options, DeletionProtection=False, ApplyImmediately=True)
        last = self._last_snapshot(name)
        self._end(rds.delete_db_instance, options, rds.describe_db_instances, **last)
        self._remove_backups(rds, name)

    def _remove_cluster(self, rds: Any, name: str) -> None:
        options = {"DBClusterIdentifier": name}
        [found] = rds.describe_db_clusters(**options)["DBClusters"]
        for member in found["DBClusterMembers"]:
            self._remove_instance(rds, member["DBInstanceIdentifier"])
        rds.modify_db_cluster(**options, DeletionProtection=False, ApplyImmediately=True)
        last = self._last_snapshot(name)
        self._end(rds.delete_db_cluster, options, rds.describe_db_clusters, **last)
        self._remove_backups(rds, name)

    def _last_snapshot(self, name: str) -> dict[str, Any]:
        if not self.keep_snapshot:
            return {"SkipFinalSnapshot": True}
        named = f"{name}-last-{datetime.now(UTC):%Y%m%d%H%M%S}"
        return {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": named}

    def _end(
        self,
        delete: Callable[..., Any],
        options: Mapping[str, str],
        describe: Callable[..., Any],
        **last: Any,
    ) -> None:
        """Delete a database and wait until it is gone; at most two hours. Raises Stopped.

        RDS refuses while it makes a backup, and says so again while it deletes.
        """
        asked = False
        for _ in every(self.seconds, times=480):
            try:
                if not asked:
                    delete(**options, **last)
                    asked = True
                describe(**options)
            except ClientError as error:
                if _is_absent(error):
                    self.gone.update(options.values())
                    return
                if "State" not in error.response["Error"]["Code"]:
                    raise
        raise Stopped(Text("deletion-failed"))

    def _remove_backups(self, rds: Any, name: str) -> None:
        """Delete what RDS keeps of a database that is gone: automated backups, and snapshots."""
        for backup in _listed(rds, "describe_db_instance_automated_backups", name):
            arn = backup["DBInstanceAutomatedBackupsArn"]
            rds.delete_db_instance_automated_backup(DBInstanceAutomatedBackupsArn=arn)
            self.gone.add(arn)
        for backup in _listed(rds, "describe_db_cluster_automated_backups", name):
            cluster = backup["DbClusterResourceId"]
            rds.delete_db_cluster_automated_backup(DbClusterResourceId=cluster)
            self.gone.add(backup["DBClusterAutomatedBackupsArn"])
        for kind in ("DBSnapshot", "DBClusterSnapshot"):
            verb = "db_snapshot" if kind == "DBSnapshot" else "db_cluster_snapshot"
            for each in _listed(rds, f"describe_{verb}s", name, SnapshotType="manual"):
                snapshot = each[f"{kind}Identifier"]
                if snapshot in self.gone:
                    continue
                if self.keep_snapshot:
                    self.waiting.append(Text("snapshot-kept", snapshot=snapshot))
                else:
                    getattr(rds, f"delete_{verb}")(**{f"{kind}Identifier": snapshot})
                self.gone.add(snapshot)

    def _remove_bucket(self, name: str, region: str) -> None:
        bucket = self.session.resource("s3", region_name=region).Bucket(name)
        for left in reversed(range(_TRIES)):
            bucket.object_versions.delete()
            try:
                bucket.delete()
            except ClientError as error:
                if not left or "BucketNotEmpty" not in str(error):
                    raise
            else:
                return

    def _empty_vault(self, backup: Any, vault: str) -> None:
        """Delete a vault's copies, and the vault; a lock keeps both until the copies expire."""
        pages = backup.get_paginator("list_recovery_points_by_backup_vault")
        for page in pages.paginate(BackupVaultName=vault):
            for point in page["RecoveryPoints"]:
                arn = point["RecoveryPointArn"]
                backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=arn)
                self.gone.add(arn)
        backup.delete_backup_vault(BackupVaultName=vault)


def _remove_secret(secrets: Any, name: str) -> datetime:
    """Have AWS delete a secret and its replicas; returns the date."""
    found = secrets.describe_secret(SecretId=name)
    at: datetime | None = found.get("DeletedDate")
    if at:
        return at
    replicas = found.get("ReplicationStatus", ())
    if regions := [replica["Region"] for replica in replicas]:
        secrets.remove_regions_from_replication(SecretId=name, RemoveReplicaRegions=regions)
    deleted = secrets.delete_secret(SecretId=name, RecoveryWindowInDays=WAIT_DAYS)
    later: datetime = deleted["DeletionDate"]
    return later


def _remove_key(kms: Any, rds: Any, name: str) -> datetime:
    """Have AWS delete a key that nothing needs; returns the date. Raises Stopped."""
    found: datetime | None = kms.describe_key(KeyId=name)["KeyMetadata"].get("DeletionDate")
    if found:
        return found
    if encrypted := [*_encrypted_by(rds, name)]:
        raise Stopped(Text("encrypts", what=", ".join(encrypted)))
    scheduled = kms.schedule_key_deletion(KeyId=name, PendingWindowInDays=WAIT_DAYS)
    later: datetime = scheduled["DeletionDate"]
    return later


def _remove_zone(route53: Any, zone: str) -> None:
    """Delete the zone that a stack made, unless somebody has put records of their own into it.

    Raises Stopped then.
    """
    pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
    records = [record for page in pages for record in page["ResourceRecordSets"]]
    ours = [record for record in records if record["Type"] == "CNAME" and _validates(record)]
    if others := [
        f"{record['Name']} {record['Type']}"
        for record in records
        if record not in ours and record["Type"] not in ("NS", "SOA")
    ]:
        raise Stopped(Text("records-of-yours", records=", ".join(others)))
    if ours:
        changes = [{"Action": "DELETE", "ResourceRecordSet": record} for record in ours]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    route53.delete_hosted_zone(Id=zone)


def _validates(record: Any) -> bool:
    """Whether a record is there for ACM to issue a certificate."""
    values = [each["Value"] for each in record.get("ResourceRecords", ())]
    return all(value.rstrip(".").endswith(".acm-validations.aws") for value in values)


def _encrypted_by(rds: Any, key: str) -> Iterator[str]:
    """The backups and snapshots in the key's region that could not be restored without it."""
    for operation in (
        "describe_db_instance_automated_backups",
        "describe_db_snapshots",
        "describe_db_cluster_snapshots",
    ):
        pages = rds.get_paginator(operation).paginate().build_full_result()
        for entry in (entry for page in pages.values() for entry in page):
            if entry.get("KmsKeyId", "").endswith(key):
                yield str(
                    entry.get("DBSnapshotIdentifier")
                    or entry.get("DBClusterSnapshotIdentifier")
                    or entry["DBInstanceIdentifier"]
                )


def _is_absent(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return "NotFound" in code or code.startswith("NoSuch")


def _listed(rds: Any, operation: str, name: str, **options: str) -> list[dict[str, Any]]:
    """What an operation lists of an instance or a cluster, or the one of this ARN.

    RDS refuses to filter by the name of a database that is gone, which these are.
    """
    pages = rds.get_paginator(operation).paginate(**options).build_full_result()
    return [
        entry
        for page in pages.values()
        for entry in page
        if any(key.endswith(("Identifier", "Arn")) and entry[key] == name for key in entry)
    ]
