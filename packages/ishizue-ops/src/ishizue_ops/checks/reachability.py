"""Who can reach whom, and on which ports: computed from subnets, routes, gateways and rules.

A flow needs a rule on both sides: the source's egress and the target's ingress. `answered` says
that something listens on the port. A rule for part of a subnet makes a `partial` flow.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from ishizue_ops.app_contract import PORT
from ishizue_ops.checks.security_groups import ANYWHERE, Ports, Rule
from ishizue_ops.checks.topology import INTERNET_GATEWAY, JOBS, WORKERS, Place, Topology
from ishizue_ops.config import Config
from ishizue_ops.template import Resource

INTERNET = "internet"
ELSEWHERE = "elsewhere in the VPC"
CLOUDFRONT = "cloudfront"

VPC_ORIGIN = "VPC origin"

_NOT_ROUTED = [
    *map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")),
    *map(IPv4Network, ("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")),
]
"""Networks that are not routed on the internet."""


@dataclass(frozen=True, order=True)
class Flow:
    """A connection that the network allows, from its initiator.

    `source` and `target` are a party in a zone (`tasks in ap-northeast-1a`), the internet,
    `cloudfront`, or `elsewhere in the VPC`: any other address. `via` is the gateway that it passes.
    """

    source: str
    target: str
    ports: str
    via: str = ""
    answered: bool = True
    partial: bool = False

    def __str__(self) -> str:
        notes = [f"through the {self.via}"] if self.via else []
        notes += [] if self.answered else ["nothing listens"]
        notes += ["some addresses only"] if self.partial else []
        return f"{self.source} → {self.target}, {self.ports}" + "".join(f", {n}" for n in notes)


def flows(topology: Topology) -> frozenset[Flow]:
    """Every flow between the internet, the parties and the rest of the VPC."""
    found = set[Flow]()
    for place in topology.places:
        found.update(_inbound(topology, place), _outbound(topology, place))
        for source in topology.places:
            found.update(_between(topology, source, place))
    return frozenset(found)


def exposures(topology: Topology, *, public_tasks: bool) -> Iterator[str]:
    """Each missing barrier of all but a public load balancer, even where the others still hold.

    Tasks without a NAT gateway are meant to have public addresses; their security group remains.
    """
    for place in topology.places:
        if place.party == "alb":
            continue
        if not (public_tasks and place.party in ("tasks", WORKERS, JOBS)):
            if place.public_address:
                yield f"{place.name}: a public address"
            if place.subnet.public:
                yield f"{place.name}: a public subnet"
        if any(map(_has_public_addresses, _ingress(topology, place))):
            yield f"{place.name}: a rule that allows the internet"


def expected(config: Config, others: Iterable[str]) -> frozenset[Flow]:
    """The flows that the design of these settings allows.

    Tasks and `others`, which nobody reaches, may connect to any address on 443, a public load
    balancer's included. A product that is not `web` has the others only.
    """
    zones = config.zone_names
    nat_zones = zones[: config.nat_gateways]
    web = config.product.web
    https = config.domain is not None
    balancer = "internal alb" if config.cdn else "alb"
    inside = [*(["tasks"] if web else []), *others]
    allowed = set()
    for zone in zones:
        via = (
            f"NAT gateway in {zone if zone in nat_zones else nat_zones[0]}"
            if nat_zones
            else INTERNET_GATEWAY
        )
        for party in inside:
            allowed.add(Flow(f"{party} in {zone}", INTERNET, "tcp 443", via))
            allowed.add(Flow(f"{party} in {zone}", "s3", "tcp 443", "gateway endpoint"))
        if config.cdn and web:
            allowed.add(Flow(CLOUDFRONT, f"internal alb in {zone}", "tcp 80", VPC_ORIGIN))
        for port, answered in (
            () if config.cdn or not web else (("tcp 443", https), ("tcp 80", True))
        ):
            allowed.add(Flow(INTERNET, f"alb in {zone}", port, INTERNET_GATEWAY, answered))
            allowed.add(Flow(ELSEWHERE, f"alb in {zone}", port, answered=answered))
        for other in zones:
            if web:
                allowed.add(Flow(f"{balancer} in {zone}", f"tasks in {other}", f"tcp {PORT}"))
            for party in inside if config.database != "none" else ():
                allowed.add(Flow(f"{party} in {zone}", f"database in {other}", "tcp 5432"))
            for party in () if config.cdn or not web else inside:
                source = f"{party} in {zone}"
                allowed.add(Flow(source, f"alb in {other}", "tcp 443", answered=https))
    return frozenset(allowed)


def merged(flows: Iterable[Flow]) -> list[str]:
    """The flows with the zones left out, for people to read."""
    return sorted({re.sub(r" in [a-z]+-[a-z]+-\d[a-z]", "", str(each)) for each in flows})


def _inbound(topology: Topology, target: Place) -> Iterator[Flow]:
    """Flows from the internet, from CloudFront, and from other addresses of the VPC."""
    reachable = target.public_address and target.subnet.public
    via = target.subnet.route or ""
    for rule in _ingress(topology, target):
        peer = rule.peer
        ports = str(rule.ports)
        answered = _answered(target, rule.ports)
        if peer == ANYWHERE or isinstance(peer, str):
            for port in target.origin:
                if shared := rule.ports.both(Ports("tcp", port, port)):
                    answers = _answered(target, shared)
                    yield Flow(CLOUDFRONT, target.name, str(shared), VPC_ORIGIN, answers)
        if reachable and _has_public_addresses(rule):
            yield Flow(INTERNET, target.name, ports, via, answered, peer != ANYWHERE)
        if isinstance(peer, IPv4Network) and peer.overlaps(topology.network):
            part = not topology.network.subnet_of(peer)
            yield Flow(ELSEWHERE, target.name, ports, "", answered, part)


def _between(topology: Topology, source: Place, target: Place) -> Iterator[Flow]:
    for out in _egress(topology, source):
        for into in _ingress(topology, target):
            shared = out.ports.both(into.ports)
            covered = (_covers(out.peer, target), _covers(into.peer, source))
            if shared and None not in covered:
                answered = _answered(target, shared)
                yield Flow(source.name, target.name, str(shared), "", answered, False in covered)


def _outbound(topology: Topology, source: Place) -> Iterator[Flow]:
    """Flows to services through endpoints, and to the internet through its gateway or NAT."""
    route = None if source.subnet.public and not source.public_address else source.subnet.route
    for rule in filter(_has_public_addresses, _egress(topology, source)):
        for service in source.subnet.endpoints:
            yield Flow(source.name, service, str(rule.ports), "gateway endpoint")
        if route:
            part = rule.peer != ANYWHERE
            yield Flow(source.name, INTERNET, str(rule.ports), route, True, part)


def _ingress(topology: Topology, place: Place) -> list[Rule]:
    return [rule for group in place.groups for rule in topology.groups[group].ingress]


def _egress(topology: Topology, place: Place) -> list[Rule]:
    return [rule for group in place.groups for rule in topology.groups[group].egress]


def _has_public_addresses(rule: Rule) -> bool:
    peer = rule.peer
    return isinstance(peer, IPv4Network) and not any(map(peer.subnet_of, _NOT_ROUTED))


def _covers(peer: object, place: Place) -> bool | None:
    """Whether a rule's peer covers the place: all of it (True), part (False) or none (None)."""
    if isinstance(peer, Resource):
        return True if peer in place.groups else None
    if not isinstance(peer, IPv4Network) or not peer.overlaps(place.subnet.network):
        return None
    return place.subnet.network.subnet_of(peer)


def _answered(place: Place, ports: Ports) -> bool:
    listening = any(ports.first <= port <= ports.last for port in place.listening)
    return listening and ports.protocol in ("tcp", "any")
