"""The network; tests/infra/checks computes its routes and security groups from the template."""

from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import OTHERS, only


def test_networks_are_settings(designs: Designs) -> None:
    design = designs(**OTHERS)
    assert only(design, "AWS::EC2::VPC").properties["CidrBlock"] == "10.8.0.0/20"
    cidrs = [found.properties["CidrBlock"] for found in design.of_type("AWS::EC2::Subnet")]
    assert cidrs == ["10.8.0.0/26", "10.8.0.64/26", "10.8.4.0/24", "10.8.5.0/24"]
