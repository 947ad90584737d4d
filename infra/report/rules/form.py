"""Imports and address ranges: what a deployment would trip over."""

from collections.abc import Iterator
from itertools import combinations

from infra.report.rules.finding import Broken
from infra.report.security_groups import ipv4, read_group
from infra.report.template import Design, Resource, nodes


def import_of_nothing(design: Design) -> Iterator[Broken]:
    """An import that no stack exports; cfn-lint sees one template at a time."""
    exported = {
        str(output["Export"]["Name"])
        for template in design.templates.values()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }
    for resource in design.resources:
        for node in nodes(resource.properties):
            name = node.get("Fn::ImportValue")
            if name is not None and str(name) not in exported:
                yield resource.name, f"{name} is exported by no stack"


def overlapping_subnets(design: Design) -> Iterator[Broken]:
    """Subnets that share addresses."""
    networks = {
        subnet: ipv4(design, subnet.properties.get("CidrBlock"), subnet)
        for subnet in design.of_type("AWS::EC2::Subnet")
    }
    for one, other in combinations(networks, 2):
        if networks[one].overlaps(networks[other]):
            yield one.name, f"{networks[one]} overlaps {other.name}'s {networks[other]}"


def rule_given_twice(design: Design) -> Iterator[Broken]:
    """The same security group rule twice, which EC2 refuses in the middle of a deployment."""
    for group in design.of_type("AWS::EC2::SecurityGroup"):
        read = read_group(design, group)
        for rules in (read.ingress, read.egress):
            for rule in {each for each in rules if rules.count(each) > 1}:
                peer = rule.peer.name if isinstance(rule.peer, Resource) else rule.peer
                yield group.name, f"{rule.ports} and {peer} more than once"
