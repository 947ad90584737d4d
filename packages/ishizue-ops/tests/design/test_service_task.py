"""What one task alone gets, and metrics that are not the service's own."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from tests.photos import Photos, photos
from tests.working import DELIVER, MAIL, working

from infra.product import PRODUCT
from ishizue_ops.config import ConfigError
from ishizue_ops.runbook.__main__ import render
from ishizue_ops.template import Design
from ishizue_ops.testing.reading import only


def given(design: Design, path: str, kind: str) -> set[str]:
    """The names of a task's settings, or of its secrets."""
    definition = only(design, "AWS::ECS::TaskDefinition", path)
    first: dict[str, Any] = definition.properties["ContainerDefinitions"][0]
    return {each["Name"] for each in first.get(kind, ())}


def test_a_secret_and_a_setting_of_one_task_are_no_other_s() -> None:
    [keys] = PRODUCT.secrets
    product = replace(
        working(),
        secrets=(replace(keys, only=("app", "purge")),),
        workers=(replace(DELIVER, environment={"NOTES_TO": "all"}), MAIL),
    )

    def more(made: Photos) -> None:
        task = made.service.tasks["mail-out"]
        task.environment({"NOTES_QUEUE": made.queue.queue_url})
        assert made.service.database_secret
        task.secret("NOTES_OWNER", made.service.database_secret, "username")

    design = photos(more, product, "rds")
    paths = "Service/Task", "WorkerDeliver/", "WorkerMailOut/", "JobPurge/"
    for names, kind in (
        (
            {"NOTES_COOKIE_KEYS": [0, 3], "NOTES_OWNER": [2], "NOTES_DB_USER": [0, 1, 2, 3]},
            "Secrets",
        ),
        ({"NOTES_TO": [1], "NOTES_QUEUE": [2]}, "Environment"),
    ):
        for name, places in names.items():
            got = [at for at, path in enumerate(paths) if name in given(design, path, kind)]
            assert got == places, name
    policy = only(design, "AWS::IAM::Policy", "WorkerDeliver/RdsApplicationExecutionRole")
    assert "CookieKeys" not in str(policy.properties)


BOUNCES = cloudwatch.Metric(namespace="AWS/SES", metric_name="Bounce", statistic="Sum")


def test_alarms_and_workers_follow_the_queue_s_metric_or_one_of_the_cdk() -> None:
    [queued, other] = PRODUCT.alarms
    alarms = replace(queued, metric="Depth"), replace(other, metric=BOUNCES)
    product = replace(working(), alarms=alarms, workers=(replace(DELIVER, metric="Depth"),))
    design = photos(product=product, metric="Depth")
    [queue] = design.of_type("AWS::SQS::Queue")
    for path in ("LongQueueAlarm", "WorkerDeliver/Service/TaskCount/Target/Metric/Upper"):
        made = only(design, "AWS::CloudWatch::Alarm", path)
        assert made.properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
        [dimension] = made.properties["Dimensions"]
        assert design.resolve(dimension["Value"], made.stack) == queue
    bounces = only(design, "AWS::CloudWatch::Alarm", "NoNotesAlarm").properties
    assert (bounces["Namespace"], bounces["Period"]) == ("AWS/SES", 300)
    assert "docs/operations.md#nonotes" in bounces["AlarmDescription"]
    with pytest.raises(ConfigError, match="the alarm LongQueue needs a section"):
        render(product, {})
    with pytest.raises(ValueError, match=r"metrics=.'Depht'.: no alarm"):
        photos(product=product, metric="Depht")
