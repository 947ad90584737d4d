"""The document's lines read an account as AWS describes it: no emulator here, only its answers."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from infra.config import read
from infra.emulator import document
from infra.emulator.account import Account
from infra.emulator.comparison import compare
from infra.emulator.document import compute, security
from infra.emulator.document.line import Line

ALB, TASKS, STRANGER = "sg-a1b", "sg-7a5", "sg-0ff"


def answering(**operations: Callable[..., dict[str, Any]]) -> Account:
    """An account whose clients answer these operations."""

    class Answering(Account):
        def client(self, service: str) -> Any:  # noqa: ARG002
            return SimpleNamespace(**operations)

    return Answering(boto3.Session(region_name="ap-northeast-1"), [])


def deployed(lines: list[Line], account: Account) -> dict[str, str]:
    """What was read back, by what the line says."""
    return {row.line.says: row.deployed for row in compare(lines, account)}


def allowed(protocol: str, port: int | None, *, cidr: str = "", group: str = "") -> dict[str, Any]:
    """A permission in the form of DescribeSecurityGroups."""
    return {
        "IpProtocol": protocol,
        **({} if port is None else {"FromPort": port, "ToPort": port}),
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


@pytest.mark.parametrize(("source", "read_back"), [(ALB, "3000 ALB"), (STRANGER, "3000 ?")])
def test_a_rule_for_a_group_is_read_back_with_the_name_of_the_group(
    source: str, read_back: str
) -> None:
    groups = {
        ALB: {
            "IpPermissions": [
                allowed("tcp", 443, cidr="0.0.0.0/0"),
                allowed("tcp", 80, cidr="0.0.0.0/0"),
            ],
            "IpPermissionsEgress": [allowed("tcp", 3000, group=TASKS)],
        },
        TASKS: {
            "IpPermissions": [allowed("tcp", 3000, group=source)],
            "IpPermissionsEgress": [allowed("-1", None, cidr="0.0.0.0/0")],
        },
    }
    account = answering(
        describe_security_groups=lambda GroupIds: {  # noqa: N803
            "SecurityGroups": [groups[one] for one in GroupIds]
        }
    )
    account.load_balancer = {"SecurityGroups": [ALB]}
    account.service = {"networkConfiguration": {"awsvpcConfiguration": {"securityGroups": [TASKS]}}}
    account.databases = []
    assert deployed(security.lines(database=False), account) == {
        "ALB, in": "443 0.0.0.0/0, 80 0.0.0.0/0",
        "ALB, out": "3000 tasks",
        "Tasks, in": read_back,
        "Tasks, out": "-1 0.0.0.0/0",
    }


def tracking(metric: str, percent: float) -> dict[str, Any]:
    """A policy in the form of DescribeScalingPolicies."""
    return {
        "TargetTrackingScalingPolicyConfiguration": {
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            "TargetValue": percent,
        }
    }


def test_the_service_is_told_from_what_else_scales_in_the_account() -> None:
    targets = {
        "ecs": {"MinCapacity": 3, "MaxCapacity": 7},
        "dynamodb": {"MinCapacity": 5, "MaxCapacity": 40},
    }
    policies = {
        "ecs": tracking("ECSServiceAverageCPUUtilization", 61.0),
        "dynamodb": tracking("DynamoDBReadCapacityUtilization", 90.0),
    }
    account = answering(
        describe_scalable_targets=lambda ServiceNamespace: {  # noqa: N803
            "ScalableTargets": [targets[ServiceNamespace]]
        },
        describe_scaling_policies=lambda ServiceNamespace: {  # noqa: N803
            "ScalingPolicies": [policies[ServiceNamespace]]
        },
    )
    lines = compute.lines(least_tasks=3, database=False)
    assert deployed([line for line in lines if line.heading == "Auto scaling"], account) == {
        "Tasks, least and most": "3, 7",
        "Tracked: average %": "ECSServiceAverageCPUUtilization 61",
    }


@pytest.mark.parametrize("domain", ["portal.example", "a.portal.example"])
def test_zone_and_certificate_are_expected_of_the_domain_of_the_settings(domain: str) -> None:
    lines = document.lines(read({"DATABASE": "none", "DOMAIN": domain}))
    expected = {line.says: line.expected for line in lines}
    assert expected["Route 53, zone"] == f"{domain}."
    assert expected["Certificate, and it is the listener's"] == (domain, True)
