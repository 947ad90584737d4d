"""Rolling and canary releases, and what changing between them does to a running service."""

import json

import pytest

from infra.design.rollout import alarms
from infra.template import Design, Resource
from tests.infra.conftest import Designs
from tests.infra.reading import only


@pytest.fixture(params=["", "example.com"], ids=["http", "https"])
def domain(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def canary(designs: Designs, domain: str) -> Design:
    return designs("rds", domain, DEPLOYMENT="canary")


def service(design: Design) -> Resource:
    return only(design, "AWS::ECS::Service")


def test_a_canary_s_share_and_time_suffice_for_the_alarms(canary: Design) -> None:
    configuration = service(canary).properties["DeploymentConfiguration"]
    shift = configuration["CanaryConfiguration"]
    assert shift["CanaryPercent"] >= 2 * alarms.ERRORS_PERCENT
    metrics_arrive = 2
    for minutes in (shift["CanaryBakeTimeInMinutes"], configuration["BakeTimeInMinutes"]):
        assert minutes >= alarms.PERIODS + metrics_arrive
    assert configuration["Alarms"]["Rollback"] is True


def test_ecs_moves_the_weights_of_the_rule_that_serves_visitors(canary: Design) -> None:
    found = service(canary)
    [attached] = found.properties["LoadBalancers"]
    advanced = attached["AdvancedConfiguration"]
    tasks = canary.resolve(attached["TargetGroupArn"], found.stack)
    alternate = canary.resolve(advanced["AlternateTargetGroupArn"], found.stack)
    rule = canary.resolve(advanced["ProductionListenerRule"], found.stack)
    assert rule
    [action] = rule.properties["Actions"]
    weights = {
        canary.resolve(group["TargetGroupArn"], rule.stack): group["Weight"]
        for group in action["ForwardConfig"]["TargetGroups"]
    }
    assert weights == {tasks: 100, alternate: 0}
    assert tasks
    assert alternate
    assert {**tasks.properties, "Tags": 0} == {**alternate.properties, "Tags": 0}


def test_alarms_by_target_group_see_both(canary: Design) -> None:
    groups = canary.of_type("AWS::ElasticLoadBalancingV2::TargetGroup")
    texts = [json.dumps(alarm.properties) for alarm in canary.of_type("AWS::CloudWatch::Alarm")]
    by_group = [text for text in texts if "TargetGroupFullName" in text]
    assert (len(groups), bool(by_group)) == (2, True)
    assert all(f'"{group.logical_id}"' in text for text in by_group for group in groups)
