"""What must hold of a deployment: AWS accepts it, nothing is lost, and visitors are served."""

from collections.abc import Iterator
from typing import Any

from ishizue_ops import schemas
from ishizue_ops.checks import reachability, topology
from ishizue_ops.checks.plan.steps import DeploymentPlan, Step, plan, references, resolved
from ishizue_ops.template import Design, Resource, nodes

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
SERVICE = "AWS::ECS::Service"
INSTANCE = "AWS::RDS::DBInstance"

_SERVING = {
    *("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::CloudFront::Distribution"),
    SERVICE,
}
"""Visitors notice a replacement: it has another DNS name, or starts with a single task."""

_REGENERATED = ("AWS::SecretsManager::Secret", "GenerateSecretString")
"""An update of this property generates another secret in place of the old one."""

_INTENDED = ("AWS::Route53::HostedZone", "Name")
"""A replacement that loses nothing: another domain has a zone of its own."""

_IN_PLACE = {
    *("AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBParameterGroupName", "MultiAZ"),
    "PreferredMaintenanceWindow",
}
"""A database instance changes them in place, though its schema says that they may replace it.

The template reference says "Update requires: Some interruptions".
"""


def findings(old: Design, new: Design) -> list[str]:
    """Every finding of the deployment from one design to another, one line each."""
    made = plan(old, new)
    found = {*_refused(made), *_exports_in_use(old, new, made), *_lost(made)}
    # A deployment that is refused interrupts nothing; before the first one there are no visitors.
    if not found and made.old:
        found = {*_in_use(made), *_interrupted(made), *_closed(old, new, made)}
    return sorted(found)


def _refused(made: DeploymentPlan) -> Iterator[str]:
    """What CloudFormation or a service refuses, which ends the deployment."""
    for step in made.steps:
        kind = step.resource.type
        if step.before and step.before.type != kind:
            yield f"{step.name}: {step.before.type} cannot become {kind}"
        if kind == "AWS::CloudFront::VpcOrigin" and step.before:
            # Not even its tags (aws-cdk issue 35765).
            yield f"{step.name}: CloudFront changes no VPC origin that a distribution uses"


def _exports_in_use(old: Design, new: Design, made: DeploymentPlan) -> Iterator[str]:
    """CloudFormation neither removes nor changes an export that another stack imports."""
    imported = {str(node.get("Fn::ImportValue")) for node in nodes(dict(old.templates))}
    replaced = made.ids("replace")
    before, after = _exports(old, replaced), _exports(new)
    for name in sorted(imported & before.keys()):
        if name not in after:
            yield f"{name}: removed while another stack imports it"
        elif before[name] != after[name]:
            yield f"{name}: changed while another stack imports it"


def _exports(design: Design, replaced: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        output["Export"]["Name"]: resolved(design, output["Value"], stack, replaced)
        for stack, _, output in design.outputs
        if "Export" in output
    }


# Lost: what holds state is replaced, deleted or written over


def _lost(made: DeploymentPlan) -> Iterator[str]:
    for step in made.steps:
        kind, raw = step.resource.type, step.resource.raw
        # An instance of a cluster holds nothing: the cluster's volume does.
        if not schemas.is_stateful(kind) or "DBClusterIdentifier" in step.resource.properties:
            continue
        if step.kind == "replace" and (kind, *step.changed) != _INTENDED:
            yield f"{step.name}: replaced by an empty one, for {', '.join(step.changed)}"
        # A firewall's log has a fixed name: kept, it would be in the way of the next one.
        of_firewall = str(step.resource.properties.get("LogGroupName")).startswith("aws-waf-logs-")
        if step.kind == "delete" and not of_firewall:
            rest = ", with a final snapshot" if raw.get("DeletionPolicy") == "Snapshot" else ""
            yield f"{step.name}: deleted{rest}"
        for name in set(step.may_replace) - (_IN_PLACE if kind == INSTANCE else set()):
            yield f"{step.name}: may be replaced, for {name}"
        if step.kind == "update" and _REGENERATED in ((kind, name) for name in step.changed):
            yield f"{step.name}: its value is written over"


def _in_use(made: DeploymentPlan) -> Iterator[str]:
    """AWS refuses to delete what another stack uses, and CloudFormation leaves it behind."""
    for step in made.steps:
        for user in made.old.values() if step.kind == "delete" else ():
            later = user.id not in made.earlier[step.id] and user.stack != step.resource.stack
            if later and step.id in references(user.raw):
                yield f"{step.name}: deleted while in use by {user.name} of another stack"


# Interrupted: something goes before its successor serves


def _interrupted(made: DeploymentPlan) -> Iterator[str]:
    moved = _moved_by_ecs(made)
    for step in made.steps:
        kind = step.resource.type
        if kind in _SERVING and step.kind == "replace":
            yield f"{step.name}: replaced, for {', '.join(step.changed)}"
        if kind in _SERVING and step.kind == "delete":
            yield f"{step.name}: deleted, with all that it serves"
        if step.kind == "replace" and schemas.deletes_first(kind):
            yield f"{step.name}: deleted before its successor is created"
        if kind == RULE and step.before and step.id in moved:
            yield f"{step.name}: its weights are set back; the other group may have the tasks"
        if kind in (LISTENER, RULE) and not step.cleans_up:
            yield from _leads_nowhere(made, step)


def _moved_by_ecs(made: DeploymentPlan) -> frozenset[str]:
    """Among others the rules whose weights ECS moves between two target groups at each release.

    CloudFormation's update of such a rule writes the template's weights (aws-cdk issue 36649).
    """
    services = [each.properties for each in made.old.values() if each.type == SERVICE]
    return references([node.get("AdvancedConfiguration") for node in nodes(services)])


def _leads_nowhere(made: DeploymentPlan, step: Step) -> Iterator[str]:
    """A redirect before its port's listener and rules exist, or a target group without tasks."""
    created = made.ids("create", "replace")
    for port in _redirected(step.resource.properties):
        for later in created - made.earlier[step.id] - {step.id}:
            if port == _port(made, made.new[later]):
                yield f"{step.name}: redirects to port {port} before {made.new[later].name} exists"
    used = references(step.resource.properties) & made.new.keys()
    groups = {each for each in used if made.new[each].type == TARGETS}
    if step.before and groups and groups <= created:
        yield f"{step.name}: forwards to a new target group before the tasks register with it"


def _redirected(value: object) -> set[str]:
    """The ports that actions redirect to."""
    return {each["RedirectConfig"]["Port"] for each in nodes(value) if "RedirectConfig" in each}


def _port(made: DeploymentPlan, resource: Resource) -> str | None:
    """The port of a listener, or of a rule's listener."""
    if resource.type == RULE:
        [listener] = references(resource.properties["ListenerArn"])
        return _port(made, made.new[listener])
    return str(resource.properties["Port"]) if resource.type == LISTENER else None


def _closed(old: Design, new: Design, made: DeploymentPlan) -> Iterator[str]:
    """What is reached before and after, but not between the deployments of two stacks."""
    kept = _flows(old) & _flows(new)
    endpoints = {name for one in topology.read(old).subnets for name in one.endpoints}
    templates = dict(old.templates)
    for stack in dict.fromkeys(step.resource.stack for step in made.steps):
        templates[stack] = new.templates.get(stack, {})
        design = Design(templates)
        flows = _flows(design)
        for source, target, ports in kept - flows:
            if (source, reachability.INTERNET, ports) in flows and target in endpoints:
                continue  # AWS's services have public addresses too
            yield f"{source} → {target} → {ports} is closed after {stack} is deployed"
        public = {ports for source, _, ports in flows if source == reachability.INTERNET}
        for listener in design.of_type(LISTENER, RULE):
            for port in _redirected(listener.properties):
                if f"tcp {port}" not in public:
                    yield f"{listener.name}: redirects to port {port}, which is closed"


def _flows(design: Design) -> frozenset[tuple[str, str, str]]:
    """Who reaches whom on which ports, whatever gateway the way passes."""
    return frozenset(
        (flow.source, flow.target, flow.ports)
        for flow in reachability.flows(topology.read(design))
        if flow.answered and not flow.partial
    )
