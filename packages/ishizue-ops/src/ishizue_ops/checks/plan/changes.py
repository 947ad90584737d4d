"""What changes from one design to another, and what must hold of it.

Resources are created, updated, replaced, deleted and kept. Nothing may be lost, and visitors are
served.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ishizue_ops import schemas
from ishizue_ops.names import CDN_STACK
from ishizue_ops.template import Design, Resource, nodes, referred
from ishizue_ops.words import Text

Kind = Literal["delete", "replace", "keep", "update", "create"]
"""What cannot be undone comes first."""

_STACKS = ("Copies", "State", CDN_STACK, "Service", "Outside")
"""The ends of the stacks' names, in the order in which `make deploy` deploys them."""

_BALANCING = "AWS::ElasticLoadBalancingV2::"
_SERVICE = "AWS::ECS::Service"

_SERVING = {"AWS::CloudFront::Distribution", f"{_BALANCING}LoadBalancer", _SERVICE}
"""Visitors notice a replacement: it has another DNS name, or starts with a single task. A worker's
service has no visitors."""

_POLICY = "DeletionPolicy"
_KEPT = ("Retain", "RetainExceptOnCreate")

_INTENDED = ("AWS::Route53::HostedZone", "Name")
"""A replacement that loses nothing: another domain has a zone of its own."""


@dataclass(frozen=True)
class Change:
    """One operation on a resource, or `keep`: it leaves the stack and stays.

    `before` is the resource as it was, None for a new one. `changed` names the properties that
    change; of a replaced resource, those that replace it.
    """

    kind: Kind
    resource: Resource
    before: Resource | None
    changed: Sequence[str] = ()


def plan(old: Design, new: Design) -> list[Change]:
    """Every change, by stack in the order of the deployment."""
    before = _resources(old)
    after = _resources(new)
    both = before.keys() & after
    replaced = set[str]()
    # What refers to a replaced resource changes too, and is perhaps replaced in turn.
    while more := {each for each in both if _replacing(before[each], after[each])} - replaced:
        replaced |= more
        before = _resources(old, replaced)
    kinds = get_args(Kind)

    def place(each: Change) -> tuple[int, int, str]:
        stack = each.resource.stack
        number = next((number for number, end in enumerate(_STACKS) if stack.endswith(end)), 0)
        return number, kinds.index(each.kind), each.resource.id

    return sorted(_changes(before, after), key=place)


def _resources(design: Design, replaced: Collection[str] = ()) -> Mapping[str, Resource]:
    """The resources by their id, with ids in all references of their properties.

    What another stack hands over (an export, a stored parameter, an output) is replaced by its
    value there, so that a change of that value is a change of the resource that uses it.
    """
    return {
        each.id: replace(each, properties=_resolved(design, each.properties, each.stack, replaced))
        for each in design.resources
    }


def _resolved(design: Design, value: Any, stack: str, replaced: Collection[str]) -> Any:
    """A value with ids in its references; those to `replaced` resources differ from new ones."""
    value, stack = design.follow(value, stack)
    if isinstance(value, list):
        return [_resolved(design, each, stack, replaced) for each in value]
    if not isinstance(value, Mapping):
        return value
    name = referred(value)
    if name is None or name.startswith("AWS::"):
        inner = {key: _resolved(design, each, stack, replaced) for key, each in value.items()}
        match inner:
            case {"Fn::Join": [str(by), [*parts]]} if all(isinstance(part, str) for part in parts):
                return by.join(parts)
            case {"Fn::FindInMap": [mapping, str(first), second]}:
                return design.templates[stack]["Mappings"][mapping][first][second]
            case _:
                return inner
    target = f"{stack}/{name}"
    target = f"{target} (old)" if target in replaced else target
    return {"Ref": target} if "Ref" in value else {"Fn::GetAtt": [target, value["Fn::GetAtt"][1]]}


def _changes(old: Mapping[str, Resource], new: Mapping[str, Resource]) -> Iterator[Change]:
    for after in new.values():
        before = old.get(after.id)
        if before is None:
            yield Change("create", after, None)
        elif names := _replacing(before, after):
            yield Change("replace", after, before, names)
        elif before.properties != after.properties or _unprotected(before, after):
            was = before.properties
            now = after.properties
            names = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
            yield Change("update", after, before, names or [_POLICY])
    for before in old.values():
        if before.id not in new:
            protected = before.properties.get("DeletionProtection") is True
            retained = before.raw.get(_POLICY) in _KEPT
            yield Change("keep" if protected or retained else "delete", before, before)


def _unprotected(before: Resource, after: Resource) -> bool:
    """Whether what was kept when its stack goes is deleted with it from now on."""
    return before.raw.get(_POLICY) in _KEPT and after.raw.get(_POLICY) not in (*_KEPT, "Snapshot")


def _replacing(before: Resource, after: Resource) -> list[str]:
    """The changed properties that make this another resource."""
    paths = schemas.replacing(after.type)
    was = before.properties
    now = after.properties
    return sorted({path[0] for path in paths if _at(was, path) != _at(now, path)})


def _at(value: Any, path: Sequence[str]) -> Any:
    """The value at a path, or the whole value where a list or a function is in the way."""
    for part in path:
        if not isinstance(value, Mapping) or next(iter(value), "").startswith(("Fn::", "Ref")):
            return value
        value = value.get(part)
    return value


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
            kept = each.resource.raw.get(_POLICY) == "Snapshot"
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
