"""The migration as a one-off task."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from infra.deploy.release import ReleaseError, migration
from infra.deploy.release.stacks import Stack
from tests.infra.deploy.aws import DIGEST, OTHER_DIGEST, Account

CLUSTER = "KiroSampleState-MigrationCluster-1"
TASK = f"arn:aws:ecs:ap-northeast-1:123456789012:task/{CLUSTER}/0123abcd"
OUTPUTS = {
    "MigrationCluster": CLUSTER,
    "MigrationTask": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/migration:7",
    "MigrationSubnets": "subnet-a,subnet-c",
    "MigrationSecurityGroup": "sg-tasks",
    "MigrationLogs": "the-logs",
}


def _starts(account: Account) -> None:
    network = {
        "subnets": ["subnet-a", "subnet-c"],
        "securityGroups": ["sg-tasks"],
        "assignPublicIp": "DISABLED",
    }
    account.responds(
        "ecs",
        "run_task",
        {"tasks": [{"taskArn": TASK}], "failures": []},
        {
            "cluster": CLUSTER,
            "taskDefinition": OUTPUTS["MigrationTask"],
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": network},
        },
    )


def _is(account: Account, status: str, container: Mapping[str, Any] = {}, **task: Any) -> None:
    containers = [{"name": "sidecar", "exitCode": 9}, {"name": "migrate", **container}]
    found = {"taskArn": TASK, "lastStatus": status, "containers": containers, **task}
    to = {"cluster": CLUSTER, "tasks": [TASK]}
    account.responds("ecs", "describe_tasks", {"tasks": [found]}, to)


def _said(account: Account, *messages: str) -> None:
    account.responds(
        "logs",
        "get_log_events",
        {"events": [{"message": message} for message in messages]},
        {
            "logGroupName": "the-logs",
            "logStreamName": "migrate/migrate/0123abcd",
            "limit": 1,
            "startFromHead": False,
        },
    )


def _run(
    account: Account, *, digest: str = DIGEST, outputs: Mapping[str, str] = OUTPUTS
) -> str | None:
    state = Stack("KiroSampleState", "UPDATE_COMPLETE", {"ImageDigest": digest}, outputs)
    ecs, logs = account.client("ecs"), account.client("logs")
    return migration.run(ecs, logs, state=state, digest=DIGEST, attempts=range(3))


def test_it_waits_for_the_migration_and_returns_its_last_log_line(account: Account) -> None:
    _starts(account)
    # ECS may not show a new task yet.
    missing = {"tasks": [], "failures": [{"reason": "MISSING"}]}
    account.responds("ecs", "describe_tasks", missing)
    _is(account, "RUNNING")
    _is(account, "STOPPED", {"exitCode": 0})
    _said(account, "applied: 2\n")
    assert _run(account) == "applied: 2"


def test_a_failed_migration_is_reported_by_its_last_log_line(account: Account) -> None:
    _starts(account)
    _is(account, "STOPPED", {"exitCode": 1}, stoppedReason="Essential container exited")
    _said(account, "kirosample: the database cannot be reached: timeout")
    with pytest.raises(ReleaseError, match=r"exit code 1: kirosample: the database cannot be"):
        _run(account)


def test_a_failed_migration_without_a_log_is_reported_by_ecs_s_reason(account: Account) -> None:
    _starts(account)
    _is(account, "STOPPED", {"exitCode": 137, "reason": "OutOfMemoryError: killed"})
    account.refuses("logs", "get_log_events", "ResourceNotFoundException")
    with pytest.raises(ReleaseError, match=r"exit code 137: OutOfMemoryError: killed$"):
        _run(account)


def test_the_exit_code_decides_if_the_log_cannot_be_read(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = EndpointConnectionError(endpoint_url="https://logs")
    denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetLogEvents")
    read = Mock(side_effect=[away, denied])
    monkeypatch.setattr(account.client("logs"), "get_log_events", read)
    for code in (0, 1):
        _starts(account)
        _is(account, "STOPPED", {"exitCode": code})
    assert _run(account) == f"its log cannot be read: {away}"
    with pytest.raises(ReleaseError, match=r"exit code 1: its log cannot be read: .*AccessDenied"):
        _run(account)


def test_a_task_that_never_started_is_an_error(account: Account) -> None:
    _starts(account)
    _is(account, "STOPPED", stoppedReason="CannotPullContainerError:\n no such image")
    with pytest.raises(ReleaseError, match=r"never started: CannotPullContainerError: no such"):
        _run(account)


def test_a_task_that_ecs_does_not_run_is_an_error(account: Account) -> None:
    account.responds("ecs", "run_task", {"tasks": [], "failures": [{"reason": "CAPACITY"}]})
    with pytest.raises(ReleaseError, match=r"ECS does not run the task: CAPACITY$"):
        _run(account)


def test_a_migration_that_times_out_is_stopped(account: Account) -> None:
    _starts(account)
    for _ in range(3):
        _is(account, "RUNNING")
    to = {"cluster": CLUSTER, "task": TASK, "reason": "The release timed out"}
    account.responds("ecs", "stop_task", {}, to)
    with pytest.raises(ReleaseError, match=r"timed out .* RUNNING$"):
        _run(account)


def test_the_migration_of_another_image_does_not_run(account: Account) -> None:
    with pytest.raises(ReleaseError, match=rf"another image: deploy it with {DIGEST}$"):
        _run(account, digest=OTHER_DIGEST)


def test_without_a_database_there_is_no_migration(account: Account) -> None:
    assert _run(account, outputs={"RepositoryUri": "host/name"}) is None
