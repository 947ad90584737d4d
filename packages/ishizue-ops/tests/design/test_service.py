"""The tasks: image, size, number, health, deployment and rights; and those of the migration."""

import pytest

from ishizue import limits
from ishizue.program import Program
from ishizue.settings import options
from ishizue_ops.project import read
from ishizue_ops.template import Design, Resource
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import container, environment, only

OPTIONS = options(Program("Notes", "notes", "1"))


def test_a_task_is_registered_only_after_its_application_is_healthy(design: Design) -> None:
    gate = container(design, "gate")
    app = container(design)
    assert gate["DependsOn"] == [{"ContainerName": "app", "Condition": "HEALTHY"}]
    check = app["HealthCheck"]
    assert check["Timeout"] < check["Interval"]
    assert check["StartPeriod"] + check["Interval"] < app["StartTimeout"] <= 120


def test_a_stopped_task_has_time_for_the_longest_drain(design: Design) -> None:
    (drain,) = (option for option in OPTIONS if option.name.endswith("DRAIN_SECONDS"))
    longest = 20
    drain.parse(str(longest))
    with pytest.raises(ValueError, match=str(longest)):
        drain.parse(str(longest + 1))
    assert int(environment(design)["NOTES_DRAIN_SECONDS"]) <= longest
    ending = limits.SHUTDOWN_SECONDS + limits.LOG_CLOSE_SECONDS
    assert longest + ending + 4 <= container(design)["StopTimeout"]


def execution_policy(design: Design) -> Resource:
    """What ECS may do to start the service's tasks."""
    task = only(design, "AWS::ECS::TaskDefinition", "Service/Task")
    role = design.resolve(task.properties["ExecutionRoleArn"], task.stack)
    [policy] = [
        policy
        for policy in design.of_type("AWS::IAM::Policy")
        if role in design.resolve_all(policy.properties["Roles"], policy.stack)
    ]
    return policy


def test_the_service_waits_for_a_listener_and_for_its_tasks_rights(design: Design) -> None:
    """ECS refuses a target group without a listener, and starts tasks whose role has no policy."""
    listening = design.of_type(
        "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"
    )
    forwarding = [each for each in listening if "TargetGroupArn" in str(each.properties)]
    needed = {each.logical_id for each in (*forwarding, execution_policy(design))}
    assert needed <= set(only(design, "AWS::ECS::Service").raw["DependsOn"])


def test_other_credentials_are_another_execution_role(designs: Designs) -> None:
    """In place, the running tasks' definition would lose its secret before they are replaced."""
    policies = {execution_policy(designs(kind)).logical_id for kind in ("rds", "aurora", "none")}
    assert len(policies) == 3
    # What deployments before the tasks' role have.
    assert execution_policy(designs("none")).logical_id.startswith("ServiceTaskExecutionRole")


def test_every_log_expires(design: Design) -> None:
    groups = design.of_type("AWS::Logs::LogGroup")
    assert {group.properties["RetentionInDays"] for group in groups} == {read({}).log_days}
