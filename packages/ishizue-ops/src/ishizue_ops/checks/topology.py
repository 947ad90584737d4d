"""The network in the template: subnets and their default routes, security groups, who is where.

Anything not understood is refused by name: an unknown path would otherwise count as closed.
Left out on purpose: the VPC's resolver and the tasks' metadata address, which no security group
filters, and network ACLs, which the design does not use.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from ishizue_ops.checks.security_groups import (
    ANYWHERE,
    Group,
    TopologyError,
    read_group,
    read_network,
)
from ishizue_ops.template import Design, Resource, nodes

INTERNET_GATEWAY = "internet gateway"

_UNDERSTOOD = {
    *("AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::Route"),
    *("AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::InternetGateway", "AWS::EC2::EIP"),
    *("AWS::EC2::VPCGatewayAttachment", "AWS::EC2::NatGateway", "AWS::EC2::VPCEndpoint"),
    *("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::FlowLog"),
    *("AWS::EC2::SecurityGroupEgress", "AWS::ECS::Service", "AWS::RDS::DBInstance"),
    *("AWS::RDS::DBCluster", "AWS::RDS::DBSubnetGroup"),
    *("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::Lambda::Function"),
}
_MUST_REFER = ("GroupId", "RouteTableId", "SubnetId")
"""Properties that put a rule, a route or an association somewhere: elsewhere it would be unseen."""


@dataclass(frozen=True)
class Subnet:
    """A subnet. `route` is the gateway that its default route reaches, if any.

    `endpoints` are the services of AWS that it reaches through gateway endpoints.
    """

    zone: str
    network: IPv4Network
    route: str | None
    endpoints: tuple[str, ...] = ()

    @property
    def public(self) -> bool:
        """Whether the internet can reach a public address in it."""
        return self.route == INTERNET_GATEWAY


@dataclass(frozen=True)
class Place:
    """A party (`alb`, `internal alb`, `tasks`, `database` or `smoke test`) in one of its subnets.

    An `internal alb` is one that CloudFront uses, whatever its scheme; `origin` are the ports to
    which it connects through a VPC origin.
    """

    party: str
    subnet: Subnet
    groups: tuple[Resource, ...]
    public_address: bool
    listening: frozenset[int]
    origin: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """Such as `tasks in ap-northeast-1a`."""
        return f"{self.party} in {self.subnet.zone}"


@dataclass(frozen=True)
class Topology:
    """The network of a whole design."""

    network: IPv4Network
    subnets: tuple[Subnet, ...]
    groups: Mapping[Resource, Group]
    places: tuple[Place, ...]


def read(design: Design) -> Topology:
    """Read the network. Raises TopologyError for anything this model does not understand."""
    _refuse_unknown(design)
    [*vpcs] = design.of_type("AWS::EC2::VPC")
    if len(vpcs) != 1:
        raise TopologyError(f"{len(vpcs)} VPCs; exactly one is supported")
    subnets = read_subnets(design)
    found = design.of_type("AWS::EC2::SecurityGroup")
    return Topology(
        network=read_network(design, vpcs[0].properties.get("CidrBlock"), vpcs[0]),
        subnets=tuple(subnets.values()),
        groups={group: read_group(design, group) for group in found},
        places=tuple(_places(design, subnets)),
    )


def _refuse_unknown(design: Design) -> None:
    """Refuse unknown EC2 types, and unknown types that use a subnet or a security group."""
    for resource in design.resources:
        if resource.type in _UNDERSTOOD:
            for key in resource.properties.keys() & _MUST_REFER:
                if _target(design, resource, key) is None:
                    message = f"{resource.name}: {key} refers to nothing in the templates"
                    raise TopologyError(message)
            continue
        if resource.type.startswith("AWS::EC2::"):
            raise TopologyError(f"{resource.name}: {resource.type} is not supported")
        for node in nodes(resource.properties):
            target = design.resolve(node, resource.stack)
            if target and target.type in ("AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"):
                raise TopologyError(f"{resource.name}: {resource.type} in the VPC is not supported")


# Subnets and their routes


def read_subnets(design: Design) -> dict[Resource, Subnet]:
    """Every subnet by its resource."""
    routes = {
        subnet: default_gateway(design, subnet) for subnet in design.of_type("AWS::EC2::Subnet")
    }
    return {
        subnet: Subnet(
            zone=str(subnet.properties.get("AvailabilityZone")),
            network=read_network(design, subnet.properties.get("CidrBlock"), subnet),
            route=_route(design, gateway, routes),
            endpoints=tuple(_endpoints(design, subnet)),
        )
        for subnet, gateway in routes.items()
    }


def _table(design: Design, subnet: Resource) -> Resource | None:
    """The subnet's own route table."""
    for association in design.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if _target(design, association, "SubnetId") == subnet:
            return _target(design, association, "RouteTableId")
    return None


def _endpoints(design: Design, subnet: Resource) -> Iterator[str]:
    """`s3` for a gateway endpoint that the subnet's table routes S3's addresses to."""
    table = _table(design, subnet)
    for endpoint in design.of_type("AWS::EC2::VPCEndpoint"):
        properties = endpoint.properties
        if properties.get("VpcEndpointType", "Gateway") != "Gateway":
            raise TopologyError(f"{endpoint.name}: only gateway endpoints are supported")
        if table in design.resolve_all(properties.get("RouteTableIds", []), endpoint.stack):
            match properties.get("ServiceName"):
                case {"Fn::Join": ["", [*_, str(end)]]} | str(end):  # com.amazonaws.<region>.s3
                    yield end.rpartition(".")[2]
                case other:
                    raise TopologyError(f"{endpoint.name}: ServiceName {other} is not supported")


def default_gateway(design: Design, subnet: Resource) -> Resource | None:
    """The target of the subnet's default route; the main route table has none."""
    table = _table(design, subnet)
    for route in design.of_type("AWS::EC2::Route"):
        if table is not None and _target(design, route, "RouteTableId") == table:
            if route.properties.get("DestinationCidrBlock") != str(ANYWHERE):
                raise TopologyError(f"{route.name}: only default routes are supported")
            return _target(design, route, "GatewayId") or _target(design, route, "NatGatewayId")
    return None


def _route(
    design: Design, gateway: Resource | None, routes: Mapping[Resource, Resource | None]
) -> str | None:
    """The gateway's name, or None where it leads nowhere."""
    if gateway is None:
        return None
    if gateway.type == "AWS::EC2::InternetGateway":
        attachments = design.of_type("AWS::EC2::VPCGatewayAttachment")
        attached = [_target(design, each, "InternetGatewayId") for each in attachments]
        return INTERNET_GATEWAY if gateway in attached else None
    if gateway.type != "AWS::EC2::NatGateway":
        raise TopologyError(f"{gateway.name}: {gateway.type} is not a supported gateway")
    home, address = _target(design, gateway, "SubnetId"), _target(design, gateway, "AllocationId")
    public = gateway.properties.get("ConnectivityType", "public") == "public"
    if home is None or address is None or not public:
        return None
    behind = routes.get(home)
    if behind is None or behind.type != "AWS::EC2::InternetGateway":
        return None
    zone = home.properties.get("AvailabilityZone")
    return f"NAT gateway in {zone}" if _route(design, behind, routes) else None


def _target(design: Design, owner: Resource, key: str) -> Resource | None:
    """The resource that a property refers to."""
    return design.resolve(owner.properties.get(key), owner.stack)


# The parties


def _places(design: Design, subnets: Mapping[Resource, Subnet]) -> Iterator[Place]:
    for party, owner, homes, groups, public, ports in (
        *_balancers(design),
        *_services(design),
        *_databases(design),
        *_functions(design),
    ):
        in_groups = tuple(design.resolve_all(groups, owner.stack))
        in_subnets = design.resolve_all(homes, owner.stack)
        if not in_subnets or not in_groups:
            raise TopologyError(f"{owner.name}: without subnets or security groups")
        origin = origins(design, owner)
        for home in in_subnets:
            yield Place(party, subnets[home], in_groups, public, frozenset(ports), origin)


_Found = tuple[str, Resource, object, object, bool, Iterable[int]]
"""A party, its resource, references to its subnets and groups, a public address, its ports."""


def _balancers(design: Design) -> Iterator[_Found]:
    for balancer in design.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        properties = balancer.properties
        ports = {
            int(listener.properties["Port"])
            for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener")
            if _target(design, listener, "LoadBalancerArn") == balancer
        }
        public = properties.get("Scheme", "internet-facing") == "internet-facing"
        party = "internal alb" if origins(design, balancer) else "alb"
        groups = properties.get("SecurityGroups")
        yield party, balancer, properties.get("Subnets"), groups, public, ports


def origins(design: Design, balancer: Resource) -> frozenset[int]:
    """The ports of a load balancer that some distribution uses through a VPC origin."""
    used = {
        design.resolve(node.get("VpcOriginId"), distribution.stack)
        for distribution in design.of_type("AWS::CloudFront::Distribution")
        for node in nodes(distribution.properties)
    }
    found = set()
    for origin in design.of_type("AWS::CloudFront::VpcOrigin"):
        config = origin.properties["VpcOriginEndpointConfig"]
        if origin in used and design.resolve(config["Arn"], origin.stack) == balancer:
            if config.get("OriginProtocolPolicy") != "http-only":
                raise TopologyError(f"{origin.name}: only an origin with http-only is supported")
            found.add(int(config.get("HTTPPort", 80)))
    return frozenset(found)


def _services(design: Design) -> Iterator[_Found]:
    for service in design.of_type("AWS::ECS::Service"):
        network = service.properties["NetworkConfiguration"]["AwsvpcConfiguration"]
        task = _target(design, service, "TaskDefinition")
        ports = {
            int(node["ContainerPort"])
            for node in nodes(task.properties if task else {})
            if "ContainerPort" in node
        }
        # Fargate's default.
        public = network.get("AssignPublicIp", "DISABLED") == "ENABLED"
        groups = network.get("SecurityGroups")
        yield "tasks", service, network.get("Subnets"), groups, public, ports


def _functions(design: Design) -> Iterator[_Found]:
    for function in design.of_type("AWS::Lambda::Function"):
        if network := function.properties.get("VpcConfig"):
            homes, groups = network.get("SubnetIds"), network.get("SecurityGroupIds")
            yield "smoke test", function, homes, groups, False, ()


def _databases(design: Design) -> Iterator[_Found]:
    """A standalone instance, or a cluster, whose instances share its subnets and groups."""
    instances = design.of_type("AWS::RDS::DBInstance")
    alone = [each for each in instances if "DBClusterIdentifier" not in each.properties]
    for database in [*alone, *design.of_type("AWS::RDS::DBCluster")]:
        properties = database.properties
        group = _target(design, database, "DBSubnetGroupName")
        homes = group.properties["SubnetIds"] if group else []
        key = "VPCSecurityGroups" if database in alone else "VpcSecurityGroupIds"
        # By default RDS decides by the subnets: count it as public.
        public = any(
            each.properties.get("PubliclyAccessible", True)
            for each in instances
            if database in (each, _target(design, each, "DBClusterIdentifier"))
        )
        # CloudFormation's default for a cluster is MySQL's port, whatever the engine.
        port = properties.get("Port", 5432 if database in alone else 3306)
        yield "database", database, homes, properties.get(key), public, {int(port)}
