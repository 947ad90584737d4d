"""Security groups in the template, with inline and standalone rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from ishizue_ops.names import CLOUDFRONT_ADDRESSES
from ishizue_ops.resource_types import Finding, Unknown
from ishizue_ops.template import Design, Resource, understanding

ANYWHERE = IPv4Network("0.0.0.0/0")
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "-1": "any"}


@dataclass(frozen=True)
class Ports:
    """An inclusive port range of one protocol; `any` is every protocol and port."""

    protocol: str
    first: int = 0
    last: int = 65535

    def both(self, other: "Ports") -> "Ports | None":
        """The ports that both allow, if any."""
        if "any" not in (self.protocol, other.protocol) and self.protocol != other.protocol:
            return None
        protocol = other.protocol if self.protocol == "any" else self.protocol
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Ports(protocol, first, last) if first <= last else None

    def __str__(self) -> str:
        if (self.first, self.last) == (0, 65535):
            return self.protocol if self.protocol == "any" else f"{self.protocol} any"
        span = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.protocol} {span}"


@dataclass(frozen=True)
class Rule:
    """A security group rule. `peer` is a network, a group, or the id of CloudFront's addresses."""

    ports: Ports
    peer: IPv4Network | Resource | str


@dataclass(frozen=True)
class Group:
    """A security group's rules."""

    ingress: tuple[Rule, ...]
    egress: tuple[Rule, ...]


def read_group(design: Design, group: Resource, findings: list[Finding]) -> Group:
    """Read a group, without the rules that are not understood, such as another prefix list."""
    egress = [*_rules(design, group, "SecurityGroupEgress", "DestinationSecurityGroupId", findings)]
    if "SecurityGroupEgress" not in group.properties:
        # AWS does not say whether a separate rule replaces the default one: assume that it stays.
        egress.append(Rule(Ports("any"), ANYWHERE))
    ingress = [*_rules(design, group, "SecurityGroupIngress", "SourceSecurityGroupId", findings)]
    return Group(tuple(ingress), tuple(egress))


def _rules(
    design: Design, group: Resource, kind: str, peer: str, findings: list[Finding]
) -> Iterator[Rule]:
    rules = [(group, rule) for rule in group.properties.get(kind, ())]
    for resource in design.of_type(f"AWS::EC2::{kind}"):
        if design.resolve(resource.properties.get("GroupId"), resource.stack) == group:
            rules.append((resource, resource.properties))
    for owner, rule in rules:
        made: list[Rule] = []
        with understanding("network", owner, findings):
            made.append(_rule(design, owner, rule, peer))
        yield from made


def _rule(design: Design, owner: Resource, rule: Mapping[str, Any], peer: str) -> Rule:
    protocol = str(rule.get("IpProtocol"))
    protocol = _PROTOCOLS.get(protocol, protocol)
    ports = Ports(protocol)
    if protocol in ("tcp", "udp") and int(rule.get("FromPort", -1)) != -1:
        ports = Ports(protocol, int(rule["FromPort"]), int(rule["ToPort"]))
    if "CidrIp" in rule:
        return Rule(ports, read_network(design, rule["CidrIp"], owner))
    if (listed := rule.get("SourcePrefixListId")) in CLOUDFRONT_ADDRESSES.values():
        return Rule(ports, str(listed))
    group = design.resolve(rule.get(peer), owner.stack)
    if group is None or group.type != "AWS::EC2::SecurityGroup":
        raise Unknown(f"a rule with neither network nor group: {dict(rule)}")
    return Rule(ports, group)


def read_network(design: Design, value: object, owner: Resource) -> IPv4Network:
    """A network, written out or a reference to another resource's `CidrBlock`."""
    target = design.resolve(value, owner.stack)
    text = target.properties.get("CidrBlock") if target else value
    try:
        return IPv4Network(text if isinstance(text, str) else "")
    except ValueError:
        raise Unknown(f"{value} is not an IPv4 network") from None
