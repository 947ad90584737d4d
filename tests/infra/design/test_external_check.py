"""The external check: what it requests, from where, and the alarm on it."""

import json

import pytest

from tests.infra.conftest import Assembly, Designs
from tests.infra.reading import only

STACK = "KiroSampleOutside"


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
    check = only(design, "AWS::Route53::HealthCheck")
    found = check.properties["HealthCheckConfig"]
    assert found["FullyQualifiedDomainName"] == name
    assert (found["Type"], found["Port"]) == protocol
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert found["ResourcePath"] == group.properties["HealthCheckPath"]
    # Route 53 needs three regions.
    assert len(found["Regions"]) == 3
    alarm = only(design, "AWS::CloudWatch::Alarm", "Unreachable")
    [dimension] = alarm.properties["Dimensions"]
    assert design.resolve(dimension["Value"], alarm.stack) == check


def test_the_checkers_requests_replace_the_alarm_on_no_requests(designs: Designs) -> None:
    names = [one.name for one in designs(OUTSIDE_CHECK="on").of_type("AWS::CloudWatch::Alarm")]
    assert not [name for name in names if "NoRequests" in name]
