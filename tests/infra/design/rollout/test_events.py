"""Which of ECS's events reach the operator, and what they say: on events as ECS sends them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.template import Design, Resource
from tests.infra.conftest import Designs
from tests.infra.reading import only

CLUSTER = "arn:aws:ecs:ap-northeast-1:111122223333:cluster/KiroSampleService-Cluster"
SERVICE = "arn:aws:ecs:ap-northeast-1:111122223333:service/KiroSampleService-Cluster/Service"
OTHER = {CLUSTER: CLUSTER.replace("Service-", "State-"), SERVICE: SERVICE + "2"}


def event(kind: str, *resources: str, **detail: object) -> dict[str, Any]:
    return {
        "source": "aws.ecs",
        "detail-type": f"ECS {kind}",
        "resources": list(resources),
        "detail": {"clusterArn": CLUSTER, **detail},
    }


def stopped(code: str, reason: str, **detail: object) -> dict[str, Any]:
    containers = [{"name": "app", "exitCode": 137, "reason": "OutOfMemoryError"}]
    given = {"lastStatus": "STOPPED", "containers": containers} | detail
    return event("Task State Change", stopCode=code, stoppedReason=reason, **given)


def reported(name: str, level: str, reason: str, kind: str = "Service Action") -> dict[str, Any]:
    return event(kind, SERVICE, eventName=name, eventType=level, reason=reason)


TOLD = [
    reported("SERVICE_TASK_PLACEMENT_FAILURE", "ERROR", "RESOURCE:FARGATE"),
    reported("SERVICE_TASK_START_IMPAIRED", "WARN", "unable to start tasks"),
    reported(
        "SERVICE_DEPLOYMENT_FAILED",
        "ERROR",
        "ECS deployment circuit breaker: tasks failed to start.",
        "Deployment State Change",
    ),
    stopped("EssentialContainerExited", "Essential container in task exited"),
    stopped("TaskFailedToStart", "CannotPullContainerError: image not found"),
    stopped("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group a)"),
    stopped("ServiceSchedulerInitiated", "Task failed container health checks"),
]
"""Form and words are those of ECS's developer guide, "Amazon ECS events" and "Stopped tasks"."""

QUIET = [
    reported("SERVICE_STEADY_STATE", "INFO", ""),
    reported("SERVICE_DEPLOYMENT_COMPLETED", "INFO", "done", "Deployment State Change"),
    stopped("ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/1)"),
    stopped("UserInitiated", "Task stopped by user"),
    stopped("EssentialContainerExited", "exited", lastStatus="DEPROVISIONING"),
    stopped("EssentialContainerExited", "the migration's", clusterArn=OTHER[CLUSTER]),
    {**TOLD[0], "resources": [OTHER[SERVICE]]},
]


def matches(pattern: Any, found: Any) -> bool:
    """EventBridge's rule for event patterns, as far as the design uses it."""
    if isinstance(pattern, Mapping):
        return all(
            any(matches(each, found) for each in wanted)
            if key == "$or"
            else key in found and matches(wanted, found[key])
            for key, wanted in pattern.items()
        )
    values = found if isinstance(found, list) else [found]
    return any(
        value.startswith(wanted["prefix"]) if isinstance(wanted, Mapping) else value == wanted
        for wanted in pattern
        for value in values
    )


def messages(design: Design, sent: Mapping[str, Any]) -> list[str]:
    """What the rules send to the topic for this event."""
    return [
        _text(rule, sent)
        for rule in design.of_type("AWS::Events::Rule")
        if matches(_deployed(design, rule), sent)
    ]


def _deployed(design: Design, rule: Resource) -> Any:
    """The pattern with the ARNs of what it refers to."""
    arns = {"AWS::ECS::Cluster": CLUSTER, "AWS::ECS::Service": SERVICE}

    def filled(value: Any) -> Any:
        if found := design.resolve(value, rule.stack):
            return arns[found.type]
        if isinstance(value, Mapping):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    return filled(rule.properties["EventPattern"])


def _text(rule: Resource, sent: Mapping[str, Any]) -> str:
    [target] = rule.properties["Targets"]
    text = json.loads(target["InputTransformer"]["InputTemplate"])
    for name, path in target["InputTransformer"]["InputPathsMap"].items():
        value: Any = sent
        for key in path.removeprefix("$.").split("."):
            value = value[key]
        text = text.replace(f"<{name}>", value if isinstance(value, str) else json.dumps(value))
    return str(text)


@pytest.mark.parametrize("sent", TOLD, ids=lambda sent: str(sent["detail"])[-60:])
def test_a_failure_is_told_once_with_its_reason(designs: Designs, sent: dict[str, Any]) -> None:
    [text] = messages(designs("rds", "example.com", ENVIRONMENT="staging"), sent)
    detail = sent["detail"]
    assert text.startswith("KiroSampleStaging: ")
    assert detail.get("reason", detail.get("stoppedReason")) in text
    assert detail.get("eventName", detail.get("stopCode")) in text
    assert "<" not in text
    if "containers" in detail:
        assert '"exitCode": 137' in text


@pytest.mark.parametrize("sent", QUIET, ids=lambda sent: str(sent["detail"])[-60:])
def test_scaling_deployments_and_other_services_are_not_told(
    designs: Designs, sent: dict[str, Any]
) -> None:
    assert messages(designs("rds", "example.com"), sent) == []


def test_events_go_to_the_topic_and_its_policy_has_no_condition_for_them(design: Design) -> None:
    topic = only(design, "AWS::SNS::Topic")
    for rule in design.of_type("AWS::Events::Rule"):
        [target] = rule.properties["Targets"]
        assert design.resolve(target["Arn"], rule.stack) == topic
    policy = only(design, "AWS::SNS::TopicPolicy", "Alarms").properties["PolicyDocument"]
    [statement] = [
        each
        for each in policy["Statement"]
        if each["Principal"] == {"Service": "events.amazonaws.com"}
    ]
    assert "Condition" not in statement
