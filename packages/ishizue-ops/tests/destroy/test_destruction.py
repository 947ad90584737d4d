"""The end of an environment: stacks in any state, and nothing of another one.

tests/infra/emulator ends a whole one.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.deploy.aws import Account

from ishizue_ops.destroy.__main__ import deployed
from ishizue_ops.destroy.destruction import Destruction
from ishizue_ops.project import read

ARN = "arn:aws:cloudformation:ap-northeast-1:1:stack/NotesTriedService/1"


def has(account: Account, name: str, status: str) -> None:
    stack = {"StackName": name, "StackId": ARN, "StackStatus": status}
    made = {**stack, "CreationTime": datetime(2026, 11, 24, tzinfo=UTC)}
    account.responds("cloudformation", "describe_stacks", {"Stacks": [made]}, {"StackName": name})


def of_tried(account: Account, copies: str | None = None) -> Destruction:
    session: Any = account
    return Destruction(read({"ENVIRONMENT": "tried"}), session, copies, seconds=0)


def tagged(account: Account, service: str, *arns: str) -> None:
    tags = {"Project": "Notes", "Environment": "tried"}
    filters = [{"Key": key, "Values": [text]} for key, text in tags.items()]
    listed = {"ResourceTagMappingList": [{"ResourceARN": arn} for arn in arns]}
    account.responds(service, "get_resources", listed, {"TagFilters": filters})


def test_a_deployment_in_progress_is_ended_and_what_fails_keeps_nothing_from_going() -> None:
    account = Account()
    account.has_no_stack()  # the state, of which it asks first what no stack knows
    account.has_no_stack("cloudformation us-east-1")
    has(account, "NotesTriedService", "UPDATE_IN_PROGRESS")
    account.responds("cloudformation", "cancel_update_stack", {}, {"StackName": ARN})
    for status in ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"):
        has(account, ARN, status)
    account.responds("cloudformation", "list_stack_resources", {"StackResourceSummaries": []})
    for _ in range(3):
        account.responds("cloudformation", "delete_stack", {}, {"StackName": ARN})
        has(account, ARN, "DELETE_IN_PROGRESS")
        has(account, ARN, "DELETE_FAILED")
        account.responds("cloudformation", "describe_stack_events", {"StackEvents": []})
    # The state, and what releases to 1.1.0 made for an environment with roles of its own.
    for service in ("cloudformation", "cloudformation us-east-1"):
        for _ in range(3 if service == "cloudformation" else 2):
            account.has_no_stack(service)
    left = "arn:aws:elasticloadbalancing:ap-northeast-1:1:loadbalancer/app/one/2"
    gone = "arn:aws:ecs:ap-northeast-1:1:task-definition/NotesTriedService:3"
    tagged(account, "resourcegroupstaggingapi", left, gone)
    tagged(account, "resourcegroupstaggingapi us-east-1")
    [stack, resource] = of_tried(account).run(keep_snapshot=False)
    assert str(stack).startswith("NotesTriedService in ap-northeast-1: ")
    assert resource == left
    account.all_called()


def test_an_environment_with_roles_of_its_own_is_ended_as_earlier_releases_made_it() -> None:
    """Its roles delete its stacks, and carry the policy as their boundary."""
    account = Account()
    here, there = "cloudformation", "cloudformation us-west-2"
    given = {"ENVIRONMENT": "tried", "DATABASE": "aurora", "DOMAIN": "example.com"}
    old = {"BOOTSTRAP": "own", "DEPLOYMENT": "canary", "BACKUP_COPY_REGION": "us-west-2"}
    account.has_stack("NotesTriedState", Settings=json.dumps({**given, **old}))
    session: Any = account
    config, copies = deployed(session, {"ENVIRONMENT": "tried", **old})  # as `settings` exports it
    assert (config.domain, config.database, copies) == ("example.com", "aurora", "us-west-2")
    account.has_no_stack()
    account.has_stack("NotesTriedState")
    for _ in range(3):
        account.has_no_stack("cloudformation us-east-1")
    account.has_stack("NotesTriedCopies", service=there)
    account.has_stack("NotesTriedBootstrap", service=here)
    account.has_stack("NotesTriedBootstrap", service=there)
    account.has_stack("NotesTriedLimits", service=here)
    order = [name for name, _, _ in Destruction(config, session, copies).existing()]
    assert order == [
        "NotesTriedState",
        "NotesTriedCopies",
        *["NotesTriedBootstrap"] * 2,
        "NotesTriedLimits",
    ]
    account.all_called()


def test_a_vault_that_no_template_has_any_more_is_found_by_its_tags_and_emptied() -> None:
    account = Account()
    for _ in range(5):
        account.has_no_stack()
    for service in ("us-east-1", "us-west-2"):
        for _ in range(3 if service == "us-east-1" else 2):
            account.has_no_stack(f"cloudformation {service}")
    vault = "arn:aws:backup:us-west-2:1:backup-vault:notes-tried-copies"
    point = "arn:aws:backup:us-west-2:1:recovery-point:1"
    tagged(account, "resourcegroupstaggingapi")
    tagged(account, "resourcegroupstaggingapi us-east-1")
    tagged(account, "resourcegroupstaggingapi us-west-2", point, vault)
    points = {"RecoveryPoints": [{"RecoveryPointArn": point}]}
    named = {"BackupVaultName": "notes-tried-copies"}
    there = "backup us-west-2"
    account.responds(there, "list_recovery_points_by_backup_vault", points, named)
    account.responds(there, "delete_recovery_point", {}, {**named, "RecoveryPointArn": point})
    account.responds(there, "delete_backup_vault", {}, named)
    assert of_tried(account, "us-west-2").run(keep_snapshot=True) == []
    account.all_called()


@pytest.mark.parametrize("keep_snapshot", [True, False])
def test_what_rds_keeps_of_a_cluster_goes_but_its_snapshots_if_they_are_wanted(
    keep_snapshot: bool,
) -> None:
    account = Account()
    arn = "arn:aws:rds:ap-northeast-1:1:cluster-auto-backup:ab-1"
    backups = [
        {
            "DBClusterIdentifier": name,
            "DbClusterResourceId": name,
            "DBClusterAutomatedBackupsArn": arn,
        }
        for name in ("own", "another")
    ]
    snapshots = [
        {"DBClusterIdentifier": name, "DBClusterSnapshotIdentifier": f"last-of-{name}"}
        for name in ("own", "another")
    ]
    for operation, response in (
        ("describe_db_instance_automated_backups", {"DBInstanceAutomatedBackups": []}),
        ("describe_db_cluster_automated_backups", {"DBClusterAutomatedBackups": backups}),
        ("delete_db_cluster_automated_backup", {}),
        ("describe_db_snapshots", {"DBSnapshots": []}),
        ("describe_db_cluster_snapshots", {"DBClusterSnapshots": snapshots}),
    ):
        to = {"DbClusterResourceId": "own"} if operation.startswith("delete") else None
        account.responds("rds", operation, response, to)
    if not keep_snapshot:
        last = {"DBClusterSnapshotIdentifier": "last-of-own"}
        account.responds("rds", "delete_db_cluster_snapshot", {}, last)
    destruction = of_tried(account)
    destruction._remove_backups(account.client("rds"), "own", keep_snapshot=keep_snapshot)
    account.all_called()
    assert [*map(str, destruction.waiting)] == ["snapshot last-of-own: kept"] * keep_snapshot
