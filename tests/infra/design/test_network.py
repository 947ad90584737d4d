"""The network; tests/infra/checks computes its routes and security groups from the template."""

from ishizue_ops.template import Design
from tests.infra.conftest import Designs
from tests.infra.reading import OTHERS, only


def test_the_vpc_has_two_public_and_two_private_subnets_which_assign_no_public_addresses(
    design: Design,
) -> None:
    assert only(design, "AWS::EC2::VPC").properties["CidrBlock"] == "10.0.0.0/16"
    subnets = [found.properties for found in design.of_type("AWS::EC2::Subnet")]
    assert {found["CidrBlock"]: found["AvailabilityZone"] for found in subnets} == {
        "10.0.1.0/24": "ap-northeast-1a",
        "10.0.2.0/24": "ap-northeast-1c",
        "10.0.11.0/24": "ap-northeast-1a",
        "10.0.12.0/24": "ap-northeast-1c",
    }
    assert [found["MapPublicIpOnLaunch"] for found in subnets] == [False] * 4


def test_networks_are_settings(designs: Designs) -> None:
    design = designs(**OTHERS)
    assert only(design, "AWS::EC2::VPC").properties["CidrBlock"] == "10.8.0.0/20"
    cidrs = [found.properties["CidrBlock"] for found in design.of_type("AWS::EC2::Subnet")]
    assert cidrs == ["10.8.0.0/26", "10.8.0.64/26", "10.8.4.0/24", "10.8.5.0/24"]
