"""Who can reach whom, and on which ports: computed from subnets, routes, gateways and rules.

A flow needs a rule on both sides: the source's egress and the target's ingress. `answered` says
that something listens on the port. A rule for part of a subnet makes a `partial` flow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from infra.app_contract import PORT
from infra.checks.security_groups import ANYWHERE, Ports, PrefixList, Rule
from infra.checks.template import Design, Resource
from infra.checks.topology import Place, Topology, read
from infra.config import ZONES

INTERNET = "internet"
ELSEWHERE = "elsewhere in the VPC"
CLOUDFRONT = "cloudfront"

VPC_ORIGIN = "VPC origin"

# Not routed on the internet.
_RESERVED = [
    IPv4Network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        *("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"),
    )
]


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


def flows(design: Design) -> frozenset[Flow]:
    """Every flow between the internet, the parties and the rest of the VPC.

    Raises TopologyError for anything in the template that the model does not understand.
    """
    return flows_of(read(design))


def flows_of(topology: Topology) -> frozenset[Flow]:
    """The same for a network that was read, and perhaps has more places than its template."""
    return frozenset(_flows(topology))


def exposures(design: Design) -> frozenset[str]:
    """Each missing barrier of all but a public load balancer, even where the others still hold."""
    topology = read(design)
    found = set()
    for place in topology.places:
        barriers = {
            "a public address": place.public_address,
            "a public subnet": place.subnet.public,
            "a rule that allows the internet": any(map(_from_internet, _ingress(topology, place))),
        }
        if place.party != "alb":
            found |= {
                f"{place.name}: {barrier}" for barrier, missing in barriers.items() if missing
            }
    return frozenset(found)


def expected(
    *,
    database: bool,
    https: bool,
    nat_zones: tuple[str, ...],
    public: bool = True,
    cdn: bool = False,
) -> frozenset[Flow]:
    """The flows that the design allows, with NAT gateways in `nat_zones`.

    With a `public` load balancer, or behind a `cdn`, or both while that changes. The tasks may
    connect to any address on 443, which includes the public load balancer's.
    """
    allowed = set()
    for zone in ZONES:
        nat = zone if zone in nat_zones else nat_zones[0]
        via = f"NAT gateway in {nat}"
        allowed.add(Flow(f"tasks in {zone}", INTERNET, "tcp 443", via))
        allowed.add(Flow(f"tasks in {zone}", "s3", "tcp 443", "gateway endpoint"))
        for port, answered in (("tcp 443", https), ("tcp 80", True)) if public else ():
            allowed.add(Flow(INTERNET, f"alb in {zone}", port, "internet gateway", answered))
            allowed.add(Flow(ELSEWHERE, f"alb in {zone}", port, answered=answered))
        if cdn:
            allowed.add(Flow(CLOUDFRONT, f"internal alb in {zone}", "tcp 80", VPC_ORIGIN))
        for other in ZONES:
            for party in (["alb"] if public else []) + (["internal alb"] if cdn else []):
                allowed.add(Flow(f"{party} in {zone}", f"tasks in {other}", f"tcp {PORT}"))
            if database:
                allowed.add(Flow(f"tasks in {zone}", f"database in {other}", "tcp 5432"))
            if public:
                allowed.add(Flow(f"tasks in {zone}", f"alb in {other}", "tcp 443", answered=https))
    return frozenset(allowed)


def without_zone(flows: frozenset[Flow], zone: str) -> frozenset[Flow]:
    """The flows that survive the loss of a zone and everything in it."""
    lost = f" in {zone}"
    return frozenset(each for each in flows if not any(end.endswith(lost) for end in _ends(each)))


def merged(flows: frozenset[Flow]) -> list[tuple[str, str, str, str]]:
    """Source, target, ports and gateway with the zones left out, for people to read."""
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
    """From the internet, from CloudFront, and from other addresses of the VPC."""
    for rule in _ingress(topology, target):
        if isinstance(rule.peer, PrefixList) or rule.peer == ANYWHERE:
            yield from _from_cloudfront(target, rule)
        if not isinstance(rule.peer, IPv4Network):
            continue
        answered = _answered(target, rule.ports)
        if target.public_address and target.subnet.public and _from_internet(rule):
            via = target.subnet.route or ""
            part = rule.peer != ANYWHERE
            yield Flow(INTERNET, target.name, str(rule.ports), via, answered, part)
        if rule.peer.overlaps(topology.network):
            part = not topology.network.subnet_of(rule.peer)
            yield Flow(ELSEWHERE, target.name, str(rule.ports), "", answered, part)


def _from_cloudfront(target: Place, rule: Rule) -> Iterator[Flow]:
    """Through a VPC origin; to a public address anybody's distribution could connect."""
    for port in target.origin:
        if shared := rule.ports.both(Ports("tcp", port, port)):
            answered = _answered(target, shared)
            yield Flow(CLOUDFRONT, target.name, str(shared), VPC_ORIGIN, answered)
    if isinstance(rule.peer, PrefixList) and target.public_address and target.subnet.public:
        via = target.subnet.route or ""
        yield Flow(CLOUDFRONT, target.name, str(rule.ports), via, _answered(target, rule.ports))


def _between(topology: Topology, source: Place, target: Place) -> Iterator[Flow]:
    for out in _egress(topology, source):
        for into in _ingress(topology, target):
            shared = out.ports.both(into.ports)
            covered = (_covers(out.peer, target), _covers(into.peer, source))
            if shared is None or None in covered:
                continue
            answered, part = _answered(target, shared), False in covered
            yield Flow(source.name, target.name, str(shared), "", answered, part)


def _outbound(topology: Topology, source: Place) -> Iterator[Flow]:
    """To services through endpoints; to the internet through its gateway, or by NAT."""
    for rule in _egress(topology, source):
        for service in source.subnet.endpoints if _from_internet(rule) else ():
            yield Flow(source.name, service, str(rule.ports), "gateway endpoint")
    route = source.subnet.route
    if route is None or (source.subnet.public and not source.public_address):
        return
    for rule in _egress(topology, source):
        if _from_internet(rule) and isinstance(rule.peer, IPv4Network):
            part = rule.peer != ANYWHERE
            yield Flow(source.name, INTERNET, str(rule.ports), route, True, part)


def _ingress(topology: Topology, place: Place) -> list[Rule]:
    return [rule for group in place.groups for rule in topology.groups[group].ingress]


def _egress(topology: Topology, place: Place) -> list[Rule]:
    return [rule for group in place.groups for rule in topology.groups[group].egress]


def _from_internet(rule: Rule) -> bool:
    """Whether a rule's network includes public addresses, IPv6 too."""
    if isinstance(rule.peer, Resource | PrefixList):
        return False
    if not isinstance(rule.peer, IPv4Network):
        return True
    return not any(rule.peer.subnet_of(reserved) for reserved in _RESERVED)


def _covers(peer: object, place: Place) -> bool | None:
    """Whether a rule's peer covers the place: all of it (True), part (False) or none (None)."""
    if isinstance(peer, Resource):
        return True if peer in place.groups else None
    if not isinstance(peer, IPv4Network) or not peer.overlaps(place.subnet.network):
        return None
    return place.subnet.network.subnet_of(peer)


def _answered(place: Place, ports: Ports) -> bool:
    if ports.protocol not in ("tcp", "any"):
        return False
    return any(ports.first <= port <= ports.last for port in place.listening)
