"""The migration as a one-off task."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.deploy.aws import DIGEST, OTHER_DIGEST, STATE, Account

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release import migration
from ishizue_ops.deploy.release.stacks import Stack

CLUSTER = "NotesState-MigrationCluster-1"
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
    given = {
        "cluster": CLUSTER,
        "taskDefinition": OUTPUTS["MigrationTask"],
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
    }
    account.responds("ecs", "run_task", {"tasks": [{"taskArn": TASK}], "failures": []}, given)


def _is(account: Account, status: str, container: Mapping[str, Any] = {}, **task: Any) -> None:
    containers = [{"name": "sidecar", "exitCode": 9}, {"name": "migrate", **container}]
    described = {"taskArn": TASK, "lastStatus": status, "containers": containers, **task}
    to = {"cluster": CLUSTER, "tasks": [TASK]}
    account.responds("ecs", "describe_tasks", {"tasks": [described]}, to)


def _said(account: Account, *messages: str) -> None:
    events = {"events": [{"message": message} for message in messages]}
    stream = {"logGroupName": "the-logs", "logStreamName": "migrate/migrate/0123abcd"}
    last = {"limit": 1, "startFromHead": False}
    account.responds("logs", "get_log_events", events, stream | last)


def _run(account: Account, *, digest: str = DIGEST, outputs: Mapping[str, str] = OUTPUTS) -> object:
    state = Stack(STATE, "UPDATE_COMPLETE", {"ImageDigest": digest}, outputs)
    ecs = account.client("ecs")
    logs = account.client("logs")
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


@pytest.mark.parametrize(
    ("container", "log", "reason"),
    [
        ({"exitCode": 1}, "notes: no database", r"exit code 1: notes: no database$"),
        (
            {"exitCode": 137, "reason": "OutOfMemoryError: killed"},
            "ResourceNotFoundException",
            r"exit code 137: OutOfMemoryError: killed$",
        ),
        ({}, None, r"never started: CannotPullContainerError: no such$"),
    ],
    ids=["its log says why", "ECS says why", "never started"],
)
def test_a_failed_migration_is_reported_with_its_reason(
    account: Account, container: dict[str, Any], log: str | None, reason: str
) -> None:
    _starts(account)
    _is(account, "STOPPED", container, stoppedReason="CannotPullContainerError:\n no such")
    if log and log.endswith("Exception"):
        account.refuses("logs", "get_log_events", log)
    elif log:
        _said(account, log)
    with pytest.raises(Stopped, match=reason):
        _run(account)


def test_a_migration_that_succeeded_counts_if_its_log_cannot_be_read(account: Account) -> None:
    _starts(account)
    _is(account, "STOPPED", {"exitCode": 0})
    account.refuses("logs", "get_log_events", "AccessDeniedException")
    assert "its log cannot be read" in str(_run(account))


def test_a_task_that_ecs_does_not_run_is_an_error(account: Account) -> None:
    account.responds("ecs", "run_task", {"tasks": [], "failures": [{"reason": "CAPACITY"}]})
    with pytest.raises(Stopped, match=r"ECS does not run the task: CAPACITY$"):
        _run(account)


def test_a_migration_that_times_out_is_stopped(account: Account) -> None:
    _starts(account)
    for _ in range(3):
        _is(account, "RUNNING")
    to = {"cluster": CLUSTER, "task": TASK, "reason": "The release timed out"}
    account.responds("ecs", "stop_task", {}, to)
    with pytest.raises(Stopped, match=r"timed out .* RUNNING$"):
        _run(account)


def test_only_the_migration_of_this_image_runs_and_none_without_a_database(
    account: Account,
) -> None:
    with pytest.raises(Stopped, match=rf"another image: deploy it with {DIGEST}$"):
        _run(account, digest=OTHER_DIGEST)
    assert _run(account, outputs={"RepositoryUri": "host/name"}) is None
