"""What is expected follows the settings, and an account is read as AWS describes it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from infra.config import read
from infra.emulator import expected, words
from infra.emulator.cloudfront import BehindCloudFront
from infra.names import CLOUDFRONT_ADDRESSES, Names

ALB, TASKS, STRANGER = "sg-a1b", "sg-7a5", "sg-0ff"


def answering(**operations: Callable[..., dict[str, Any]]) -> BehindCloudFront:
    """An account whose clients return these responses."""

    class Answering(BehindCloudFront):
        def client(self, service: str) -> Any:  # noqa: ARG002
            return SimpleNamespace(**operations)

    return Answering(boto3.Session(region_name="ap-northeast-1"), Names())


def allowed(protocol: str, port: int | None, *, cidr: str = "", group: str = "") -> dict[str, Any]:
    """A permission of DescribeSecurityGroups."""
    return {
        "IpProtocol": protocol,
        **({} if port is None else {"FromPort": port, "ToPort": port}),
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


@pytest.mark.parametrize(("source", "read_back"), [(ALB, "3000 ALB"), (STRANGER, "3000 ?")])
def test_a_security_group_is_named_after_the_party_that_uses_it(
    source: str, read_back: str
) -> None:
    group = {
        "IpPermissions": [allowed("tcp", 3000, group=source)],
        "IpPermissionsEgress": [allowed("-1", None, cidr="0.0.0.0/0")],
    }
    account = answering(describe_security_groups=lambda **_: {"SecurityGroups": [group]})
    account._groups = {"ALB": ALB, "tasks": TASKS}
    assert account.rules["tasks in"] == {read_back}
    assert account.rules["tasks out"] == {"-1 0.0.0.0/0"}


@pytest.mark.parametrize(
    ("used", "status", "held"),
    [("ours", "Deployed", True), ("another", "Deployed", False), ("ours", "Deploying", False)],
)
def test_an_origin_is_the_load_balancer_once_it_is_deployed(
    used: str, status: str, held: bool
) -> None:
    origins = [{"VpcOriginConfig": {"VpcOriginId": "vo_1"}}]
    account = answering(
        get_vpc_origin=lambda Id: {  # noqa: N803
            "VpcOrigin": {"Id": Id, "VpcOriginEndpointConfig": {"Arn": used}, "Status": status}
        },
    )
    account.distribution = {"DistributionConfig": {"Origins": {"Items": origins}}}
    account.load_balancer = {"LoadBalancerArn": "ours"}
    assert account.origins_are_the_load_balancer is held


def test_behind_cloudfront_the_balancer_is_internal_and_open_to_cloudfront_alone() -> None:
    config = read({"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on"})
    values = {(line.read, line.key): line.expected for line in expected.lines(config)}
    assert values["load_balancer", "Scheme"] == "internal"
    assert values["rules", "ALB in"] == {f"80 {CLOUDFRONT_ADDRESSES}"}
    assert values["listener_actions", ""] == {80: ("HTTP", "forward")}
    assert ("alias_is_the_load_balancer", "example.com") not in values


@pytest.mark.parametrize("domain", ["service.example", "a.service.example"])
def test_zone_and_certificate_are_those_of_the_configured_domain(domain: str) -> None:
    lines = expected.lines(read({"DATABASE": "none", "DOMAIN": domain}))
    values = {line.text: line.expected for line in lines}
    assert (values[words.DNS], values[words.CERTIFICATE]) == (domain, domain)
