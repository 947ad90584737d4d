"""An account that refuses what AWS refuses: who goes before what, and a right that is missing."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import MagicMock as Mock

from botocore.exceptions import ClientError

HERE = "ap-northeast-1"
SERVICE, STATE = "NotesTriedService", "NotesTriedState"
NEEDS = {
    # What must be gone before each kind can go: CloudFormation's, RDS's and EC2's rules.
    STATE: {SERVICE, "instance", "member", "cluster", "group"},
    "cluster": {"member"},
    "subnets": {"instance", "cluster"},
    "group": {"instance", "member", "cluster"},
    "backup": {"instance"},
    "bucket": {"objects"},
    "vault": {"point"},
}
KINDS = {
    "instance": "AWS::RDS::DBInstance",
    "cluster": "AWS::RDS::DBCluster",
    "subnets": "AWS::RDS::DBSubnetGroup",
    "group": "AWS::EC2::SecurityGroup",
    "repository": "AWS::ECR::Repository",
    "logs": "AWS::Logs::LogGroup",
    "bucket": "AWS::S3::Bucket",
    "secret": "AWS::SecretsManager::Secret",
    "key": "AWS::KMS::Key",
    "table": "AWS::DynamoDB::Table",
}
KEPT = ("subnets", "group", "repository", "logs", "bucket", "secret", "key")
"""What the state's stack keeps when it goes."""

_ARN = "arn:aws:{}:ap-northeast-1:1:{}"
ARNS = {
    "instance": _ARN.format("rds", "db:instance"),
    "cluster": _ARN.format("rds", "cluster:cluster"),
    "subnets": _ARN.format("rds", "subgrp:subnets"),
    "backup": _ARN.format("rds", "auto-backup:backup"),
    "snapshot": _ARN.format("rds", "snapshot:snapshot"),
    "group": _ARN.format("ec2", "security-group/group"),
    "repository": _ARN.format("ecr", "repository/repository"),
    "logs": _ARN.format("logs", "log-group:logs"),
    "bucket": "arn:aws:s3:::bucket",
    "secret": _ARN.format("secretsmanager", "secret:secret"),
    "key": _ARN.format("kms", "key/key"),
    "table": _ARN.format("dynamodb", "table/table"),
    "vault": _ARN.format("backup", "backup-vault:vault"),
    "point": _ARN.format("backup", "recovery-point:point"),
}
NAMED_BY = {
    "delete_backup_vault": "BackupVaultName",
    "delete_db_cluster": "DBClusterIdentifier",
    "delete_db_instance": "DBInstanceIdentifier",
    "delete_db_instance_automated_backup": "DBInstanceAutomatedBackupsArn",
    "delete_db_snapshot": "DBSnapshotIdentifier",
    "delete_db_subnet_group": "DBSubnetGroupName",
    "delete_log_group": "logGroupName",
    "delete_recovery_point": "RecoveryPointArn",
    "delete_repository": "repositoryName",
    "delete_security_group": "GroupId",
}
"""The parameter of each call that only deletes, which names what."""
LATER = datetime(2026, 12, 31, tzinfo=UTC)


def _stack(name: str, status: str) -> Any:
    return {"Stacks": [{"StackName": name, "StackId": name, "StackStatus": status}]}


class FakeAccount:
    """An account with these things, each of which has one name; some cannot be deleted."""

    def __init__(self, there: set[str], refused: set[str], updating: set[str]) -> None:
        self.there = there
        self.updating = updating
        self.ended = set[str]()
        self.failed = set[str]()
        self._refused = refused

    def client(self, _service: str, region_name: str = HERE) -> Any:
        return _Client(self, region_name)

    resource = client

    def delete(self, what: str) -> None:
        """Delete it, or refuse as AWS does."""
        if what not in self.there:
            raise refusal(f"{what}NotFound")
        if what in self._refused:
            raise refusal("AccessDenied")
        if NEEDS.get(what, set()) & self.there or what in self.updating:
            raise refusal("DependencyViolation")
        self.there.remove(what)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "Stack does not exist"}}, "Call")


class _Client:
    """Every service in one: the calls that a destruction makes. Any other one lists nothing."""

    def __init__(self, account: FakeAccount, region: str) -> None:
        self._account = account
        self._there = account.there if region == HERE else set[str]()
        self.meta = self

    def __getattr__(self, call: str) -> Any:
        if call == "Bucket":
            return partial(_Bucket, self._account)
        if call in NAMED_BY:
            return lambda **given: self._account.delete(given[NAMED_BY[call]].rpartition(":")[2])
        return lambda **_: {}

    def get_paginator(self, call: str) -> Any:
        return _Paginator(getattr(self, call))

    # CloudFormation

    def describe_stacks(self, **given: Any) -> Any:
        if given["StackName"] not in self._there:
            if given["StackName"] in self._account.ended:
                return _stack(given["StackName"], "DELETE_COMPLETE")
            raise refusal("ValidationError")
        if given["StackName"] in self._account.updating:
            return _stack(given["StackName"], "UPDATE_IN_PROGRESS")
        failed = given["StackName"] in self._account.failed
        return _stack(given["StackName"], "DELETE_FAILED" if failed else "UPDATE_COMPLETE")

    def cancel_update_stack(self, **given: Any) -> None:
        self._account.updating.remove(given["StackName"])

    def list_stack_resources(self, **given: Any) -> Any:
        names = [*KINDS] if given["StackName"] == STATE else []
        rows = [{"ResourceType": KINDS[name], "PhysicalResourceId": name} for name in names]
        return {"StackResourceSummaries": rows}

    def delete_stack(self, **given: Any) -> None:
        try:
            self._account.delete(given["StackName"])
            self._account.ended.add(given["StackName"])
        except ClientError:
            self._account.failed.add(given["StackName"])

    def describe_stack_events(self, **given: Any) -> Any:
        names = (*KEPT, *({"table"} & self._account.there)) if given["StackName"] == STATE else ()
        return {
            "StackEvents": [
                {
                    "PhysicalResourceId": name,
                    "ResourceType": KINDS[name],
                    "ResourceStatus": "DELETE_SKIPPED",
                }
                for name in names
            ]
        }

    # RDS

    def describe_db_instances(self, **given: Any) -> Any:
        if given["DBInstanceIdentifier"] not in self._there:
            raise refusal("DBInstanceNotFound")
        cluster = (
            {"DBClusterIdentifier": "cluster"} if given["DBInstanceIdentifier"] == "member" else {}
        )
        return {"DBInstances": [{"DBInstanceIdentifier": given["DBInstanceIdentifier"], **cluster}]}

    def describe_db_clusters(self, **given: Any) -> Any:
        if given["DBClusterIdentifier"] not in self._there:
            raise refusal("DBClusterNotFoundFault")
        members = [{"DBInstanceIdentifier": "member"}] if "member" in self._there else []
        return {"DBClusters": [{"DBClusterMembers": members}]}

    def describe_db_instance_automated_backups(self) -> Any:
        named = {"DBInstanceIdentifier": "instance", "KmsKeyId": "key"}
        backup = {**named, "DBInstanceAutomatedBackupsArn": ARNS["backup"]}
        return {"DBInstanceAutomatedBackups": [backup] if "backup" in self._there else []}

    def describe_db_snapshots(self, **_: Any) -> Any:
        named = {"DBInstanceIdentifier": "instance", "KmsKeyId": "key"}
        snapshot = {**named, "DBSnapshotIdentifier": "snapshot", "DBSnapshotArn": ARNS["snapshot"]}
        return {"DBSnapshots": [snapshot] if "snapshot" in self._there else []}

    # Others

    def get_resources(self, **_: Any) -> Any:
        names = [name for name in self._there if name in ARNS]
        return {"ResourceTagMappingList": [{"ResourceARN": ARNS[name]} for name in names]}

    def describe_registry(self) -> Any:
        return {"replicationConfiguration": {"rules": []}}

    def list_recovery_points_by_backup_vault(self, **_: Any) -> Any:
        points = [{"RecoveryPointArn": "point"}] if "point" in self._there else []
        return {"RecoveryPoints": points}

    def delete_secret(self, **given: Any) -> Any:
        self._account.delete(given["SecretId"].rpartition(":")[2])
        return {"DeletionDate": LATER}

    def describe_key(self, **_: Any) -> Any:
        if "key" not in self._there:
            raise refusal("NotFoundException")
        return {"KeyMetadata": {}}

    def schedule_key_deletion(self, **given: Any) -> Any:
        self._account.delete(given["KeyId"])
        return {"DeletionDate": LATER}


class _Bucket:
    def __init__(self, account: FakeAccount, name: str) -> None:
        self._account = account
        self._name = name
        self.object_versions = Mock(delete=lambda: account.there.discard("objects"))

    def delete(self) -> None:
        self._account.delete(self._name)


class _Paginator:
    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def paginate(self, **given: Any) -> Any:
        pages = [self._call(**given)]
        return Mock(
            __iter__=lambda _: iter(pages),
            build_full_result=lambda: pages[0],
        )
