"""The network in the template: subnets and their default routes, security groups, who is where.

Anything not understood is a finding by name: an unknown path would otherwise count as closed.
Left out on purpose: the VPC's resolver and the tasks' metadata address, which no security group
filters, and network ACLs, which the design does not use.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from ishizue_ops.checks.security_groups import ANYWHERE, Group, read_group, read_network
from ishizue_ops.resource_types import USUAL, Finding, Unknown
from ishizue_ops.template import Design, Resource, nodes, understanding

INTERNET_GATEWAY = "internet gateway"

WORKERS, JOBS = "workers", "jobs"
"""Services without a load balancer, and tasks that a schedule starts: nobody reaches them."""

_NOWHERE = IPv4Network("255.255.255.255/32")
_MUST_REFER = ("GroupId", "RouteTableId", "SubnetId")
"""Properties that put a rule, a route or an association where the reader looks for it."""


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
    """A party in one of its subnets: `alb`, `internal alb`, `tasks`, `workers`, `jobs`, `database`,
    or `function`.

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
        """The party and its zone, such as `tasks in ap-northeast-1a`."""
        return f"{self.party} in {self.subnet.zone}"


@dataclass(frozen=True)
class Topology:
    """The network of a whole design."""

    network: IPv4Network
    subnets: tuple[Subnet, ...]
    groups: Mapping[Resource, Group]
    places: tuple[Place, ...]
    unknown: tuple[Finding, ...] = ()
    """What the topology leaves out."""


def read(design: Design) -> Topology:
    """Read the network."""
    findings: list[Finding] = []
    network = _NOWHERE
    vpcs = design.of_type("AWS::EC2::VPC")
    for vpc in vpcs:
        with understanding("network", vpc, findings):
            if vpc != vpcs[0]:
                raise Unknown(f"{len(vpcs)} VPCs; exactly one is supported")
            network = read_network(design, vpc.properties.get("CidrBlock"), vpc)
    for resource in design.resources:
        with understanding("network", resource, findings):
            _refuse_unknown(design, resource)
    subnets = _subnets(design, findings)
    groups = design.of_type("AWS::EC2::SecurityGroup")
    return Topology(
        network=network,
        subnets=tuple(subnets.values()),
        groups={group: read_group(design, group, findings) for group in groups},
        places=tuple(_places(design, subnets, findings)),
        unknown=tuple(findings),
    )


def _refuse_unknown(design: Design, resource: Resource) -> None:
    """Refuse unknown EC2 types, and unknown types that use a subnet or a security group."""
    if resource.type in USUAL:
        for key in resource.properties.keys() & _MUST_REFER:
            if resource.type.startswith("AWS::EC2::") and not _target(design, resource, key):
                raise Unknown(f"{key} refers to nothing in the templates")
        return
    targets = {each.type for each in design.references(resource)}
    used = {"AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"} & targets
    if used or resource.type.startswith("AWS::EC2::"):
        raise Unknown("nobody says where it is in the VPC, or that it opens no way")


# Subnets and their routes


def _subnets(design: Design, findings: list[Finding]) -> dict[Resource, Subnet]:
    """Every subnet by its resource. A route or an endpoint that is not understood leads nowhere."""
    owners = design.of_type("AWS::EC2::Subnet")
    routes: dict[Resource, Resource | None] = dict.fromkeys(owners)
    for subnet in owners:
        for route in _default_routes(design, subnet):
            with understanding("network", route, findings):
                routes[subnet] = _gateway(design, route)
    subnets: dict[Resource, Subnet] = {}
    for subnet, gateway in routes.items():
        endpoints: list[str] = []
        for endpoint in design.of_type("AWS::EC2::VPCEndpoint"):
            with understanding("network", endpoint, findings):
                endpoints += _service(design, endpoint, _table(design, subnet))
        way: str | None = None
        with understanding("network", gateway or subnet, findings):
            way = _route(design, gateway, routes)
        with understanding("network", subnet, findings):
            network = read_network(design, subnet.properties.get("CidrBlock"), subnet)
            zone = str(subnet.properties.get("AvailabilityZone"))
            subnets[subnet] = Subnet(zone, network, way, tuple(endpoints))
    return subnets


def _table(design: Design, subnet: Resource) -> Resource | None:
    """The subnet's own route table."""
    for association in design.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if _target(design, association, "SubnetId") == subnet:
            return _target(design, association, "RouteTableId")
    return None


def _service(design: Design, endpoint: Resource, table: Resource | None) -> list[str]:
    """`s3` if this is a gateway endpoint that the table routes S3's addresses to."""
    properties = endpoint.properties
    if properties.get("VpcEndpointType", "Gateway") != "Gateway":
        raise Unknown("only gateway endpoints are supported")
    if table not in design.resolve_all(properties.get("RouteTableIds", []), endpoint.stack):
        return []
    match properties.get("ServiceName"):
        case {"Fn::Join": ["", [*_, str(end)]]} | str(end):  # com.amazonaws.<region>.s3
            return [end.rpartition(".")[2]]
        case other:
            raise Unknown(f"ServiceName {other} is not supported")


def _default_routes(design: Design, subnet: Resource) -> list[Resource]:
    """The routes in the subnet's own table; the main route table has none."""
    table = _table(design, subnet)
    routes = design.of_type("AWS::EC2::Route") if table else []
    return [route for route in routes if _target(design, route, "RouteTableId") == table]


def _gateway(design: Design, route: Resource) -> Resource | None:
    if route.properties.get("DestinationCidrBlock") != str(ANYWHERE):
        raise Unknown("only default routes are supported")
    return _target(design, route, "GatewayId") or _target(design, route, "NatGatewayId")


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
        raise Unknown("not a supported gateway")
    home = _target(design, gateway, "SubnetId")
    address = _target(design, gateway, "AllocationId")
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


_Found = tuple[str, object, object, bool, Iterable[int]]
"""A party, references to its subnets and groups, whether it has public addresses, its ports."""


def _places(
    design: Design,
    subnets: Mapping[Resource, Subnet],
    findings: list[Finding],
) -> Iterator[Place]:
    for owner in design.resources:
        made: list[Place] = []
        with understanding("network", owner, findings):
            reader = _READERS.get(owner.type)
            for party, homes, groups, public, ports in reader(design, owner) if reader else ():
                in_groups = tuple(design.resolve_all(groups, owner.stack))
                in_subnets = [*_in_subnets(design, homes, owner.stack)]
                if not in_subnets or not in_groups:
                    raise Unknown("without subnets or security groups")
                origin = origins(design, owner, findings)
                for home in in_subnets:
                    port = frozenset(ports)
                    made.append(Place(party, subnets[home], in_groups, public, port, origin))
        yield from made


def _in_subnets(design: Design, homes: object, stack: str) -> Iterator[Resource]:
    """The subnets that are named, directly or by a group of subnets."""
    for home in design.resolve_all(homes, stack):
        if home.type == "AWS::EC2::Subnet":
            yield home
        else:
            yield from design.resolve_all(home.properties.get("SubnetIds", []), home.stack)


def _balancer(design: Design, balancer: Resource) -> Iterator[_Found]:
    properties = balancer.properties
    ports = {
        int(listener.properties["Port"])
        for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener")
        if _target(design, listener, "LoadBalancerArn") == balancer
    }
    public = properties.get("Scheme", "internet-facing") == "internet-facing"
    party = "internal alb" if origins(design, balancer, []) else "alb"
    yield party, properties.get("Subnets"), properties.get("SecurityGroups"), public, ports


def origins(design: Design, balancer: Resource, findings: list[Finding]) -> frozenset[int]:
    """The ports of a load balancer that some distribution uses through a VPC origin."""
    used = {
        design.resolve(node.get("VpcOriginId"), distribution.stack)
        for distribution in design.of_type("AWS::CloudFront::Distribution")
        for node in nodes(distribution.properties)
    }
    ports = set()
    for origin in design.of_type("AWS::CloudFront::VpcOrigin"):
        with understanding("network", origin, findings):
            config = origin.properties["VpcOriginEndpointConfig"]
            if origin in used and design.resolve(config["Arn"], origin.stack) == balancer:
                if config.get("OriginProtocolPolicy") != "http-only":
                    raise Unknown("only an origin with http-only is supported")
                ports.add(int(config.get("HTTPPort", 80)))
    return frozenset(ports)


def _tasks(design: Design, service: Resource) -> Iterator[_Found]:
    task = _target(design, service, "TaskDefinition")
    ports = {
        int(node["ContainerPort"])
        for node in nodes(task.properties if task else {})
        if "ContainerPort" in node
    }
    party = "tasks" if service.properties.get("LoadBalancers") else WORKERS
    network = service.properties["NetworkConfiguration"]["AwsvpcConfiguration"]
    yield party, *_awsvpc(network), ports


def _jobs(_: Design, schedule: Resource) -> Iterator[_Found]:
    """The tasks that a schedule, or a rule of EventBridge, starts."""
    for node in nodes(schedule.properties):
        if "Subnets" in node:
            yield JOBS, *_awsvpc(node), ()


def _awsvpc(network: Mapping[str, Any]) -> tuple[object, object, bool]:
    # By default Fargate assigns none.
    public = network.get("AssignPublicIp", "DISABLED") == "ENABLED"
    return network.get("Subnets"), network.get("SecurityGroups"), public


def _function(_: Design, function: Resource) -> Iterator[_Found]:
    if network := function.properties.get("VpcConfig"):
        yield "function", network.get("SubnetIds"), network.get("SecurityGroupIds"), False, ()


def _database(design: Design, database: Resource) -> Iterator[_Found]:
    """A standalone instance, or a cluster, whose instances share its subnets and groups."""
    properties = database.properties
    if "DBClusterIdentifier" in properties:
        return
    alone = database.type == "AWS::RDS::DBInstance"
    key = "VPCSecurityGroups" if alone else "VpcSecurityGroupIds"
    # By default RDS decides by the subnets: count it as public.
    public = any(
        each.properties.get("PubliclyAccessible", True)
        for each in design.of_type("AWS::RDS::DBInstance")
        if database in (each, _target(design, each, "DBClusterIdentifier"))
    )
    # CloudFormation's default for a cluster is MySQL's port, whatever the engine.
    port = int(properties.get("Port", 5432 if alone else 3306))
    yield "database", properties.get("DBSubnetGroupName"), properties.get(key), public, {port}


_READERS: Mapping[str, Callable[[Design, Resource], Iterable[_Found]]] = {
    "AWS::ECS::Service": _tasks,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::Events::Rule": _jobs,
    "AWS::Lambda::Function": _function,
    "AWS::RDS::DBCluster": _database,
    "AWS::RDS::DBInstance": _database,
    "AWS::Scheduler::Schedule": _jobs,
}
"""The reader of each usual type says where its resources are."""
