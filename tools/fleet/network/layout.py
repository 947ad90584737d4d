"""Hosts and routes as the template says: addresses of its subnets, routes of its route tables.

The internet and the routers between are in networks for documentation (RFC 5737).
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from infra.checks.security_groups import TopologyError
from infra.checks.template import Design, Resource
from infra.checks.topology import Place, Topology, default_gateway, read_subnets
from tools.fleet.network.hosts import CLOUDFRONT, INTERNET, PARTIES, VPC, Host, Segment

OUTSIDE = Segment(INTERNET, "lan", IPv4Network("203.0.113.0/24"))
PUBLIC = IPv4Network("198.51.100.0/24")
"""Where the VPC's public addresses are."""
_UPLINK, _ENDPOINT = IPv4Network("192.0.2.0/30"), IPv4Network("192.0.2.4/30")
"""Between the internet and the VPC's router, and between that and S3."""

_RESERVED = 4
"""AWS keeps the first four addresses of a subnet, and the last."""


class Layout:
    """Names and addresses of all hosts, and the routes of the two routers."""

    def __init__(self, design: Design, topology: Topology) -> None:
        self._design, self._topology = design, topology
        self._places = {(_party(place), place.subnet.zone): place for place in topology.places}
        self._segments = {
            subnet.network: Segment(VPC, f"subnet{number}", subnet.network)
            for number, subnet in enumerate(topology.subnets)
        }
        self._free = {
            segment: iter([*segment.network][_RESERVED:-1])
            for segment in (OUTSIDE, CLOUDFRONT, *self._segments.values())
        }
        self._public = PUBLIC.hosts()
        self._numbers = dict[str, int]()
        self._nats = dict(self._make_nats())

    def first(self, tasks: int) -> list[Host]:
        """The hosts at the start, with so many tasks in each zone."""
        outside = {"clients": OUTSIDE, "registry": OUTSIDE, "s3": OUTSIDE}
        if any(place.origin for place in self._topology.places):
            outside["cloudfront"] = CLOUDFRONT
        hosts = [
            Host(name, name, "", segment, next(self._free[segment]))
            for name, segment in outside.items()
        ]
        self._s3 = next(host for host in hosts if host.party == "s3")
        for party, zone in self._places:
            hosts += [self.host(party, zone) for _ in range(tasks if party == "tasks" else 1)]
        return [*hosts, *self._nats.values()]

    def host(self, party: str, zone: str) -> Host:
        """One more host of a party in its subnet of a zone."""
        place = self._places[party, zone]
        name = f"{party.removesuffix('s').removesuffix(' alb')}-{zone[-2:]}"
        if party == "tasks":
            self._numbers[name] = self._numbers.get(name, 0) + 1
            name += f"-{self._numbers[name]}"
        segment = self._segments[place.subnet.network]
        public = next(self._public) if place.public_address else None
        address = next(self._free[segment])
        return Host(name, party, zone, segment, address, public, place.groups, place.origin)

    def internet_router(self) -> Iterator[str]:
        """`ip`'s commands in the internet's namespace."""
        yield from _bridge(OUTSIDE)
        yield f"address add {_UPLINK[1]}/30 dev vpc"
        yield "link set vpc up"
        yield f"route add {PUBLIC} via {_UPLINK[2]}"

    def vpc_router(self) -> Iterator[str]:
        """`ip`'s commands in the VPC's namespace: each subnet with its own route table."""
        for segment in (CLOUDFRONT, *self._segments.values()):
            yield from _bridge(segment)
        attachments = self._design.of_type("AWS::EC2::VPCGatewayAttachment")
        attached = [_target(self._design, each, "InternetGatewayId") for each in attachments]
        yield f"address add {_UPLINK[2]}/30 dev igw"
        yield f"link set igw {'up' if any(attached) else 'down'}"
        yield f"address add {_ENDPOINT[1]}/30 dev endpoint"
        yield "link set endpoint up"
        for number, (resource, subnet) in enumerate(read_subnets(self._design).items()):
            table = 100 + number
            yield f"rule add iif {self._segments[subnet.network].bridge} lookup {table}"
            yield f"route add blackhole {self._topology.network} table {table}"
            for segment in (CLOUDFRONT, *self._segments.values()):
                yield f"route add {segment.network} dev {segment.bridge} table {table}"
            gateway = default_gateway(self._design, resource)
            yield f"route add {self._default_route(gateway, attached)} table {table}"
            if "s3" in subnet.endpoints:
                yield f"route add {self._s3.address} via {_ENDPOINT[2]} table {table}"

    def s3_routes(self) -> Iterator[str]:
        """`ip`'s commands in S3's namespace: to the VPC by the gateway endpoint."""
        yield f"address add {_ENDPOINT[2]}/30 dev endpoint"
        yield "link set endpoint up"
        yield f"route add {self._topology.network} via {_ENDPOINT[1]}"

    def _default_route(self, gateway: Resource | None, attached: list[Resource | None]) -> str:
        if gateway in self._nats:
            return f"default via {self._nats[gateway].address}"
        if gateway and gateway in attached:
            return f"default via {_UPLINK[1]}"
        return "blackhole default"

    def _make_nats(self) -> Iterator[tuple[Resource, Host]]:
        subnets = read_subnets(self._design)
        for nat in self._design.of_type("AWS::EC2::NatGateway"):
            home = _target(self._design, nat, "SubnetId")
            if home is None:
                raise TopologyError(f"{nat.name}: SubnetId refers to nothing in the templates")
            segment, zone = self._segments[subnets[home].network], subnets[home].zone
            public = next(self._public) if _target(self._design, nat, "AllocationId") else None
            name = f"nat-{zone[-2:]}"
            yield nat, Host(name, "nat", zone, segment, next(self._free[segment]), public)


def _party(place: Place) -> str:
    return {name: own for own, name in PARTIES.items()}.get(place.party, place.party)


def _bridge(segment: Segment) -> Iterator[str]:
    yield f"link add {segment.bridge} type bridge"
    yield f"address add {segment.gateway}/{segment.network.prefixlen} dev {segment.bridge}"
    yield f"link set {segment.bridge} up"


def _target(design: Design, owner: Resource, key: str) -> Resource | None:
    return design.resolve(owner.properties.get(key), owner.stack)
