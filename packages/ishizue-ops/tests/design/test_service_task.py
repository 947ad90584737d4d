"""What one task alone gets, and metrics that are not the service's own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from tests.photos import Photos, photos
from tests.working import DELIVER, MAIL, working

from infra.product import PRODUCT
from ishizue_ops.config import ConfigError, read
from ishizue_ops.product import MetricAlarm, Urgency
from ishizue_ops.runbook.__main__ import render
from ishizue_ops.stacks import ServiceStack, StateStack, new_app
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


def test_an_alarm_and_a_worker_follow_the_queue_s_metric() -> None:
    alarm = MetricAlarm(
        name="FullQueue",
        metric="Depth",
        threshold=100,
        meaning="Events wait",
        urgency=Urgency.MORNING,
    )
    product = replace(working(), alarms=(alarm,), workers=(replace(DELIVER, metric="Depth"),))
    design = photos(product=product)
    [queue] = design.of_type("AWS::SQS::Queue")
    for path in ("FullQueueAlarm", "WorkerDeliver/Service/TaskCount/Target/Metric/Upper"):
        made = only(design, "AWS::CloudWatch::Alarm", path)
        assert made.properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
        [dimension] = made.properties["Dimensions"]
        assert design.resolve(dimension["Value"], made.stack) == queue
    made = only(design, "AWS::CloudWatch::Alarm", "FullQueueAlarm")
    assert "docs/operations.md#fullqueue" in made.properties["AlarmDescription"]
    with pytest.raises(ConfigError, match="the alarm FullQueue needs a section"):
        render(product, {})


BOUNCES = cloudwatch.Metric(namespace="AWS/SES", metric_name="Bounce", statistic="Sum")


def test_a_metric_of_the_cdk_is_taken_as_it_is() -> None:
    alarm = replace(PRODUCT.alarms[0], metric=BOUNCES)
    design = photos(product=replace(working(), alarms=(alarm,)))
    made = only(design, "AWS::CloudWatch::Alarm", "LongQueueAlarm").properties
    assert (made["Namespace"], made["Statistic"], made["Period"]) == ("AWS/SES", "Sum", 300)


def test_a_metric_that_nothing_names_is_refused(tmp_path: Path) -> None:
    config = read({"DATABASE": "none"}, working())
    app = new_app(tmp_path)
    state = StateStack(app, config=config)
    with pytest.raises(ValueError, match=r"metrics=.'Pendin'.: no alarm"):
        ServiceStack(app, config=config, state=state, metrics={"Pendin": BOUNCES})
