"""The external check: what it requests, from where, and the alarm on it."""

import json

import pytest

from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.reading import only


@pytest.mark.parametrize(
    ("domain", "name", "protocol"),
    [("example.com", "example.com", ("HTTPS", 443)), ("", {"Ref": "Host"}, ("HTTP", 80))],
)
def test_the_name_that_visitors_use_is_requested(
    assembly: Assembly, designs: Designs, domain: str, name: object, protocol: tuple[str, int]
) -> None:
    manifest = json.loads(
        (assembly("rds", domain, OUTSIDE_CHECK="on") / "manifest.json").read_text()
    )
    # The region of Route 53's metrics.
    assert manifest["artifacts"]["NotesOutside"]["environment"].endswith("/us-east-1")
    design = designs("rds", domain, OUTSIDE_CHECK="on")
    check = only(design, "AWS::Route53::HealthCheck")
    requested = check.properties["HealthCheckConfig"]
    assert requested["FullyQualifiedDomainName"] == name
    assert (requested["Type"], requested["Port"]) == protocol
    group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert requested["ResourcePath"] == group.properties["HealthCheckPath"]
    alarm = only(design, "AWS::CloudWatch::Alarm", "Unreachable")
    [dimension] = alarm.properties["Dimensions"]
    assert design.resolve(dimension["Value"], alarm.stack) == check
