"""The network and the security groups, as the document has them."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import only

from infra.report.template import Design, Resource

DOCUMENT = {
    "10.0.1.0/24": ("ap-northeast-1a", "internet"),
    "10.0.2.0/24": ("ap-northeast-1c", "internet"),
    "10.0.11.0/24": ("ap-northeast-1a", "NAT"),
    "10.0.12.0/24": ("ap-northeast-1c", "NAT"),
}
"""Each subnet's zone, and what its way out is."""


def way_out(design: Design, subnet: Resource) -> Mapping[str, Any]:
    """The properties of the subnet's one route."""
    [table] = [
        association.properties["RouteTableId"]
        for association in design.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if design.resolve(association.properties["SubnetId"], association.stack) == subnet
    ]
    [route] = [
        route.properties
        for route in design.of_type("AWS::EC2::Route")
        if route.properties["RouteTableId"] == table
    ]
    assert route["DestinationCidrBlock"] == "0.0.0.0/0"
    return route


def subnet(design: Design, cidr: str) -> Resource:
    [found] = [s for s in design.of_type("AWS::EC2::Subnet") if s.properties["CidrBlock"] == cidr]
    return found


def test_the_vpc_has_the_documents_subnets_in_its_zones(design: Design) -> None:
    assert only(design, "AWS::EC2::VPC").properties["CidrBlock"] == "10.0.0.0/16"
    zones = {
        found.properties["CidrBlock"]: found.properties["AvailabilityZone"]
        for found in design.of_type("AWS::EC2::Subnet")
    }
    assert zones == {cidr: zone for cidr, (zone, _) in DOCUMENT.items()}


def test_public_subnets_go_out_by_the_gateway_and_private_ones_by_nat(design: Design) -> None:
    gateway = only(design, "AWS::EC2::InternetGateway")
    nat = only(design, "AWS::EC2::NatGateway")
    for cidr, (_, out) in DOCUMENT.items():
        route = way_out(design, subnet(design, cidr))
        if out == "internet":
            assert design.resolve(route["GatewayId"], gateway.stack) == gateway
        else:
            assert design.resolve(route["NatGatewayId"], nat.stack) == nat


def test_no_subnet_gives_out_public_addresses_by_itself(design: Design) -> None:
    given = [
        found.properties["MapPublicIpOnLaunch"] for found in design.of_type("AWS::EC2::Subnet")
    ]
    assert given == [False] * 4


def test_the_one_nat_gateway_stands_in_a_public_subnet(design: Design) -> None:
    nat = only(design, "AWS::EC2::NatGateway")
    stands_in = design.resolve(nat.properties["SubnetId"], nat.stack)
    assert stands_in == subnet(design, "10.0.1.0/24")


def test_with_two_nat_gateways_each_zone_uses_its_own(designs: Designs) -> None:
    design = designs(NAT_GATEWAYS="2")
    assert len(design.of_type("AWS::EC2::NatGateway")) == 2
    for private, public in (("10.0.11.0/24", "10.0.1.0/24"), ("10.0.12.0/24", "10.0.2.0/24")):
        route = way_out(design, subnet(design, private))
        nat = design.resolve(route["NatGatewayId"], "KiroSampleState")
        assert nat is not None
        assert design.resolve(nat.properties["SubnetId"], nat.stack) == subnet(design, public)


def test_other_networks_are_taken_as_they_are_given(designs: Designs) -> None:
    design = designs(
        VPC_CIDR="10.8.0.0/20",
        PUBLIC_CIDRS="10.8.0.0/26,10.8.0.64/26",
        PRIVATE_CIDRS="10.8.4.0/24,10.8.5.0/24",
    )
    assert only(design, "AWS::EC2::VPC").properties["CidrBlock"] == "10.8.0.0/20"
    cidrs = [found.properties["CidrBlock"] for found in design.of_type("AWS::EC2::Subnet")]
    assert cidrs == ["10.8.0.0/26", "10.8.0.64/26", "10.8.4.0/24", "10.8.5.0/24"]


def rules(design: Design, name: str, direction: str) -> set[tuple[object, int]]:
    """A group's rules: the other side (a network, or a group's name) and the port."""
    group = only(design, "AWS::EC2::SecurityGroup", f"SecurityGroups/{name}")
    found: list[Mapping[str, Any]] = list(group.properties.get(f"SecurityGroup{direction}", []))
    for rule in design.of_type(f"AWS::EC2::SecurityGroup{direction}"):
        if design.resolve(rule.properties["GroupId"], rule.stack) == group:
            found.append(rule.properties)

    def other_side(rule: Mapping[str, Any]) -> object:
        by_group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
        resolved = design.resolve(by_group, group.stack)
        return resolved.path.rpartition("/")[2] if resolved else rule["CidrIp"]

    assert all(rule["FromPort"] == rule["ToPort"] or rule["IpProtocol"] == "icmp" for rule in found)
    return {(other_side(rule), rule["FromPort"]) for rule in found if rule["IpProtocol"] == "tcp"}


def test_the_security_groups_are_the_documents_and_what_its_flow_needs(
    design: Design, variant: tuple[str, str]
) -> None:
    database, domain = variant
    redirected = {("0.0.0.0/0", 443)} if domain else set()
    assert rules(design, "LoadBalancer", "Ingress") == {("0.0.0.0/0", 80)} | redirected
    assert rules(design, "LoadBalancer", "Egress") == {("Tasks", 3000)}
    assert rules(design, "Tasks", "Ingress") == {("LoadBalancer", 3000)}
    to_database = set() if database == "none" else {("Database", 5432)}
    assert rules(design, "Tasks", "Egress") == {("0.0.0.0/0", 443)} | to_database
    if database != "none":
        assert rules(design, "Database", "Ingress") == {("Tasks", 5432)}
        assert rules(design, "Database", "Egress") == set()


def test_every_group_says_itself_what_may_go_out(design: Design) -> None:
    for group in design.of_type("AWS::EC2::SecurityGroup"):
        assert group.properties["SecurityGroupEgress"]
    assert design.of_type("AWS::EC2::SecurityGroupEgress") == []


@pytest.mark.parametrize("protected", ["on", "off"])
def test_a_protected_databases_group_outlives_it(designs: Designs, protected: str) -> None:
    design = designs(DATABASE_PROTECTION=protected)
    group = only(design, "AWS::EC2::SecurityGroup", "SecurityGroups/Database")
    kept = group.raw.get("DeletionPolicy") == "Retain"
    assert kept == (protected == "on")
