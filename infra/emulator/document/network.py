"""The network, as the document has it: VPC, subnets, and where their routes lead."""

from typing import Any

from infra.emulator.account import Account
from infra.emulator.document.line import Line, Proof

_HEADING = "Network"


def _subnets(account: Account) -> list[dict[str, Any]]:
    wanted = account.ids("AWS::EC2::Subnet")
    return list(account.client("ec2").describe_subnets(SubnetIds=wanted)["Subnets"])


def _default_route(account: Account, subnet: str) -> dict[str, Any]:
    tables = account.client("ec2").describe_route_tables()["RouteTables"]
    [route] = [
        route
        for table in tables
        if any(held.get("SubnetId") == subnet for held in table["Associations"])
        for route in table["Routes"]
        if route.get("DestinationCidrBlock") == "0.0.0.0/0"
    ]
    return dict(route)


def subnets(account: Account, *, public: bool) -> dict[str, dict[str, Any]]:
    """The subnets by id whose way out is the internet gateway, or is not."""
    return {
        subnet["SubnetId"]: subnet
        for subnet in _subnets(account)
        if ("GatewayId" in _default_route(account, subnet["SubnetId"])) == public
    }


def _addresses(account: Account, *, public: bool) -> list[tuple[str, str]]:
    found = subnets(account, public=public).values()
    return sorted((subnet["AvailabilityZone"], subnet["CidrBlock"]) for subnet in found)


def _vpc(account: Account) -> str:
    [vpc] = account.client("ec2").describe_vpcs(VpcIds=[account.id("AWS::EC2::VPC")])["Vpcs"]
    return str(vpc["CidrBlock"])


def _gateway_is_attached(account: Account) -> bool:
    [gateway] = account.client("ec2").describe_internet_gateways(
        InternetGatewayIds=[account.id("AWS::EC2::InternetGateway")]
    )["InternetGateways"]
    return [held["VpcId"] for held in gateway["Attachments"]] == [account.id("AWS::EC2::VPC")]


def _nat_gateways(account: Account) -> list[dict[str, Any]]:
    found = account.client("ec2").describe_nat_gateways()["NatGateways"]
    return [one for one in found if one["State"] == "available"]


def _private_ways_out(account: Account) -> set[str]:
    private = subnets(account, public=False)
    routes = [_default_route(account, subnet) for subnet in private]
    nats = {gateway["NatGatewayId"] for gateway in _nat_gateways(account)}
    return {"NAT gateway" if route.get("NatGatewayId") in nats else "?" for route in routes}


def lines() -> list[Line]:
    """The document's first layer."""
    return [
        Line(_HEADING, "VPC, CIDR", "10.0.0.0/16", _vpc),
        Line(_HEADING, "Internet gateway on the VPC", True, _gateway_is_attached),
        Line(
            _HEADING,
            "Public subnets, by way of the internet gateway",
            [("ap-northeast-1a", "10.0.1.0/24"), ("ap-northeast-1c", "10.0.2.0/24")],
            lambda account: _addresses(account, public=True),
        ),
        Line(
            _HEADING,
            "Private subnets",
            [("ap-northeast-1a", "10.0.11.0/24"), ("ap-northeast-1c", "10.0.12.0/24")],
            lambda account: _addresses(account, public=False),
        ),
        Line(
            _HEADING,
            "Private subnets' only way out",
            {"NAT gateway"},
            _private_ways_out,
            Proof.OURS,
        ),
        Line(
            _HEADING,
            "NAT gateways, each in a public subnet",
            1,
            lambda account: sum(
                gateway["SubnetId"] in subnets(account, public=True)
                for gateway in _nat_gateways(account)
            ),
            Proof.OURS,
        ),
        Line(
            _HEADING,
            "Addresses for NAT gateways",
            1,
            lambda account: len(account.client("ec2").describe_addresses()["Addresses"]),
            Proof.OURS,
        ),
        Line(
            _HEADING,
            "Load balancer in the public subnets",
            True,
            lambda account: (
                {zone["SubnetId"] for zone in account.load_balancer["AvailabilityZones"]}
                == set(subnets(account, public=True))
            ),
        ),
        Line(
            _HEADING,
            "Tasks in the private subnets, no public address",
            (True, "DISABLED"),
            _tasks_place,
        ),
    ]


def _tasks_place(account: Account) -> tuple[bool, str]:
    place = account.service["networkConfiguration"]["awsvpcConfiguration"]
    return set(place["subnets"]) == set(subnets(account, public=False)), place["assignPublicIp"]
