"""`make fleet` models the design as it is: its times are the templates', and so is the order."""

from typing import Any

from tests.fleet.service import REAL
from tests.infra.conftest import Designs
from tests.infra.reading import attributes, only

from kirosample.limits import STOP_TIMEOUT_SECONDS


def containers(designs: Designs) -> dict[str, dict[str, Any]]:
    task = only(designs(), "AWS::ECS::TaskDefinition", "Service/Task")
    return {one["Name"]: dict(one) for one in task.properties["ContainerDefinitions"]}


def test_the_balancers_times_are_the_templates(designs: Designs) -> None:
    group = only(designs(), "AWS::ElasticLoadBalancingV2::TargetGroup")
    deregistration = attributes(group, "TargetGroupAttributes")[
        "deregistration_delay.timeout_seconds"
    ]
    assert REAL.balancer_check == group.properties["HealthCheckIntervalSeconds"]
    assert group.properties["UnhealthyThresholdCount"] == 2
    assert REAL.deregistration == int(deregistration)


def test_the_tasks_times_are_the_templates(designs: Designs) -> None:
    service = only(designs(), "AWS::ECS::Service")
    app = containers(designs)["app"]
    environment = {entry["Name"]: entry["Value"] for entry in app["Environment"]}
    check = app["HealthCheck"]
    assert check["Command"] == ["CMD", "kirosample", "healthcheck"]
    assert REAL.container_check == check["Interval"]
    assert REAL.container_retries == check["Retries"]
    assert REAL.start_period == check["StartPeriod"]
    assert REAL.grace_period == service.properties["HealthCheckGracePeriodSeconds"]
    assert str(REAL.drain) == environment["KIROSAMPLE_DRAIN_SECONDS"]
    assert app["StopTimeout"] == STOP_TIMEOUT_SECONDS


def test_a_task_is_registered_only_when_its_application_is_healthy(designs: Designs) -> None:
    # ECS registers a task when all its containers run, without waiting for any check. So one of
    # them has to wait for the application's.
    waiting = [
        name
        for name, container in containers(designs).items()
        if {"ContainerName": "app", "Condition": "HEALTHY"} in container.get("DependsOn", [])
    ]
    assert waiting, "nothing waits until the application is healthy: see tests/fleet/service.py"
