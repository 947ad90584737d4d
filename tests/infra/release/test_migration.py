"""The migration as a one-off task: run, waited for, and its end told."""

import re
from collections.abc import Mapping
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from tests.infra.release.aws import DIGEST, OTHER_DIGEST, stubbed

from infra.release import ReleaseError, migration
from infra.release.stacks import Stack

CLUSTER = "KiroSampleState-MigrationCluster-1"
TASK = f"arn:aws:ecs:ap-northeast-1:123456789012:task/{CLUSTER}/0123abcd"
OUTPUTS = {
    "MigrationCluster": CLUSTER,
    "MigrationTask": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/migration:7",
    "MigrationSubnets": "subnet-a,subnet-c",
    "MigrationSecurityGroup": "sg-tasks",
    "MigrationLogs": "the-logs",
}


def _state(digest: str = DIGEST, outputs: Mapping[str, str] = OUTPUTS) -> Stack:
    return Stack("KiroSampleState", "UPDATE_COMPLETE", {"ImageDigest": digest}, outputs)


def _starts(ecs: Any) -> None:
    ecs.add_response(
        "run_task",
        {"tasks": [{"taskArn": TASK}], "failures": []},
        {
            "cluster": CLUSTER,
            "taskDefinition": OUTPUTS["MigrationTask"],
            "launchType": "FARGATE",
            "networkConfiguration": {
                "awsvpcConfiguration": {
                    "subnets": ["subnet-a", "subnet-c"],
                    "securityGroups": ["sg-tasks"],
                    "assignPublicIp": "DISABLED",
                }
            },
        },
    )


def _is(ecs: Any, status: str, container: Mapping[str, Any] | None = None, **task: Any) -> None:
    containers = [{"name": "sidecar", "exitCode": 9}, {"name": "migrate", **(container or {})}]
    ecs.add_response(
        "describe_tasks",
        {"tasks": [{"taskArn": TASK, "lastStatus": status, "containers": containers, **task}]},
        {"cluster": CLUSTER, "tasks": [TASK]},
    )


def _said(logs: Any, *messages: str) -> None:
    logs.add_response(
        "get_log_events",
        {"events": [{"message": message} for message in messages]},
        {
            "logGroupName": "the-logs",
            "logStreamName": "migrate/migrate/0123abcd",
            "limit": 1,
            "startFromHead": False,
        },
    )


def _run(ecs: Any, logs: Any, state: Stack | None = None, attempts: int = 3) -> str | None:
    return migration.run(
        ecs, logs, state=state or _state(), digest=DIGEST, attempts=range(attempts)
    )


def test_a_migration_is_waited_for_and_its_last_word_is_told() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, events):
        _starts(tasks)
        _is(tasks, "PROVISIONING")
        _is(tasks, "RUNNING")
        _is(tasks, "STOPPED", {"exitCode": 0})
        _said(events, "applied: 2\n")
        assert _run(ecs, logs) == "applied: 2"


def test_a_task_that_ecs_does_not_know_of_yet_is_asked_for_again() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, events):
        _starts(tasks)
        tasks.add_response("describe_tasks", {"tasks": [], "failures": [{"reason": "MISSING"}]})
        _is(tasks, "STOPPED", {"exitCode": 0})
        _said(events)
        assert _run(ecs, logs) == "done"


def test_a_migration_that_fails_stops_the_release_in_its_own_words() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, events):
        _starts(tasks)
        _is(tasks, "STOPPED", {"exitCode": 1}, stoppedReason="Essential container exited")
        _said(events, "kirosample: the database cannot be reached: timeout")
        with pytest.raises(ReleaseError, match=r"exit code 1: kirosample: the database cannot be"):
            _run(ecs, logs)


def test_a_migration_that_fails_without_a_word_is_told_by_ecs() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, events):
        _starts(tasks)
        _is(tasks, "STOPPED", {"exitCode": 137, "reason": "OutOfMemoryError: killed"})
        events.add_client_error("get_log_events", "ResourceNotFoundException")
        with pytest.raises(ReleaseError, match=r"exit code 137: OutOfMemoryError: killed$"):
            _run(ecs, logs)


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetLogEvents"),
        EndpointConnectionError(endpoint_url="https://logs"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_log_that_cannot_be_read_changes_nothing_about_the_end(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = re.escape(f"its log cannot be read: {error}")
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, _):
        monkeypatch.setattr(logs, "get_log_events", Mock(side_effect=error))
        _starts(tasks)
        _is(tasks, "STOPPED", {"exitCode": 0})
        assert re.fullmatch(words, _run(ecs, logs) or "")
        _starts(tasks)
        _is(tasks, "STOPPED", {"exitCode": 1})
        with pytest.raises(ReleaseError, match=rf"exit code 1: {words}$"):
            _run(ecs, logs)


def test_a_task_that_never_started_is_not_taken_for_a_success() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, _):
        _starts(tasks)
        _is(
            tasks,
            "STOPPED",
            stopCode="TaskFailedToStart",
            stoppedReason="CannotPullContainerError:\n no such image",
        )
        with pytest.raises(ReleaseError, match=r"never started: CannotPullContainerError: no such"):
            _run(ecs, logs)


def test_a_task_that_ecs_refuses_stops_the_release() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, _):
        tasks.add_response("run_task", {"tasks": [], "failures": [{"reason": "CAPACITY"}]})
        with pytest.raises(ReleaseError, match=r"ECS does not run the task: CAPACITY$"):
            _run(ecs, logs)


def test_a_migration_that_does_not_end_is_stopped() -> None:
    with stubbed("ecs") as (ecs, tasks), stubbed("logs") as (logs, _):
        _starts(tasks)
        _is(tasks, "RUNNING")
        _is(tasks, "RUNNING")
        tasks.add_response(
            "stop_task",
            {},
            {"cluster": CLUSTER, "task": TASK, "reason": "The release did not wait any longer"},
        )
        with pytest.raises(ReleaseError, match=r"not done in time, and stopped: .* RUNNING$"):
            _run(ecs, logs, attempts=2)


def test_the_migration_of_another_image_is_not_run() -> None:
    with (
        stubbed("ecs") as (ecs, _),
        stubbed("logs") as (logs, _),
        pytest.raises(ReleaseError, match=rf"another image: deploy it with {DIGEST}$"),
    ):
        _run(ecs, logs, _state(OTHER_DIGEST))


def test_without_a_database_there_is_nothing_to_migrate() -> None:
    with stubbed("ecs") as (ecs, _), stubbed("logs") as (logs, _):
        assert _run(ecs, logs, _state(outputs={"RepositoryUri": "host/name"})) is None
