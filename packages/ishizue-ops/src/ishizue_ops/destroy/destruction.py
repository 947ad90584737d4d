"""What `make destroy` deletes: stacks, what these leave, and what else has the environment's tags.

The stacks are found by their whole names, and the rest by both tags, so that no other environment
loses anything. The account's shared bootstrap stays, as do a zone and a provider that were given.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.deploy import Stopped, replication
from ishizue_ops.deploy.release import every
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.names import DATABASE_LOGS_OUTPUT
from ishizue_ops.words import Text

WAIT_DAYS = 7
"""The least that AWS waits before it deletes a key or a secret; both are free of charge then."""

_TRIES = 3
"""Interfaces of functions and tasks may outlive them by minutes, and hold the network."""

_UNBILLED = (":task-definition/", ":task/", ":security-group-rule/", ":cluster/")
"""Parts of the ARNs of what keeps its tags for some time after its end, and costs nothing."""

_KEPT = "DELETE_SKIPPED"
"""CloudFormation's status of a resource that the template keeps."""

_GROUPS = (
    "AWS::EC2::SecurityGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBClusterParameterGroup",
)
_DATABASES = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster")


def _why_left(what: str | Text, error: Exception) -> Text:
    """Why it could not be deleted; AWS's reason may have several lines."""
    why = error if isinstance(error, Stopped) else " ".join(str(error).split())
    return Text("because", what=what, why=why)


def _validates(record: Any) -> bool:
    """Whether a record is there for ACM to issue a certificate."""
    values = [each["Value"] for each in record.get("ResourceRecords", ())]
    return all(value.rstrip(".").endswith(".acm-validations.aws") for value in values)


@dataclass(frozen=True)
class Destruction:
    """One run, which looks every so many `seconds` how far a stack is."""

    config: Config
    session: boto3.Session
    copies_region: str | None = None
    """Where the last deployment kept copies of backups, images and secrets."""

    say: Callable[[str], None] = lambda text: print(text, flush=True)
    seconds: float = 15
    waiting: list[Text] = field(default_factory=list)
    """What AWS deletes by itself, each with its date."""

    _gone: set[str] = field(default_factory=set)
    """Ids, names and ARNs of what no longer exists, or is kept and named."""

    _removed: set[str] = field(default_factory=set)
    """Those of `_gone` that this command deleted, and not CloudFormation."""

    def run(self, *, keep_snapshot: bool) -> list[str | Text]:
        """Delete everything; return what is left and costs money, a line each.

        A step that fails is such a line, and does not keep the others from being done.
        """
        stacks = self._stacks()
        left = list[str | Text]()
        arns = list[tuple[str, str]]()
        databases = self._beside_the_stacks()
        for kind, name, region in databases:
            if kind in _DATABASES and region == self.config.region:
                with suppress(ClientError):  # deleted by hand, and its stack still lists it
                    self._unprotect(kind, name)
        for name, region in stacks:
            try:
                if arn := self._delete(name, region):
                    arns.append((arn, region))
            except (BotoCoreError, ClientError, Stopped) as error:
                left.append(_why_left(f"{name} in {region}", error))
        remains = [
            (kind, name, region)
            for arn, region in arns
            for kind, name in self._left_by(arn, region)
            if name not in self._removed
        ]
        self._gone.difference_update(name for _, name, _ in remains)
        for kind, name, region in (*remains, *databases):
            left += self._tried(kind, name, region, keep_snapshot=keep_snapshot)
        try:
            tagged = [*self._tagged({region for _, region in stacks})]
        except (BotoCoreError, ClientError) as error:
            return sorted({*left, _why_left(Text("unanswered"), error)}, key=str)
        for region, arn in tagged:
            # Releases to 1.1.0 copied backups with AWS Backup: no template has the vaults any more.
            _, vault, name = arn.partition(":backup-vault:")
            if vault and not self._is_gone(arn):
                kind = "AWS::Backup::BackupVault"
                left += self._tried(kind, name, region, keep_snapshot=keep_snapshot)
        left += [arn for _, arn in tagged if not self._is_gone(arn)]
        return sorted({*left}, key=str)

    def _tried(self, kind: str, name: str, region: str, *, keep_snapshot: bool) -> list[Text]:
        """Remove it, or say why it is left."""
        try:
            self._remove(kind, name, region, keep_snapshot=keep_snapshot)
        except (BotoCoreError, ClientError, Stopped) as error:
            return [_why_left(f"{kind} {name} in {region}", error)]
        return []

    def existing(self) -> list[tuple[str, str, str]]:
        """The stacks that there are: names, regions and statuses."""
        stacks = []
        for name, region in self._stacks():
            with suppress(Stopped):
                status = describe(self._client("cloudformation", region), name).status
                stacks.append((name, region, status))
        return stacks

    def _client(self, service: str, region: str) -> Any:
        return self.session.client(service, region_name=region)

    def _stacks(self) -> list[tuple[str, str]]:
        """Names and regions, in the order of deletion: roles last, and their limits after them."""
        names = self.config.names
        here = self.config.region
        copies = self.copies_region
        stacks = [
            (names.external_check_stack, OUTSIDE_REGION),
            (names.service_stack, here),
            (names.state_stack, here),
            (names.cdn_stack, OUTSIDE_REGION),
        ]
        stacks += [(names.copies_stack, copies)] if copies else []
        # Of an environment that had roles of its own.
        regions = dict.fromkeys((here, OUTSIDE_REGION, copies or here))
        stacks += [*((names.own_bootstrap, region) for region in regions)]
        stacks.append((names.own_limits, here))
        return stacks

    def _beside_the_stacks(self) -> list[tuple[str, str, str]]:
        """What no stack knows of the state's: RDS's log groups and backups, and ECR's copies."""
        here = self.config.region
        copies = self.copies_region
        name = self.config.names.state_stack
        cloudformation = self._client("cloudformation", here)
        try:
            groups = describe(cloudformation, name).outputs.get(DATABASE_LOGS_OUTPUT, "").split(",")
        except (ClientError, Stopped):
            return []
        resources = [("AWS::Logs::LogGroup", group, here) for group in groups if group]
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        for row in (row for page in pages for row in page["StackResourceSummaries"]):
            if row["ResourceType"] in _DATABASES:
                name = row["PhysicalResourceId"]
                resources.append((row["ResourceType"], name, here))
                resources += [("backups", name, region) for region in filter(None, (here, copies))]
            elif row["ResourceType"] == "AWS::ECR::Repository" and copies:
                resources.append(("AWS::ECR::Repository", row["PhysicalResourceId"], copies))
        return resources

    def _unprotect(self, kind: str, name: str) -> None:
        """Turn off deletion protection.

        CloudFormation then deletes the database after a final snapshot.
        """
        rds = self._client("rds", self.config.region)
        off: dict[str, Any] = {"DeletionProtection": False, "ApplyImmediately": True}
        if kind == "AWS::RDS::DBCluster":
            rds.modify_db_cluster(DBClusterIdentifier=name, **off)
        else:
            rds.modify_db_instance(DBInstanceIdentifier=name, **off)

    def _delete(self, name: str, region: str) -> str | None:
        """Delete a stack, whatever it is doing, and return its ARN; None if there is none."""
        cloudformation = self._client("cloudformation", region)
        try:
            stack = describe(cloudformation, name)
        except Stopped:
            return None
        self.say(f"deleting {name} in {region}")
        arn = stack.arn
        if stack.status == "UPDATE_IN_PROGRESS":
            with suppress(ClientError):  # it may have ended meanwhile
                cloudformation.cancel_update_stack(StackName=arn)
        if stack.status != "CREATE_IN_PROGRESS":
            self._settled(cloudformation, arn)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=arn)
        made = {
            row["PhysicalResourceId"]
            for page in pages
            for row in page["StackResourceSummaries"]
            if row.get("PhysicalResourceId")
        }
        for _ in range(_TRIES):
            cloudformation.delete_stack(StackName=arn)
            if self._settled(cloudformation, arn) == "DELETE_COMPLETE":
                self._gone.update(made)  # a deleted NAT gateway has its tags for an hour
                return arn
            self._remove_kept(arn, region)
        raise Stopped(Text("deletion-failed"))

    def _remove_kept(self, arn: str, region: str) -> None:
        """Delete what a protected database needs and was kept: its groups hold the network."""
        for kind, name in self._left_by(arn, region, statuses=(_KEPT,)):
            if kind in _GROUPS:
                with suppress(ClientError):
                    self._remove(kind, name, region, keep_snapshot=True)

    def _left_by(
        self, stack: str, region: str, statuses: Sequence[str] = (_KEPT, "DELETE_FAILED")
    ) -> list[tuple[str, str]]:
        """The types and physical ids of what a stack, by its ARN, left in these statuses."""
        last: dict[str, dict[str, Any]] = {}
        events = self._client("cloudformation", region).get_paginator("describe_stack_events")
        for page in events.paginate(StackName=stack):
            for event in page["StackEvents"]:  # newest first
                last.setdefault(event["PhysicalResourceId"], event)
        return sorted(
            (event["ResourceType"], name)
            for name, event in last.items()
            if event["ResourceStatus"] in statuses
            and event["ResourceType"] != "AWS::CloudFormation::Stack"
        )

    def _settled(self, cloudformation: Any, arn: str) -> str:
        """The status once nothing is in progress; at most two hours."""
        status = ""
        for _ in every(self.seconds, times=480):
            status = describe(cloudformation, arn).status
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                break
        return status

    def _remove(self, kind: str, name: str, region: str, *, keep_snapshot: bool) -> None:
        """Delete what a stack left, or have AWS delete it; what is not known here stays tagged."""
        client = partial(self._client, region=region)
        until = None
        match kind:
            case "AWS::ECR::Repository":
                ecr = client("ecr")
                replication.replicate(ecr, name, account="", region=None)
                with suppress(ecr.exceptions.RepositoryNotFoundException):
                    ecr.delete_repository(repositoryName=name, force=True)
            case "AWS::Logs::LogGroup":
                logs = client("logs")
                with suppress(logs.exceptions.ResourceNotFoundException):
                    logs.delete_log_group(logGroupName=name)
            case "AWS::S3::Bucket":
                bucket = self.session.resource("s3", region_name=region).Bucket(name)
                bucket.object_versions.delete()
                bucket.delete()
            case "AWS::SecretsManager::Secret":
                secrets = client("secretsmanager")
                replicas = secrets.describe_secret(SecretId=name).get("ReplicationStatus", ())
                if regions := [replica["Region"] for replica in replicas]:
                    secrets.remove_regions_from_replication(
                        SecretId=name, RemoveReplicaRegions=regions
                    )
                deleted = secrets.delete_secret(SecretId=name, RecoveryWindowInDays=WAIT_DAYS)
                until = deleted["DeletionDate"]
            case "AWS::KMS::Key":
                kms = client("kms")
                until = kms.schedule_key_deletion(KeyId=name, PendingWindowInDays=WAIT_DAYS)[
                    "DeletionDate"
                ]
            case "AWS::EC2::SecurityGroup":
                client("ec2").delete_security_group(GroupId=name)
            case "AWS::RDS::DBSubnetGroup":
                client("rds").delete_db_subnet_group(DBSubnetGroupName=name)
            case "AWS::RDS::DBParameterGroup":
                client("rds").delete_db_parameter_group(DBParameterGroupName=name)
            case "AWS::RDS::DBClusterParameterGroup":
                client("rds").delete_db_cluster_parameter_group(DBClusterParameterGroupName=name)
            case "AWS::Route53::HostedZone":
                self._remove_zone(client("route53"), name)
            case "AWS::Backup::BackupVault":
                self._empty(client("backup"), name)
            case "backups":
                self._remove_backups(client("rds"), name, keep_snapshot=keep_snapshot)
            case _:
                return
        self._gone.add(name)
        self._removed.add(name)
        self.say(f"{kind} {name} in {region}: deleted{f' on {until:%Y-%m-%d}' if until else ''}")
        if until:
            what = f"{kind} {name} in {region}"
            self.waiting.append(Text("deleted-later", what=what, until=until))

    def _remove_zone(self, route53: Any, zone: str) -> None:
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

    def _empty(self, backup: Any, vault: str) -> None:
        """Delete a vault's copies, and the vault; a lock keeps both until the copies expire."""
        pages = backup.get_paginator("list_recovery_points_by_backup_vault")
        for page in pages.paginate(BackupVaultName=vault):
            for point in page["RecoveryPoints"]:
                arn = point["RecoveryPointArn"]
                backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=arn)
                self._gone.add(arn)
        backup.delete_backup_vault(BackupVaultName=vault)

    def _remove_backups(self, rds: Any, name: str, *, keep_snapshot: bool) -> None:
        """Delete what RDS keeps of a database that is gone: automated backups, and snapshots."""
        for backup in _listed(rds, "describe_db_instance_automated_backups", name):
            arn = backup["DBInstanceAutomatedBackupsArn"]
            rds.delete_db_instance_automated_backup(DBInstanceAutomatedBackupsArn=arn)
            self._gone.add(arn)
        for backup in _listed(rds, "describe_db_cluster_automated_backups", name):
            cluster = backup["DbClusterResourceId"]
            rds.delete_db_cluster_automated_backup(DbClusterResourceId=cluster)
            self._gone.add(backup["DBClusterAutomatedBackupsArn"])
        manual = {"SnapshotType": "manual"}
        of_instances = _listed(rds, "describe_db_snapshots", name, **manual)
        of_clusters = _listed(rds, "describe_db_cluster_snapshots", name, **manual)
        snapshots = [snapshot["DBSnapshotIdentifier"] for snapshot in of_instances]
        cluster_snapshots = [snapshot["DBClusterSnapshotIdentifier"] for snapshot in of_clusters]
        self._gone.update(snapshots, cluster_snapshots)
        if keep_snapshot:
            kept = (*snapshots, *cluster_snapshots)
            self.waiting.extend(Text("snapshot-kept", snapshot=name) for name in kept)
            return
        for snapshot in snapshots:
            rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)
        for snapshot in cluster_snapshots:
            rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=snapshot)

    def _tagged(self, regions: set[str]) -> Iterator[tuple[str, str]]:
        """The regions and the ARNs of what has the environment's tags, or had them lately."""
        filters = [{"Key": key, "Values": [text]} for key, text in self.config.names.tags.items()]
        for region in sorted(regions):
            tagging = self._client("resourcegroupstaggingapi", region)
            for page in tagging.get_paginator("get_resources").paginate(TagFilters=filters):
                for resource in page["ResourceTagMappingList"]:
                    yield region, str(resource["ResourceARN"])

    def _is_gone(self, arn: str) -> bool:
        ends = (":" + arn.removesuffix(":*")).replace("/", ":")
        removed = any(ends.endswith((":" + name).replace("/", ":")) for name in self._gone)
        return removed or any(part in arn for part in _UNBILLED)


def _listed(rds: Any, operation: str, name: str, **options: str) -> list[dict[str, Any]]:
    """What an operation lists of an instance or a cluster.

    RDS refuses to filter by the name of one that is gone, which these are.
    """
    pages = rds.get_paginator(operation).paginate(**options).build_full_result()
    return [
        entry
        for page in pages.values()
        for entry in page
        if name in (entry.get("DBInstanceIdentifier"), entry.get("DBClusterIdentifier"))
    ]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore signals in the block: what stays is billed."""
    numbers = signal.SIGINT, signal.SIGTERM
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
