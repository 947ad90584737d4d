"""nftables rules: the security groups of a host, the router with the internet gateway, and NAT.

A security group is stateful: it admits the responses to the connections that it admitted, and drops
everything else silently, as on AWS.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from infra.checks.security_groups import ANYWHERE, Group, Ports, PrefixList, Rule
from infra.checks.template import Resource
from tools.fleet.network.hosts import CLOUDFRONT, Host

Members = Mapping[Resource, set[IPv4Address]]
"""The addresses of the hosts in each group."""

# The internet gateway translates addresses one to one and statelessly, and drops hosts without a
# public one. CloudFront connects to its origins, and nobody connects to CloudFront. The router
# itself sends nothing, not even that a host is unreachable.
ROUTER = """
table ip gateway {
    map inward { type ipv4_addr : ipv4_addr; }
    map outward { type ipv4_addr : ipv4_addr; }
    chain from_internet {
        type filter hook prerouting priority raw;
        iifname "igw" ip daddr set ip daddr map @inward accept
        iifname "igw" drop
    }
    chain to_internet {
        type filter hook postrouting priority srcnat;
        oifname "igw" ip saddr set ip saddr map @outward accept
        oifname "igw" drop
    }
    set origins { type ipv4_addr . inet_service; }
    chain forward {
        type filter hook forward priority filter;
        iifname "origins" ip daddr . tcp dport @origins accept
        iifname "origins" drop
        oifname "origins" tcp flags & (syn | ack) == syn drop
    }
    chain input { type filter hook input priority filter; policy drop; }
    chain output { type filter hook output priority filter; policy drop; }
}
"""

NAT_GATEWAY = """
table ip gateway {
    chain to_internet {
        type nat hook postrouting priority srcnat;
        masquerade
    }
    chain forward {
        type filter hook forward priority filter;
        ct state invalid drop
    }
    chain input { type filter hook input priority filter; policy drop; }
    chain output { type filter hook output priority filter; policy drop; }
}
"""


def entrance(verb: str, host: Host) -> str:
    """Add or delete a host's public address and its ports for CloudFront at the router."""
    elements = [f"origins {{ {host.address} . {port} }}" for port in host.origin]
    if host.public:
        elements.append(f"inward {{ {host.public} : {host.address} }}")
        elements.append(f"outward {{ {host.address} : {host.public} }}")
    return "".join(f"{verb} element ip gateway {element}\n" for element in elements)


def member(verb: str, group: Resource, address: IPv4Address) -> str:
    """Add or delete a group's member where rules refer to the group."""
    return f"{verb} element ip security {group.logical_id} {{ {address} }}\n"


def referred(host: Host, groups: Mapping[Resource, Group]) -> set[Resource]:
    """The groups that the rules of a host's groups refer to."""
    rules = [rule for own in host.groups for rule in (*groups[own].ingress, *groups[own].egress)]
    return {rule.peer for rule in rules if isinstance(rule.peer, Resource)}


def security(host: Host, groups: Mapping[Resource, Group], members: Members) -> str:
    """The rules of all groups of a host; one that allows is enough."""
    sets = "".join(
        f"    set {group.logical_id} {{ type ipv4_addr; }}\n" for group in referred(host, groups)
    )
    ingress = [rule for own in host.groups for rule in groups[own].ingress]
    egress = [rule for own in host.groups for rule in groups[own].egress]
    table = "\n".join(
        (
            "table ip security {",
            sets,
            *_chain("input", "iifname", "saddr", ingress),
            *_chain("output", "oifname", "daddr", egress),
            "}\n",
        )
    )
    return table + "".join(
        member("add", group, address)
        for group in referred(host, groups)
        for address in members.get(group, ())
    )


def _chain(hook: str, interface: str, end: str, rules: list[Rule]) -> Iterator[str]:
    yield f"    chain {hook} {{"
    yield f"        type filter hook {hook} priority filter; policy drop;"
    yield f"        {interface} lo accept"
    yield "        ct state established,related accept"
    for rule in rules:
        if not isinstance(rule.peer, IPv6Network):  # there is none here
            yield f"        {_ports(rule.ports)} {_peer(end, rule.peer)} accept"
    yield "    }"


def _peer(end: str, peer: IPv4Network | Resource | PrefixList) -> str:
    if isinstance(peer, PrefixList):
        return f"ip {end} {CLOUDFRONT.network}"
    if isinstance(peer, Resource):
        return f"ip {end} @{peer.logical_id}"
    return "" if peer == ANYWHERE else f"ip {end} {peer}"


def _ports(ports: Ports) -> str:
    if ports.protocol == "any":
        return ""
    if ports.protocol not in ("tcp", "udp"):
        return f"ip protocol {ports.protocol}"
    return f"{ports.protocol} dport {ports.first}-{ports.last}"
