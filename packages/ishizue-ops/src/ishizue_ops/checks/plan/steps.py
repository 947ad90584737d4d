"""The steps from one design to another, and which come before which.

Stacks are deployed one after the other. In a stack CloudFormation creates and updates first, each
resource after those that it refers to or depends on, and otherwise in any order; then it deletes
what was replaced or left the template, each resource before those that it refers to ("Update
behaviors of stack resources" and "DependsOn attribute" in its user guide).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, Literal

from ishizue_ops import schemas
from ishizue_ops.names import CDN_STACK
from ishizue_ops.template import Design, Resource, nodes, referred

Kind = Literal["create", "update", "replace", "delete", "keep"]

Resources = Mapping[str, Resource]
"""Resources by their id, with ids in all references.

What another stack hands over (an export, a stored parameter, an output) is replaced by its value
there, so that a change of that value is a change of the resource that uses it.
"""


@dataclass(frozen=True)
class Step:
    """One operation on a resource, or `keep`: it leaves the stack and stays.

    `changed` names the properties that change. A change of those in `may_replace` replaces the
    resource under conditions that its schema does not say.
    """

    kind: Kind
    resource: Resource
    before: Resource | None = None
    changed: tuple[str, ...] = ()
    may_replace: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Of the resource."""
        return self.resource.id

    @property
    def name(self) -> str:
        """Of the resource, in reports."""
        return self.resource.name

    @property
    def cleans_up(self) -> bool:
        """Whether the resource leaves, which comes after all that is created and updated."""
        return self.kind in ("delete", "keep")


@dataclass(frozen=True)
class DeploymentPlan:
    """Everything that changes from `old` to `new`, in one of the possible orders."""

    old: Resources
    new: Resources
    steps: Sequence[Step]
    earlier: Mapping[str, frozenset[str]] = field(repr=False)
    """For each step's resource those whose steps come before it in every order."""

    def ids(self, *kinds: Kind) -> frozenset[str]:
        """The resources of the steps of these kinds."""
        return frozenset(step.id for step in self.steps if step.kind in kinds)


def plan(old: Design, new: Design) -> DeploymentPlan:
    """Compare two versions of a design."""
    after, replaced = read(new), set[str]()
    while True:
        before = read(old, replaced)
        # What refers to a replaced resource changes too, and is perhaps replaced in turn.
        found = {each for each in before.keys() & after if _replacing(before[each], after[each])}
        if found == replaced:
            break
        replaced = found
    steps = [*_steps(before, after, replaced)]
    earlier = _earlier(_stages(before, after, steps), steps)
    steps.sort(key=lambda step: (len(earlier[step.id]), step.id))
    return DeploymentPlan(before, after, steps, earlier)


def read(design: Design, replaced: Collection[str] = ()) -> Resources:
    """The resources of a design; references to `replaced` ones differ from those to new ones."""
    found = {}
    for each in design.resources:
        depends = each.raw.get("DependsOn", [])
        listed = [depends] if isinstance(depends, str) else depends
        # As references, so that both kinds of dependency are found alike.
        dependencies = [{"Ref": name} for name in listed]
        raw = resolved(design, {**each.raw, "DependsOn": dependencies}, each.stack, replaced)
        properties = raw.get("Properties", {})
        found[each.id] = Resource(
            each.stack, each.logical_id, each.type, properties, each.path, raw
        )
    return found


def resolved(design: Design, value: Any, stack: str, replaced: Collection[str] = ()) -> Any:
    """A value with ids in its references, and with the values of other stacks."""
    value, stack = design.follow(value, stack)
    if isinstance(value, list):
        return [resolved(design, each, stack, replaced) for each in value]
    if not isinstance(value, Mapping):
        return value
    name = referred(value)
    if name is None or name.startswith("AWS::"):
        return {key: resolved(design, each, stack, replaced) for key, each in value.items()}
    found = f"{stack}/{name}"
    found = f"{found} (old)" if found in replaced else found
    return {"Ref": found} if "Ref" in value else {"Fn::GetAtt": [found, value["Fn::GetAtt"][1]]}


def references(value: object) -> frozenset[str]:
    """The ids that a resolved value names."""
    names = map(referred, nodes(value))
    return frozenset(name for name in names if name and "/" in name)


def _replacing(before: Resource, after: Resource) -> tuple[str, ...]:
    """What makes this another resource than the old one: its type, or some of its properties."""
    if before.type != after.type:
        return ("Type",)
    return _differing(before, after, schemas.create_only(after.type))


def _differing(before: Resource, after: Resource, paths: Sequence[schemas.Keys]) -> tuple[str, ...]:
    one, other = before.properties, after.properties
    return tuple(sorted({path[0] for path in paths if _at(one, path) != _at(other, path)}))


def _at(value: Any, path: schemas.Keys) -> Any:
    """The value at a path, or the whole value where a list or a function is in the way."""
    for part in path:
        if not isinstance(value, Mapping) or next(iter(value), "").startswith(("Fn::", "Ref")):
            return value
        value = value.get(part)
    return value


def _steps(old: Resources, new: Resources, replaced: Collection[str]) -> Iterator[Step]:
    for after in new.values():
        before = old.get(after.id)
        if before is None:
            yield Step("create", after)
        elif after.id in replaced:
            yield Step("replace", after, before, _replacing(before, after))
        elif before.properties != after.properties:
            names = [(name,) for name in {*before.properties, *after.properties}]
            maybe = _differing(before, after, schemas.conditional(after.type))
            yield Step("update", after, before, _differing(before, after, names), maybe)
    for each in old.values():
        if each.id not in new:
            protected = each.properties.get("DeletionProtection") is True
            retained = each.raw.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
            yield Step("keep" if protected or retained else "delete", each)


def _stages(old: Resources, new: Resources, steps: list[Step]) -> dict[str, int]:
    """The stage of each step: for each stack one of creating and updating, and one of deleting."""
    needs: dict[str, set[str]] = {}
    for each in {**old, **new}.values():
        others = {other.partition("/")[0] for other in references(each.raw)}
        needs.setdefault(each.stack, set()).update(others - {each.stack})
    order = list(TopologicalSorter(needs).static_order())
    # A stack that leaves is deleted once no other refers to it.
    left = [stack for stack in order if stack not in {each.stack for each in new.values()}]
    order = [stack for stack in order if stack not in left] + left[::-1]
    stages = {}
    for step in steps:
        stack = step.resource.stack
        last = step.cleans_up and stack.endswith(CDN_STACK)  # `make deploy` shrinks it last
        stages[step.id] = 2 * (len(order) if last else order.index(stack)) + step.cleans_up
    return stages


def _earlier(stages: Mapping[str, int], steps: list[Step]) -> dict[str, frozenset[str]]:
    needs = {each: {other for other in stages if stages[other] < stages[each]} for each in stages}
    for step in steps:
        for other in references(step.resource.raw) & stages.keys() - {step.id}:
            if stages[step.id] == stages[other]:
                first, then = (step.id, other) if step.cleans_up else (other, step.id)
                needs[then].add(first)
    earlier: dict[str, frozenset[str]] = {}
    for each in TopologicalSorter(needs).static_order():
        earlier[each] = frozenset(needs[each].union(*(earlier[need] for need in needs[each])))
    return earlier
