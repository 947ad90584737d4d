"""What must hold of every deployment: nothing is lost, and visitors are served all the way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.checks import reachability
from infra.checks.template import Design
from infra.checks.walk import graph, schemas
from infra.checks.walk.entrances import (
    BALANCER,
    DISTRIBUTION,
    LISTENER,
    PORTS,
    RULE,
    Entrance,
    Entrances,
)
from infra.checks.walk.graph import Graph, Id, Node
from infra.checks.walk.plan import Plan, Step, plan
from infra.checks.walk.states import states

TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"

VPC_ORIGIN = "AWS::CloudFront::VpcOrigin"

_SERVING = (BALANCER, DISTRIBUTION, "AWS::ECS::Service")
"""A new one has another name, or begins with one task."""

_REWRITES = {("AWS::SecretsManager::Secret", "GenerateSecretString")}
"""Properties whose update replaces what the resource holds: a secret is generated again."""

_OTHERS = {("AWS::Route53::HostedZone", "Name")}
"""Types, and what makes another one no successor: the zone of another domain."""

_IN_PLACE = {
    "AWS::RDS::DBInstance": {
        *("AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBParameterGroupName", "MultiAZ"),
        "PreferredMaintenanceWindow",
    },
}
"""Conditional properties, in the template reference "Update requires: Some interruptions"."""


def findings(old: Design, new: Design) -> list[str]:
    """Every finding of the deployment from one design to another, one line each."""
    walked = plan(old, new)
    found = {*refused(old, new, walked), *lost(walked)}
    # A deployment that is refused reaches no state to look at; the first one has no visitors yet.
    return sorted(found if found or not walked.old else {*interrupted(walked)})


def refused(old: Design, new: Design, walked: Plan) -> Iterator[str]:
    """What CloudFormation or a service refuses, which ends the deployment."""
    for step in walked.steps:
        if step.before and step.after and step.before.type != step.after.type:
            yield f"{step.node.name}: {step.before.type} cannot become {step.after.type}"
        if step.after and step.node.type == "AWS::ECS::Service":
            yield from _too_early(walked, step)
        if step.before and step.after and step.node.type == VPC_ORIGIN:
            # Not even its tags (aws-cdk issue 35765).
            yield f"{step.node.name}: CloudFront changes no VPC origin that a distribution uses"
        if step.kind == "keep":
            for identity in _identities(step.node):
                if identity.fixed:
                    yield f"{step.node.name}: stays as {identity}, and cannot be made again"
    yield from _exports_in_use(old, new, walked)
    yield from _twice(walked)


def lost(walked: Plan) -> Iterator[str]:
    """What holds state and is replaced, deleted or written over."""
    for step in walked.steps:
        node = step.node
        if not _holds_state(node):
            continue
        if step.kind == "replace" and (node.type, *step.why) not in _OTHERS:
            yield f"{node.name}: replaced by an empty one, for {', '.join(step.why)}"
        if step.kind == "delete" and not step.superseded:
            rest = ", with a final snapshot" if node.deletion_policy == "Snapshot" else ""
            yield f"{node.name}: deleted{rest}"
        for name in set(step.maybe) - _IN_PLACE.get(node.type, set()):
            yield f"{node.name}: may be replaced, for {name}"
        for name in step.why if step.kind == "update" else ():
            if (node.type, name) in _REWRITES:
                yield f"{node.name}: its value is written over, for {name}"


def interrupted(walked: Plan) -> Iterator[str]:
    """What visitors lose on the way, in any order that CloudFormation may take."""
    for step in walked.steps:
        if step.kind == "replace" and step.node.type in _SERVING:
            yield f"{step.node.name}: replaced, for {', '.join(step.why)}"
        if step.kind == "replace" and schemas.deletes_first(step.node.type):
            yield f"{step.node.name}: deleted before its successor is created"
        if step.before and step.before.id in _moved(walked.old):
            yield f"{step.node.name}: its weights are set back; the other group may have the tasks"
    reached = list(states(walked))
    first, last = reached[0][1], reached[-1][1]
    before, after = Entrances(first), Entrances(last)
    promised = [
        entrance
        for port in PORTS
        for name in sorted(before.names | after.names)
        if before.serve(entrance := Entrance(port, name)) and after.serve(entrance)
    ]
    yield from _given_up(before, after)
    allowed = _flows(first) & _flows(last)
    earliest: dict[str, str] = {}
    for done, state in reached:
        found = Entrances(state)
        texts = [
            *found.dead_redirects(),
            *found.dead_records(),
            *(f"{each} does not serve" for each in promised if not found.serve(each)),
            *(f"{' → '.join(each)} is closed" for each in sorted(allowed - _flows(state))),
        ]
        for text in texts:
            earliest.setdefault(text, _when(walked, done))
    yield from (f"{text}, {when}" for text, when in earliest.items())


def _given_up(before: Entrances, after: Entrances) -> Iterator[str]:
    """The ways in that a deployment removes before visitors have another one."""
    if not before.serving & after.serving:
        for way in before.serving:
            yield f"{way.name}: removed by the deployment that makes its successor"
    for name in before.records & after.records:
        for way in before.ways(name) - after.ways(name):
            if not any(after.serves(way, Entrance(port, name)) for port in PORTS):
                yield f"{name} leaves {way.name}, which is removed while resolvers still know it"


def _moved(nodes: Graph) -> frozenset[Id]:
    """The rules whose weights ECS moves between two target groups with each release.

    CloudFormation's update of such a rule writes the template's weights (aws-cdk issue 36649).
    """
    return frozenset(
        name
        for node in nodes.values()
        if node.type == "AWS::ECS::Service"
        for entry in node.properties.get("LoadBalancers", ())
        for name in graph.references(entry.get("AdvancedConfiguration", {}))
        if nodes[name].type == RULE
    )


def collisions(one: Design, other: Design) -> list[str]:
    """The fixed names that two environments of one account have in common."""
    shared = _fixed(one).keys() & _fixed(other).keys()
    stacks = [f"stack {name}" for name in one.templates.keys() & other.templates.keys()]
    exported = graph.exports(one).keys() & graph.exports(other).keys()
    return sorted(
        [*stacks, *(f"export {name}" for name in exported)]
        + [f"{_fixed(one)[each].name}: {each}" for each in shared]
    )


def _holds_state(node: Node) -> bool:
    # An instance of a cluster holds nothing: the cluster's volume does.
    return node.type in schemas.stateful() and "DBClusterIdentifier" not in node.properties


def _exports_in_use(old: Design, new: Design, walked: Plan) -> Iterator[str]:
    """CloudFormation neither removes nor changes an export that another stack imports."""
    renamed = {step.id: f"{step.id} (old)" for step in walked.steps if step.kind == "replace"}
    before, after = graph.exports(old), graph.exports(new)
    for name in sorted(graph.imports(old)):
        if name not in before:
            continue
        if name not in after:
            yield f"{name}: removed while another stack imports it"
        elif graph.renamed_in(before[name], renamed) != after[name]:
            yield f"{name}: changed while another stack imports it"


def _too_early(walked: Plan, step: Step) -> Iterator[str]:
    """What a service needs although its properties do not refer to it.

    ECS refuses a target group without a load balancer (CreateService), and starts tasks whose role
    has no policy yet.
    """
    earlier = walked.earlier[step.id]
    groups = _forwarded(walked.new, lambda node: node.id in walked.old or node.id in earlier)
    for name in graph.references(step.node.properties.get("LoadBalancers")) - groups:
        # A canary's property also names the rule and the role.
        if walked.new[name].type == TARGETS:
            yield f"{step.node.name}: {walked.new[name].name} has no listener yet"
    task = walked.new[next(iter(graph.references(step.node.properties["TaskDefinition"])))]
    for node in walked.new.values():
        attached = node.type == "AWS::IAM::Policy" and (
            graph.references(node.properties.get("Roles")) & task.references
        )
        if attached and node.id in walked.by_id and node.id not in earlier:
            yield f"{step.node.name}: {node.name} is not attached yet"


def _forwarded(nodes: Graph, when: Callable[[Node], bool]) -> frozenset[Id]:
    """The target groups that listeners or their rules forward to."""
    return frozenset(
        each
        for node in nodes.values()
        if node.type in (LISTENER, RULE) and when(node)
        for each in graph.references(node.properties)
        if each in nodes and nodes[each].type == TARGETS
    )


def _twice(walked: Plan) -> Iterator[str]:
    """A resource that is created while another one has its identity."""
    for step in walked.steps:
        if step.kind not in ("create", "replace"):
            continue
        for key in _identities(step.node):
            for other in walked.old.values():
                gone = (
                    other.id in walked.earlier[step.id] and walked.by_id[other.id].kind == "delete"
                )
                if not gone and key in _identities(other):
                    yield f"{step.node.name}: {key} exists, as {other.name}"


@dataclass(frozen=True)
class Identity:
    """What no second resource of a type may have: properties and their values."""

    type: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    fixed: bool
    """Whether no part of it refers to another resource."""

    def __str__(self) -> str:
        return ", ".join(
            f"{name} {value}" for name, value in zip(self.names, self.values, strict=True)
        )


def _identities(node: Node) -> Iterator[Identity]:
    """Empty where AWS chooses the name."""
    for names in schemas.identities(node.type):
        values = [node.properties.get(name) for name in names]
        if names and all(value is not None for value in values):
            fixed = not graph.references(values)
            yield Identity(node.type, names, tuple(map(_shown, values)), fixed)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        [argument] = value.values()
        return str(argument)
    return str(value)


def _fixed(design: Design) -> dict[Identity, Node]:
    found = graph.read(design).values()
    return {each: node for node in found for each in _identities(node) if each.fixed}


def _when(walked: Plan, done: frozenset[str]) -> str:
    """The last steps that lead to a state."""
    last = [each for each in done if not any(each in walked.earlier[other] for other in done)]
    names = sorted(f"{walked.by_id[each].kind} {walked.by_id[each].node.name}" for each in last)
    return f"after {', '.join(names)}" if names else "before the first step"


def _flows(design: Design) -> frozenset[tuple[str, str, str]]:
    """Who reaches whom on which ports, whatever gateway the way passes."""
    return frozenset(
        (flow.source, flow.target, flow.ports)
        for flow in reachability.flows(design)
        if flow.answered and not flow.partial
    )
