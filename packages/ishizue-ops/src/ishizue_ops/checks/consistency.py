"""Faults between templates or resources that cfn-lint cannot see."""

from collections.abc import Iterator

from ishizue_ops.checks import topology
from ishizue_ops.template import Design, Resource, nodes


def check(design: Design) -> list[str]:
    """Every fault, one line each."""
    return sorted({*_missing_exports(design), *_duplicate_rules(design)})


def _missing_exports(design: Design) -> Iterator[str]:
    exported = {output.get("Export", {}).get("Name") for _, _, output in design.outputs}
    for resource in design.resources:
        for node in nodes(resource.properties):
            name = node.get("Fn::ImportValue")
            if name is not None and name not in exported:
                yield f"{resource.name}: imports {name}, which no stack exports"


def _duplicate_rules(design: Design) -> Iterator[str]:
    """EC2 refuses a duplicate security group rule in the middle of a deployment."""
    for group, found in topology.read(design).groups.items():
        for rules in (found.ingress, found.egress):
            for rule in rules:
                if rules.count(rule) > 1:
                    peer = rule.peer.name if isinstance(rule.peer, Resource) else rule.peer
                    yield f"{group.name}: duplicate rule for {rule.ports} and {peer}"
