"""The design's network in Linux namespaces, built from the synthesized template.

A namespace for each host, one for the VPC's router and one for the internet. Addresses, routes and
gateways are those of the template: what it does not say is not there. The resolver and the
metadata address are left out, as in `infra.checks.topology`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from infra.checks.template import Design
from infra.checks.topology import Topology, read
from tools.fleet.network import rules
from tools.fleet.network.hosts import INTERNET, VPC, Host, Segment
from tools.fleet.network.intruders import with_intruders
from tools.fleet.network.layout import Layout
from tools.fleet.network.steps import NetworkError, ip, nft, run

__all__ = ["Host", "Network", "NetworkError", "Segment", "build"]

# A new namespace has the values of the machine's.
_FORWARDING = """
echo 1 >/proc/sys/net/ipv4/ip_forward
for filter in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$filter; done
"""


class Network:
    """The hosts that are in the network."""

    def __init__(self, topology: Topology, layout: Layout) -> None:
        self._groups, self._layout = topology.groups, layout
        self.hosts: list[Host] = []

    def of(self, party: str, zone: str = "") -> list[Host]:
        """The hosts of a party, in one zone or in all."""
        return [host for host in self.hosts if host.party == party and zone in ("", host.zone)]

    def add(self, party: str, zone: str) -> Host:
        """One more host, such as a new task."""
        host = self._layout.host(party, zone)
        ip("create a namespace", [f"netns add {host.name}"])
        self.connect([host])
        return host

    def remove(self, host: Host) -> None:
        """Remove a host, in which nothing runs any more."""
        self.hosts.remove(host)
        self._announce("delete", host)
        ip("remove a host", [f"netns delete {host.name}"])

    def lose(self, *hosts: Host) -> None:
        """Disconnect hosts: packets to them and from them are dropped silently."""
        for host in hosts:
            ip(f"disconnect {host.name}", [f"link set {host.name} down"], host.segment.router)

    def restore(self, *hosts: Host) -> None:
        """Reconnect lost hosts."""
        for host in hosts:
            ip(f"reconnect {host.name}", [f"link set {host.name} up"], host.segment.router)
        # ARP retries only once a second.
        for segment in {host.segment for host in hosts}:
            near = [host.name for host in self.hosts if host.segment == segment and not host.here]
            for name in (segment.router, *near):
                ip(f"flush the neighbors of {name}", ["neighbor flush all"], name)

    def lose_zone(self, zone: str) -> None:
        """Disconnect every host in a zone, NAT gateways included."""
        self.lose(*(host for host in self.hosts if host.zone == zone))

    def restore_zone(self, zone: str) -> None:
        """Reconnect its hosts."""
        self.restore(*(host for host in self.hosts if host.zone == zone))

    def connect(self, hosts: Sequence[Host]) -> None:
        """Attach hosts, whose namespaces exist, to their segments, with their groups in force."""
        ip("create the hosts' interfaces", map(_link, hosts))
        present = [*self.hosts, *hosts]
        members = {
            group: {host.address for host in present if group in host.groups}
            for group in self._groups
        }
        for host in hosts:
            if host.party == "nat":
                nft(f"make {host.name} a NAT gateway", rules.NAT_GATEWAY, host.name)
            elif host.zone:
                security = rules.security(host, self._groups, members)
                nft(f"apply the security groups of {host.name}", security, host.name)
            self._announce("add", host)
            ip(f"give {host.name} its address", _own(host), "" if host.here else host.name)
            port = [f"{host.name} master {host.segment.bridge}", f"{host.name} up"]
            ip(f"attach {host.name}", [f"link set {each}" for each in port], host.segment.router)
        self.hosts += hosts

    def _announce(self, verb: str, host: Host) -> None:
        """Add or delete a host's addresses in the rules of the others."""
        step = f"{verb} {host.name} in the others' rules"
        if entrance := rules.entrance(verb, host):
            nft(step, entrance, VPC)
        for other in self.hosts:
            concerned = rules.referred(other, self._groups) & set(host.groups)
            if concerned:
                changes = [rules.member(verb, group, host.address) for group in concerned]
                nft(step, "".join(changes), other.name)


@contextmanager
def build(design: Design, *, tasks: int = 1, intruders: bool = False) -> Iterator[Network]:
    """The design's network during the block, with so many tasks in each zone.

    Raises NetworkError with the step that failed, and TopologyError for a template that
    `infra.checks` does not understand. Call `sandbox.enter` first.
    """
    topology = with_intruders(read(design)) if intruders else read(design)
    layout = Layout(design, topology)
    first = layout.first(tasks)
    network = Network(topology, layout)
    names = [INTERNET, VPC, *(host.name for host in first if not host.here)]
    try:
        ip("create the namespaces", [f"netns add {name}" for name in names])
        for name in (INTERNET, VPC, *(host.name for host in first if host.party == "nat")):
            forward = ["ip", "netns", "exec", name, "sh", "-ec", _FORWARDING]
            run(f"forward packets in {name}", forward)
        ip("connect the routers", _links())
        ip("build the internet", layout.internet_router(), INTERNET)
        ip("build the VPC's router", layout.vpc_router(), VPC)
        nft("make the internet gateway", rules.ROUTER, VPC)
        network.connect(first)
        ip("build the gateway endpoint", layout.s3_routes(), "s3")
        yield network
    finally:
        left = {*names, *(host.name for host in network.hosts if not host.here)}
        with suppress(NetworkError):
            ip("remove the clients' interface", ["link delete eth0"])
        for name in left:
            with suppress(NetworkError):
                ip("remove a namespace", [f"netns delete {name}"])


def _links() -> Iterator[str]:
    """The links between routers, and S3's second one."""
    yield f"link add vpc netns {INTERNET} type veth peer name igw netns {VPC}"
    yield f"link add endpoint netns {VPC} type veth peer name endpoint netns s3"


def _link(host: Host) -> str:
    # If both ends have the same index, the kernel may enable the bridge's port only a second later
    # (linkwatch_urgent_event). A host's own end is 2, as its first; here it would go on counting.
    there = "index 2" if host.here else f"netns {host.name}"
    return f"link add eth0 {there} type veth peer name {host.name} netns {host.segment.router}"


def _own(host: Host) -> Iterator[str]:
    yield "link set lo up"
    yield f"address add {host.address}/{host.segment.network.prefixlen} dev eth0"
    yield "link set eth0 up"
    yield f"route add default via {host.segment.gateway}"
