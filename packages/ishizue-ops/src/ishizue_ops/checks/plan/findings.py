"""What must hold of a deployment: nothing is lost, AWS accepts it, and visitors are served."""

from collections.abc import Iterator
from typing import Any

from ishizue_ops import schemas
from ishizue_ops.checks import reachability, topology
from ishizue_ops.checks.plan.changes import Change, DeploymentPlan, plan, references, resolved
from ishizue_ops.names import CDN_STACK
from ishizue_ops.template import Design, Resource, nodes
from ishizue_ops.words import Text

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
SERVICE = "AWS::ECS::Service"
INSTANCE = "AWS::RDS::DBInstance"

_SERVING = {
    "AWS::CloudFront::Distribution",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    SERVICE,
}
"""Visitors notice a replacement: it has another DNS name, or starts with a single task. A worker's
service has no visitors."""

_REGENERATED = ("AWS::SecretsManager::Secret", "GenerateSecretString")
"""An update of this property generates another secret in place of the old one."""

_INTENDED = ("AWS::Route53::HostedZone", "Name")
"""A replacement that loses nothing: another domain has a zone of its own."""

_IN_PLACE = {
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
}
"""A database instance changes them in place, though its schema says that they may replace it.

The template reference says "Update requires: Some interruptions".
"""


def findings(old: Design, new: Design) -> list[str]:
    """Every finding of the deployment from one design to another, one line each.

    What would be lost, which nobody can undo, comes first.
    """
    made = plan(old, new)
    lost = {*_lost(made)}
    refused = {*_refused(made), *_exports_in_use(old, new, made)}
    interrupted = set[str]()
    # A deployment that is refused interrupts nothing; before the first one there are no visitors.
    if made.old and not lost and not refused:
        interrupted = {*_in_use(made), *_interrupted(made), *_closed(old, new, made)}
    return [*sorted(lost), *sorted(refused), *sorted(interrupted)]


def _refused(made: DeploymentPlan) -> Iterator[str]:
    """What CloudFormation or a service refuses, which ends the deployment."""
    for each in made.changes:
        kind = each.resource.type
        if kind == "AWS::CloudFront::VpcOrigin" and each.before:
            # Not even its tags (aws-cdk issue 35765).
            yield Text("origin-in-use", name=each.name)


def _exports_in_use(old: Design, new: Design, made: DeploymentPlan) -> Iterator[str]:
    """CloudFormation neither removes nor changes an export that another stack imports."""
    imported = {str(node.get("Fn::ImportValue")) for node in nodes(dict(old.templates))}
    replaced = made.ids("replace")
    before = _exports(old, replaced)
    after = _exports(new)
    for name in sorted(imported & before.keys()):
        if name not in after:
            yield Text("export-removed", name=name)
        elif before[name] != after[name]:
            yield Text("export-changed", name=name)


def _exports(design: Design, replaced: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        output["Export"]["Name"]: resolved(design, output["Value"], stack, replaced)
        for stack, _, output in design.outputs
        if "Export" in output
    }


# Lost: what holds state is replaced, deleted or written over


def _lost(made: DeploymentPlan) -> Iterator[str]:
    for each in made.changes:
        kind = each.resource.type
        raw = each.resource.raw
        # An instance of a cluster holds nothing: the cluster's volume does.
        if not schemas.is_stateful(kind) or "DBClusterIdentifier" in each.resource.properties:
            continue
        if each.kind == "replace" and (kind, *each.changed) != _INTENDED:
            yield Text("emptied", name=each.name, why=", ".join(each.changed))
        # A firewall's log has a fixed name: kept, it would be in the way of the next one.
        of_firewall = str(each.resource.properties.get("LogGroupName")).startswith("aws-waf-logs-")
        if each.kind == "delete" and not of_firewall:
            kept = raw.get("DeletionPolicy") == "Snapshot"
            yield (
                Text("lost-but-snapshot", name=each.name) if kept else Text("lost", name=each.name)
            )
        for name in set(each.may_replace) - (_IN_PLACE if kind == INSTANCE else set()):
            yield Text("perhaps-replaced", name=each.name, why=name)
        if each.kind == "update" and _REGENERATED in ((kind, name) for name in each.changed):
            yield Text("written-over", name=each.name)


def _in_use(made: DeploymentPlan) -> Iterator[str]:
    """AWS refuses to delete what another stack uses, and CloudFormation leaves it behind."""
    for each in made.changes:
        for user in made.old.values() if each.kind == "delete" else ():
            if user.stack == each.resource.stack or each.id not in references(user.properties):
                continue
            if not _changes_before(made, user, each):
                yield Text("in-use", name=each.name, user=user.name)


def _changes_before(made: DeploymentPlan, user: Resource, deleted: Change) -> bool:
    """Whether the user changes, or leaves, before something of another stack is deleted."""
    there = deleted.resource.stack
    # `make deploy` shrinks CloudFront's stack last.
    earlier = made.stacks.index(user.stack) < made.stacks.index(there) or there.endswith(CDN_STACK)
    return earlier and user.id in {each.id for each in made.changes}


# Interrupted: something goes before its successor serves


def _interrupted(made: DeploymentPlan) -> Iterator[str]:
    made_anew = made.ids("create", "replace")
    for each in made.changes:
        kind = each.resource.type
        before = (each.before or each.resource).properties
        serves = kind in _SERVING and (kind != SERVICE or "LoadBalancers" in before)
        if serves and each.kind == "replace":
            yield Text("replaced", name=each.name, why=", ".join(each.changed))
        if serves and each.kind == "delete":
            yield Text("serves-no-more", name=each.name)
        if each.kind == "replace" and schemas.deletes_first(kind):
            yield Text("deleted-first", name=each.name)
        used = references(each.resource.properties) & made.new.keys()
        groups = {name for name in used if made.new[name].type == TARGETS}
        if kind in (LISTENER, RULE) and each.before and groups and groups <= made_anew:
            yield Text("forwards-too-early", name=each.name)


def _redirected(value: object) -> set[str]:
    """The ports that actions redirect to."""
    return {each["RedirectConfig"]["Port"] for each in nodes(value) if "RedirectConfig" in each}


def _closed(old: Design, new: Design, made: DeploymentPlan) -> Iterator[str]:
    """What is reached before and after, but not between the deployments of two stacks."""
    kept = _flows(old) & _flows(new)
    endpoints = {name for one in topology.read(old).subnets for name in one.endpoints}
    templates = dict(old.templates)
    for stack in dict.fromkeys(each.resource.stack for each in made.changes):
        templates[stack] = new.templates.get(stack, {})
        design = Design(templates)
        flows = _flows(design)
        for source, target, ports in kept - flows:
            if (source, reachability.INTERNET, ports) in flows and target in endpoints:
                continue  # AWS's services have public addresses too
            flow = f"{source} → {target} → {ports}"
            yield Text("flow-closed", flow=flow, stack=stack)
        public = {ports for source, _, ports in flows if source == reachability.INTERNET}
        for listener in design.of_type(LISTENER, RULE):
            for port in _redirected(listener.properties):
                if f"tcp {port}" not in public:
                    yield Text("port-closed", name=listener.name, port=port)


def _flows(design: Design) -> frozenset[tuple[str, str, str]]:
    """Who reaches whom on which ports, whatever gateway the way passes."""
    return frozenset(
        (flow.source, flow.target, flow.ports)
        for flow in reachability.flows(topology.read(design))
        if flow.answered and not flow.partial
    )
