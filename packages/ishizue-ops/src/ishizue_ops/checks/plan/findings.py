"""What must hold of a deployment: nothing is lost, and visitors are served."""

from collections.abc import Iterator, Sequence

from ishizue_ops import schemas
from ishizue_ops.checks.plan.changes import Change, plan
from ishizue_ops.template import Design, nodes, referred
from ishizue_ops.words import Text

_BALANCING = "AWS::ElasticLoadBalancingV2::"
_SERVICE = "AWS::ECS::Service"

_SERVING = {"AWS::CloudFront::Distribution", f"{_BALANCING}LoadBalancer", _SERVICE}
"""Visitors notice a replacement: it has another DNS name, or starts with a single task. A worker's
service has no visitors."""

_INTENDED = ("AWS::Route53::HostedZone", "Name")
"""A replacement that loses nothing: another domain has a zone of its own."""


def findings(old: Design, new: Design) -> list[Text]:
    """Every finding of the deployment from one design to another, one line each.

    What would be lost, which nobody can undo, comes first, and alone.
    """
    changes = plan(old, new)
    lost = sorted({*_lost(changes)}, key=str)
    # Before the first deployment there are no visitors.
    if lost or not old.templates:
        return lost
    return sorted({*_interrupted(new, changes)}, key=str)


def _lost(changes: Sequence[Change]) -> Iterator[Text]:
    """What holds state is replaced, deleted or written over."""
    for each in changes:
        kind = each.resource.type
        name = each.resource.name
        properties = each.resource.properties
        # An instance of a cluster holds nothing: the cluster's volume does.
        if not schemas.is_stateful(kind) or "DBClusterIdentifier" in properties:
            continue
        if each.kind == "replace" and (kind, *each.changed) != _INTENDED:
            yield Text("emptied", name=name, why=", ".join(each.changed))
        # A firewall's log has a fixed name: kept, it would be in the way of the next one.
        of_firewall = str(properties.get("LogGroupName")).startswith("aws-waf-logs-")
        if each.kind == "delete" and not of_firewall:
            kept = each.resource.raw.get("DeletionPolicy") == "Snapshot"
            yield Text("lost-but-snapshot", name=name) if kept else Text("lost", name=name)
        # Another secret is generated in place of the old one.
        if each.kind == "update" and "GenerateSecretString" in each.changed:
            yield Text("written-over", name=name)


def _interrupted(new: Design, changes: Sequence[Change]) -> Iterator[Text]:
    """Something goes before its successor serves."""
    fresh = {each.resource.id for each in changes if each.kind in ("create", "replace")}
    targets = {each.id for each in new.of_type(f"{_BALANCING}TargetGroup")}
    for each in changes:
        kind = each.resource.type
        name = each.resource.name
        before = (each.before or each.resource).properties
        serves = kind in _SERVING and (kind != _SERVICE or "LoadBalancers" in before)
        if serves and each.kind == "replace":
            yield Text("replaced", name=name, why=", ".join(each.changed))
        if serves and each.kind == "delete":
            yield Text("serves-no-more", name=name)
        # A change's references are the ids of resources.
        groups = {*map(referred, nodes(each.resource.properties))} & targets
        listens = kind.startswith(f"{_BALANCING}Listener")
        if listens and each.before and groups and groups <= fresh:
            yield Text("forwards-too-early", name=name)
