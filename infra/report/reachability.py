"""Who can reach whom, on which ports, computed from the template: subnets, routes, gateways, rules.

A security group rule counts on both sides: the source must let it out and the target let it in.
A flow is what the network lets through; `answered` says that something listens there. A rule for a
part of a subnet counts as one for the subnet, and the flow says `partial`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from infra.config import ZONES
from infra.report.security_groups import ANYWHERE, Ports, Rule
from infra.report.template import Design, Resource
from infra.report.topology import Place, Topology, read

INTERNET = "internet"
ELSEWHERE = "elsewhere in the VPC"

# Nobody on the internet has these addresses.
_RESERVED = [
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("224.0.0.0/3"),
]


@dataclass(frozen=True, order=True)
class Flow:
    """Traffic that the network lets through, from where it is opened.

    `source` and `target` are a party in a zone (`tasks in ap-northeast-1a`), the internet, or
    `elsewhere in the VPC`: an address of no party. `via` is the gateway that it passes.
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
        notes += ["of some addresses only"] if self.partial else []
        return f"{self.source} → {self.target}, {self.ports}" + "".join(f", {n}" for n in notes)


@dataclass(frozen=True, order=True)
class Opening:
    """One of the three barriers between a private place and the internet that is not there."""

    place: str
    barrier: str

    def __str__(self) -> str:
        return f"{self.place}: {self.barrier}"


def flows(design: Design) -> frozenset[Flow]:
    """Every flow between the internet, the parties and the rest of the VPC.

    Raises TopologyError for anything in the template that the model does not understand.
    """
    topology = read(design)
    return frozenset(_flows(topology))


def openings(design: Design) -> frozenset[Opening]:
    """Which barrier before the tasks and the database has fallen, even where the others hold."""
    topology = read(design)
    found = set()
    for place in topology.places:
        if place.party == "alb":
            continue
        if place.public_address:
            found.add(Opening(place.name, "a public address"))
        if place.subnet.faces_internet:
            found.add(Opening(place.name, "a subnet that faces the internet"))
        if any(_from_internet(rule) for rule in _ingress(topology, place)):
            found.add(Opening(place.name, "a rule for the internet"))
    return frozenset(found)


def expected(*, database: bool, https: bool, nat_zones: tuple[str, ...]) -> frozenset[Flow]:
    """What the document allows; `nat_zones` are the zones with a NAT gateway.

    The tasks' way to any address on 443 includes the load balancer's own.
    """
    wanted = set()
    for zone in ZONES:
        nat = zone if zone in nat_zones else nat_zones[0]
        via = f"NAT gateway in {nat}"
        wanted.add(Flow(f"tasks in {zone}", INTERNET, "tcp 443", via))
        for port in ("tcp 443", "tcp 80") if https else ("tcp 80",):
            wanted.add(Flow(INTERNET, f"alb in {zone}", port, "internet gateway"))
            wanted.add(Flow(ELSEWHERE, f"alb in {zone}", port))
        for other in ZONES:
            wanted.add(Flow(f"alb in {zone}", f"tasks in {other}", "tcp 3000"))
            if database:
                wanted.add(Flow(f"tasks in {zone}", f"database in {other}", "tcp 5432"))
            if https:
                wanted.add(Flow(f"tasks in {zone}", f"alb in {other}", "tcp 443"))
    return frozenset(wanted)


def without_zone(flows: frozenset[Flow], zone: str) -> frozenset[Flow]:
    """What is left of the flows when a zone is lost, with all that is in it or passes it."""
    gone = f" in {zone}"
    return frozenset(each for each in flows if not any(end.endswith(gone) for end in _ends(each)))


def merged(flows: frozenset[Flow]) -> list[tuple[str, str, str, str]]:
    """Source, target, ports and gateway, whatever the zone, for people to read."""
    rows = set()
    for each in flows:
        source, target, via = (end.partition(" in ap-")[0] for end in _ends(each))
        rows.add((source, target, each.ports, via))
    return sorted(rows)


def _ends(flow: Flow) -> tuple[str, str, str]:
    return flow.source, flow.target, flow.via


def _flows(topology: Topology) -> Iterator[Flow]:
    for target in topology.places:
        yield from _inbound(topology, target)
        for source in topology.places:
            yield from _between(topology, source, target)
    for source in topology.places:
        yield from _outbound(topology, source)


def _inbound(topology: Topology, target: Place) -> Iterator[Flow]:
    """From the internet, and from an address of the VPC that no party has."""
    for rule in _ingress(topology, target):
        if not isinstance(rule.peer, IPv4Network):
            continue
        answered = _answered(target, rule.ports)
        if target.public_address and target.subnet.faces_internet and _from_internet(rule):
            via = target.subnet.way or ""
            part = rule.peer != ANYWHERE
            yield Flow(INTERNET, target.name, str(rule.ports), via, answered, part)
        if rule.peer.overlaps(topology.network):
            part = not topology.network.subnet_of(rule.peer)
            yield Flow(ELSEWHERE, target.name, str(rule.ports), "", answered, part)


def _between(topology: Topology, source: Place, target: Place) -> Iterator[Flow]:
    for out in _egress(topology, source):
        for into in _ingress(topology, target):
            shared = out.ports.both(into.ports)
            ways = (_covers(out.peer, target), _covers(into.peer, source))
            if shared is None or None in ways:
                continue
            answered, part = _answered(target, shared), False in ways
            yield Flow(source.name, target.name, str(shared), "", answered, part)


def _outbound(topology: Topology, source: Place) -> Iterator[Flow]:
    """To the internet, with a public address through its gateway or by NAT without."""
    way = source.subnet.way
    if way is None or (source.subnet.faces_internet and not source.public_address):
        return
    for rule in _egress(topology, source):
        if _from_internet(rule) and isinstance(rule.peer, IPv4Network):
            part = rule.peer != ANYWHERE
            yield Flow(source.name, INTERNET, str(rule.ports), way, True, part)


def _ingress(topology: Topology, place: Place) -> list[Rule]:
    return [rule for group in place.groups for rule in topology.groups[group].ingress]


def _egress(topology: Topology, place: Place) -> list[Rule]:
    return [rule for group in place.groups for rule in topology.groups[group].egress]


def _from_internet(rule: Rule) -> bool:
    """Whether a rule's network has addresses of the internet, IPv6 included."""
    if isinstance(rule.peer, Resource):
        return False
    if not isinstance(rule.peer, IPv4Network):
        return True
    return not any(rule.peer.subnet_of(reserved) for reserved in _RESERVED)


def _covers(peer: object, place: Place) -> bool | None:
    """Whether a rule's peer is the whole place (True), a part of it (False) or none of it."""
    if isinstance(peer, Resource):
        return True if peer in place.groups else None
    if not isinstance(peer, IPv4Network) or not peer.overlaps(place.subnet.network):
        return None
    return place.subnet.network.subnet_of(peer)


def _answered(place: Place, ports: Ports) -> bool:
    if ports.protocol not in ("tcp", "any"):
        return False
    return any(ports.first <= port <= ports.last for port in place.listening)
