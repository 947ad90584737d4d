"""What is deployed is compared with the templates, and each difference fails the command."""

from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from ishizue_ops.emulator import __main__ as command
from ishizue_ops.emulator.comparison import Comparison
from ishizue_ops.emulator.deployed import Deployed, Resource
from ishizue_ops.iam.record import RecordError
from ishizue_ops.template import Design

VPC, SUBNET, SERVICE = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::ECS::Service"
TEMPLATE = {
    "Vpc": {"Type": VPC, "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsSupport": True}},
    "Subnet": {"Type": SUBNET, "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
    "Service": {
        "Type": SERVICE,
        "Properties": {"LaunchType": "FARGATE", "LoadBalancers": [{"ContainerPort": 3000}]},
    },
}
FOUND: dict[str, dict[str, Any]] = {
    "Vpc": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": "true"},
    "Subnet": {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"},
    "Service": {"launchType": "FARGATE", "loadBalancers": [{"containerPort": 3000.0}]},
}


def compared(**changes: dict[str, Any] | None) -> Comparison:
    """With these descriptions instead; None is no such resource."""
    deployed = Deployed(boto3.Session(region_name="ap-northeast-1"), {})
    ids = {
        "Vpc": "vpc-1",
        "Subnet": "subnet-1",
        "Service": "service",
        **dict.fromkeys(changes, "x"),
    }
    found = {**FOUND, **changes}
    kinds = {name: str(entry["Type"]) for name, entry in TEMPLATE.items()}
    resources = {
        name: Resource("State", name, kinds.get(name, VPC), ids[name])
        for name, description in found.items()
        if description is not None
    }
    deployed.resources = list(resources.values())
    deployed._descriptions = {one: found[name] or {} for name, one in resources.items()}
    return Comparison(Design({"State": {"Resources": TEMPLATE}}), deployed)


def test_what_is_as_in_the_template_is_counted() -> None:
    result = compared()
    assert (result.different, result.equal) == ([], 6)


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        (
            {"Vpc": {**FOUND["Vpc"], "CidrBlock": "10.1.0.0/16"}},
            "State: Vpc.CidrBlock: 10.1.0.0/16 instead of 10.0.0.0/16",
        ),
        (
            {"Service": {"loadBalancers": [{"containerPort": 80}]}},
            "State: Service.LoadBalancers[0].ContainerPort: 80 instead of 3000",
        ),
        (
            {"Service": {"loadBalancers": []}},
            "State: Service.LoadBalancers: [] instead of [{'ContainerPort': 3000}]",
        ),
        ({"Subnet": {"VpcId": "vpc-2"}}, "State: Subnet.VpcId: vpc-2 instead of vpc-1"),
        ({"Subnet": None}, "State: Subnet: not deployed"),
        ({"Subnet": {}}, "State: Subnet: gone"),
        ({"Another": {}}, "State: Another: in no template"),
    ],
    ids=["value", "nested", "length", "reference", "missing", "gone", "extra"],
)
def test_what_differs_is_named(changes: dict[str, Any], difference: str) -> None:
    found = compared(**changes)
    if "Vpc" in changes:  # its id is another one then
        found.different = [line for line in found.different if "Subnet" not in line]
    assert found.different == [difference]


@pytest.mark.parametrize(
    ("rehearsed", "refused", "last"),
    [
        (["VPC: 10.1.0.0/16"], [], "- VPC: 10.1.0.0/16"),
        ([], ["refused: a call"], "- refused: a call"),
        (RecordError("no record"), [], "deploy-emulated: no record"),
    ],
    ids=["difference", "refused call", "error"],
)
def test_what_does_not_hold_fails_the_command(
    rehearsed: list[str] | Exception,
    refused: list[str],
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "_rehearse", Mock(side_effect=[rehearsed]))
    monkeypatch.setattr(command, "_permissions", lambda _: refused)
    assert command.main() == 1
    assert capsys.readouterr().err.splitlines()[-1] == last
