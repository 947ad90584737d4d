"""The design's network in Linux namespaces, built from the synthesized template.

A namespace for each host and one for the VPC's router. Addresses, routes, gateways and security
groups are the template's: what it does not say is not there. The internet and CloudFront are in
networks for documentation (RFC 5737). The resolver, the metadata address and S3's gateway endpoint
are left out.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from ishizue_ops.checks.reachability import CLOUDFRONT, INTERNET
from ishizue_ops.checks.security_groups import ANYWHERE, Group, Ports, PrefixList, Rule
from ishizue_ops.checks.topology import Topology, default_gateway, read, read_subnets
from ishizue_ops.template import Design, Resource

_VPC = "vpc"
"""The router's namespace."""

_PUBLIC = IPv4Network("198.51.100.0/24")
_RESERVED = 4
"""AWS keeps the first four addresses of a subnet, and the last."""

_OPEN = Resource("", "OpenToAll", "AWS::EC2::SecurityGroup", {}, "OpenToAll", {})
_ANYTHING = (Rule(Ports("any"), ANYWHERE),)

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000

# A new namespace has the values of the machine's.
_FORWARD = """
cd /proc/sys/net/ipv4
echo 1 >ip_forward
echo 0 >conf/all/rp_filter
echo 0 >conf/default/rp_filter
"""


@dataclass(frozen=True)
class Segment:
    """A bridge of the router, which is its `.1`: a subnet, the internet or CloudFront."""

    bridge: str
    network: IPv4Network


_INTERNET = Segment("internet", IPv4Network("203.0.113.0/24"))
_CLOUDFRONT = Segment("origins", IPv4Network("192.0.2.0/24"))


@dataclass(frozen=True, eq=False)
class Host:
    """A host in a namespace of its name; the users are in the namespace of this program.

    `party` is that of `checks.topology`, or internet, cloudfront, nat or intruder; `zone` is
    empty outside of the VPC. The internet knows a host by its `public` address.
    """

    name: str
    party: str
    zone: str
    segment: Segment
    address: IPv4Address
    public: IPv4Address | None = None
    groups: tuple[Resource, ...] = ()
    origin: frozenset[int] = frozenset()

    @property
    def here(self) -> bool:
        return self.name == "users"

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` on this host."""
        return list(argv) if self.here else ["ip", "netns", "exec", self.name, *argv]


@dataclass(frozen=True)
class Network:
    hosts: Sequence[Host]

    def of(self, party: str) -> list[Host]:
        return [host for host in self.hosts if host.party == party]

    def lose(self, *hosts: Host) -> None:
        """Disconnect hosts: packets to them and from them are dropped silently."""
        ip([f"link set {host.name} down" for host in hosts], _VPC)


def with_intruder(topology: Topology) -> Topology:
    """The same with a host beside the tasks whose own security group allows everything."""
    tasks = next(place for place in topology.places if place.party == "tasks")
    return replace(
        topology,
        groups={**topology.groups, _OPEN: Group(ingress=_ANYTHING, egress=_ANYTHING)},
        places=(*topology.places, replace(tasks, party="intruder", groups=(_OPEN,))),
    )


def hosts_of(design: Design, topology: Topology, tasks: int) -> list[Host]:
    """The hosts, with so many tasks in each zone."""
    segments = _segments(topology)
    free = {
        segment: iter([*segment.network][_RESERVED:-1])
        for segment in (_INTERNET, _CLOUDFRONT, *segments.values())
    }
    public = _PUBLIC.hosts()
    hosts = [
        Host(name, INTERNET, "", _INTERNET, next(free[_INTERNET])) for name in ("users", "registry")
    ]
    if any(place.origin for place in topology.places):
        hosts.append(Host(CLOUDFRONT, CLOUDFRONT, "", _CLOUDFRONT, next(free[_CLOUDFRONT])))
    for place in topology.places:
        segment, zone = segments[place.subnet.network], place.subnet.zone
        name = f"{place.party.split()[0].removesuffix('s')}-{zone[-2:]}"
        names = [f"{name}-{number + 1}" for number in range(tasks)]
        for each in names if place.party == "tasks" else [name]:
            known = next(public) if place.public_address else None
            address, groups = next(free[segment]), place.groups
            hosts.append(
                Host(each, place.party, zone, segment, address, known, groups, place.origin)
            )
    subnets = read_subnets(design)
    for nat in design.of_type("AWS::EC2::NatGateway"):
        home = design.resolve(nat.properties.get("SubnetId"), nat.stack)
        assert home, f"{nat.name}: SubnetId refers to nothing in the templates"
        segment, zone = segments[subnets[home].network], subnets[home].zone
        known = next(public) if "AllocationId" in nat.properties else None
        hosts.append(Host(f"nat-{zone[-2:]}", "nat", zone, segment, next(free[segment]), known))
    return hosts


@contextmanager
def build(design: Design, *, tasks: int, intruder: bool = False) -> Iterator[Network]:
    """The design's network during the block, in the network namespace of this program.

    Raises TopologyError for a template that `ishizue_ops.checks` does not understand.
    """
    topology = with_intruder(read(design)) if intruder else read(design)
    hosts = hosts_of(design, topology, tasks)
    names = [_VPC, *(host.name for host in hosts if not host.here)]
    try:
        ip([f"netns add {name}" for name in names])
        for name in [_VPC, *(host.name for host in hosts if host.party == "nat")]:
            run(["ip", "netns", "exec", name, "sh", "-ec", _FORWARD])
        ip(_router(design, topology, hosts), _VPC)
        nft(_router_rules(hosts), _VPC)
        ip(map(_link, hosts))
        for host in hosts:
            ip(_own(host), "" if host.here else host.name)
            if host.party == "nat":
                nft([_NAT], host.name)
            elif host.zone:
                nft(_security(host, topology.groups, hosts), host.name)
        for host in hosts:
            attach = (f"{host.name} master {host.segment.bridge}", f"{host.name} up")
            ip([f"link set {each}" for each in attach], _VPC)
        yield Network(hosts)
    finally:
        with suppress(RuntimeError):  # what was not made
            ip(["link delete eth0"])
        ip([f"netns delete {name}" for name in names])


@contextmanager
def at(host: Host) -> Iterator[None]:
    """Open sockets on a host during the block: each stays in the namespace where it was opened."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = own if host.here else os.open(Path("/run/netns", host.name), os.O_RDONLY)
    try:
        if _LIBC.setns(other, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns", host.name)
        yield
    finally:
        _LIBC.setns(own, _CLONE_NEWNET)
        for each in {own, other}:
            os.close(each)


def run(command: Sequence[str], given: str = "") -> None:
    """Run a command with `given` on its standard input. Raises RuntimeError."""
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def ip(lines: Iterable[str], namespace: str = "") -> None:
    """Run commands of `ip` in a namespace, by default the current one."""
    within = ["-n", namespace] if namespace else []
    run(["ip", *within, "-batch", "-"], "\n".join(lines) + "\n")


def nft(rules: Iterable[str], namespace: str) -> None:
    """Add nftables rules in a namespace."""
    run(["ip", "netns", "exec", namespace, "nft", "-f", "-"], "\n".join(rules) + "\n")


# Links and routes


def _segments(topology: Topology) -> dict[IPv4Network, Segment]:
    return {
        subnet.network: Segment(f"subnet{number}", subnet.network)
        for number, subnet in enumerate(topology.subnets)
    }


def _link(host: Host) -> str:
    # If both ends have the same index, the kernel may enable the bridge's port only a second later
    # (linkwatch_urgent_event). A host's own end is 2, as its first; here it would go on counting.
    there = "index 2" if host.here else f"netns {host.name}"
    return f"link add eth0 {there} type veth peer name {host.name} netns {_VPC}"


def _own(host: Host) -> Iterator[str]:
    yield "link set lo up"
    yield f"address add {host.address}/{host.segment.network.prefixlen} dev eth0"
    yield "link set eth0 up"
    yield f"route add default via {host.segment.network[1]}"


def _router(design: Design, topology: Topology, hosts: Sequence[Host]) -> Iterator[str]:
    """Each subnet with its own route table."""
    segments = _segments(topology)
    local = (_CLOUDFRONT, *segments.values())
    for bridge, network in ((each.bridge, each.network) for each in (_INTERNET, *local)):
        yield f"link add {bridge} type bridge"
        yield f"address add {network[1]}/{network.prefixlen} dev {bridge}"
        yield f"link set {bridge} up"
    attached = [
        design.resolve(attachment.properties.get("InternetGatewayId"), attachment.stack)
        for attachment in design.of_type("AWS::EC2::VPCGatewayAttachment")
    ]
    gateways = design.of_type("AWS::EC2::NatGateway")
    nats = dict(zip(gateways, (host for host in hosts if host.party == "nat"), strict=True))
    for table, (resource, subnet) in enumerate(read_subnets(design).items(), start=100):
        yield f"rule add iif {segments[subnet.network].bridge} lookup {table}"
        yield f"route add blackhole {topology.network} table {table}"
        for segment in local:
            yield f"route add {segment.network} dev {segment.bridge} table {table}"
        gateway = default_gateway(design, resource)
        if gateway in nats:
            yield f"route add default via {nats[gateway].address} table {table}"
        elif gateway and gateway in attached:
            yield f"route add {_INTERNET.network} dev {_INTERNET.bridge} table {table}"
        yield f"route add blackhole default metric 9 table {table}"
    if not any(attached):
        yield f"rule add iif {_INTERNET.bridge} blackhole"


# Gateways and security groups

_NAT = """
table ip gateway {
    chain to_internet { type nat hook postrouting priority srcnat; masquerade; }
    chain forward { type filter hook forward priority filter; ct state invalid drop; }
    chain input { type filter hook input priority filter; policy drop; }
    chain output { type filter hook output priority filter; policy drop; }
}
"""


def _router_rules(hosts: Sequence[Host]) -> Iterator[str]:
    """The internet gateway, and CloudFront, which connects to its origins and nobody to it.

    The gateway translates addresses one to one and statelessly, and drops hosts without a public
    one. The router itself sends nothing, not even that a host is unreachable.
    """
    public = [(host.address, host.public) for host in hosts if host.public]
    yield "table ip gateway {"
    yield "chain from_internet { type filter hook prerouting priority raw;"
    for own, known in public:
        yield f'iifname "internet" ip daddr {known} ip daddr set {own} accept'
    yield 'iifname "internet" drop; }'
    yield "chain to_internet { type filter hook postrouting priority srcnat;"
    for own, known in public:
        yield f'oifname "internet" ip saddr {own} ip saddr set {known} accept'
    yield 'oifname "internet" drop; }'
    yield "chain forward { type filter hook forward priority filter;"
    for host in hosts:
        for port in host.origin:
            yield f'iifname "origins" ip daddr {host.address} tcp dport {port} accept'
    yield 'iifname "origins" drop'
    yield 'oifname "origins" tcp flags & (syn | ack) == syn drop; }'
    yield "chain input { type filter hook input priority filter; policy drop; }"
    yield "chain output { type filter hook output priority filter; policy drop; }"
    yield "}"


def _security(host: Host, groups: Mapping[Resource, Group], hosts: Sequence[Host]) -> Iterator[str]:
    """The rules of all groups of a host, statefully; one that allows is enough."""
    own = [groups[group] for group in host.groups]
    yield "table ip security {"
    for hook, interface, end, rules in (
        ("input", "iifname", "saddr", [rule for group in own for rule in group.ingress]),
        ("output", "oifname", "daddr", [rule for group in own for rule in group.egress]),
    ):
        yield f"chain {hook} {{ type filter hook {hook} priority filter; policy drop;"
        yield f"{interface} lo accept"
        yield "ct state established,related accept"
        for rule in rules:
            if peers := _peers(rule, hosts):
                yield f"{_ports(rule)} ip {end} {{ {', '.join(peers)} }} accept"
        yield "}"
    yield "}"


def _peers(rule: Rule, hosts: Sequence[Host]) -> list[str]:
    if isinstance(rule.peer, PrefixList):
        return [str(_CLOUDFRONT.network)]
    if isinstance(rule.peer, Resource):
        return [str(host.address) for host in hosts if rule.peer in host.groups]
    return [str(rule.peer)]


def _ports(rule: Rule) -> str:
    ports = rule.ports
    if ports.protocol in ("tcp", "udp"):
        return f"{ports.protocol} dport {ports.first}-{ports.last}"
    return "" if ports.protocol == "any" else f"ip protocol {ports.protocol}"
