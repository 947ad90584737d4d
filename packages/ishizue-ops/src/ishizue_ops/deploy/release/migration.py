"""Runs the migration as a one-off task of the new image, before the service gets that image."""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import IMAGE_DIGEST, MIGRATION_CONTAINER, MIGRATION_PUBLIC_IP
from ishizue_ops.words import Text

ATTEMPTS = 240
"""The looks at whether the task has ended, five seconds apart: twenty minutes."""


def run(
    ecs: Any, logs: Any, *, state: Stack, digest: str, attempts: Iterable[object]
) -> str | Text | None:
    """Run the migration, and return its last log line, or None without a database.

    Raises Stopped if it fails, never starts, or times out; it is stopped then, and the schema
    stays at the last complete version.
    """
    if "MigrationTask" not in state.outputs:
        return None
    if state.parameters.get(IMAGE_DIGEST) != digest:
        raise Stopped(Text("other-image", stack=state.name, digest=digest))
    cluster = state.output("MigrationCluster")
    arn = _start(ecs, state, cluster)
    task = _end(ecs, cluster, arn, attempts)
    exit_code = _container(task).get("exitCode")
    if exit_code is None:
        raise Stopped(Text("never-started", why=_why_stopped(task)))
    last_line = _last_line(logs, state.output("MigrationLogs"), arn)
    if exit_code != 0:
        why = last_line or _why_stopped(task)
        raise Stopped(Text("migration-failed", code=exit_code, why=why))
    return last_line or "done"


def _start(ecs: Any, state: Stack, cluster: str) -> str:
    response = ecs.run_task(
        cluster=cluster,
        taskDefinition=state.output("MigrationTask"),
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": state.output("MigrationSubnets").split(","),
                "securityGroups": [state.output("MigrationSecurityGroup")],
                "assignPublicIp": state.outputs.get(MIGRATION_PUBLIC_IP, "DISABLED"),
            }
        },
    )
    if not response["tasks"]:
        reasons = ", ".join(failure.get("reason", "?") for failure in response["failures"])
        raise Stopped(Text("not-run", reasons=reasons or Text("no-reason")))
    return str(response["tasks"][0]["taskArn"])


def _end(ecs: Any, cluster: str, arn: str, attempts: Iterable[object]) -> Mapping[str, Any]:
    status = "PROVISIONING"
    for _ in attempts:
        tasks = ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
        # A new task may not be visible yet.
        status = tasks[0]["lastStatus"] if tasks else status
        if status == "STOPPED":
            return dict(tasks[0])
    # The task could still change the schema after the release has failed.
    ecs.stop_task(cluster=cluster, task=arn, reason="The release timed out")
    raise Stopped(Text("migration-slow", status=status))


def _container(task: Mapping[str, Any]) -> Mapping[str, Any]:
    named = (c for c in task.get("containers", ()) if c.get("name") == MIGRATION_CONTAINER)
    return next(named, {})


def _why_stopped(task: Mapping[str, Any]) -> str | Text:
    reasons = (_container(task).get("reason"), task.get("stoppedReason"), task.get("stopCode"))
    return next((" ".join(reason.split()) for reason in reasons if reason), Text("no-reason"))


def _last_line(logs: Any, group: str, arn: str) -> str | Text | None:
    stream = f"{MIGRATION_CONTAINER}/{MIGRATION_CONTAINER}/{arn.rpartition('/')[2]}"
    try:
        events = logs.get_log_events(
            logGroupName=group, logStreamName=stream, limit=1, startFromHead=False
        )["events"]
    except logs.exceptions.ResourceNotFoundException:
        return None
    except (BotoCoreError, ClientError) as error:
        # The exit code decides, even if the log cannot be read.
        return Text("unread-log", error=" ".join(str(error).split()))
    return str(events[-1]["message"]).strip() if events else None
