"""The check from outside: what it requests, from where, and the alarm on it."""

import json
from typing import Any

import pytest

from infra.checks.template import Design
from tests.infra.conftest import Assembly, Designs
from tests.infra.reading import only

STACK = "KiroSampleOutside"


def check(design: Design) -> dict[str, Any]:
    return dict(only(design, "AWS::Route53::HealthCheck").properties["HealthCheckConfig"])


def test_without_the_setting_there_is_no_third_stack(designs: Designs) -> None:
    assert STACK not in designs().templates


def test_the_stack_is_in_the_region_of_route_53s_metrics(assembly: Assembly) -> None:
    manifest = json.loads((assembly(OUTSIDE_CHECK="on") / "manifest.json").read_text())
    assert manifest["artifacts"][STACK]["environment"].endswith("/us-east-1")


@pytest.mark.parametrize(
    ("domain", "name", "protocol"),
    [("example.com", "example.com", ("HTTPS", 443)), ("", {"Ref": "Host"}, ("HTTP", 80))],
)
def test_the_name_that_visitors_use_is_requested(
    designs: Designs, domain: str, name: object, protocol: tuple[str, int]
) -> None:
    design = designs("rds", domain, OUTSIDE_CHECK="on")
    found = check(design)
    assert found["FullyQualifiedDomainName"] == name
    assert (found["Type"], found["Port"]) == protocol
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert found["ResourcePath"] == group.properties["HealthCheckPath"]
    # Route 53 needs three regions.
    assert len(found["Regions"]) == 3
    parameters = design.parameters[STACK].keys() - {"BootstrapVersion"}
    assert parameters == (set() if domain else {"Host"})


def test_its_alarm_notifies_a_topic_of_its_own_region(designs: Designs) -> None:
    design = designs("rds", "example.com", OUTSIDE_CHECK="on", ALARM_EMAIL="a@example.com")
    alarm = only(design, "AWS::CloudWatch::Alarm", "Unreachable")
    [topic] = [one for one in design.of_type("AWS::SNS::Topic") if one.stack == STACK]
    properties = alarm.properties
    [dimension] = properties["Dimensions"]
    watched = design.resolve(dimension["Value"], alarm.stack)
    assert watched == only(design, "AWS::Route53::HealthCheck")
    assert (properties["Namespace"], properties["MetricName"]) == (
        "AWS/Route53",
        "HealthCheckStatus",
    )
    assert (properties["ComparisonOperator"], properties["Threshold"]) == ("LessThanThreshold", 1)
    assert design.resolve_all(properties["AlarmActions"], STACK) == [topic]
    [address] = [one for one in design.of_type("AWS::SNS::Subscription") if one.stack == STACK]
    assert design.resolve(address.properties["TopicArn"], STACK) == topic


def test_the_checkers_requests_replace_the_alarm_on_no_requests(designs: Designs) -> None:
    names = [one.name for one in designs(OUTSIDE_CHECK="on").of_type("AWS::CloudWatch::Alarm")]
    assert not [name for name in names if "NoRequests" in name]
