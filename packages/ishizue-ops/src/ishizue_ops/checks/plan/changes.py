"""What changes from one design to another: what is created, updated, replaced, deleted and kept.

In which order CloudFormation changes a stack's resources is not computed; its user guide says it
under "DependsOn attribute". The stacks come one after the other.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any, Literal, get_args

from ishizue_ops import schemas
from ishizue_ops.template import Design, Resource, nodes, referred

Kind = Literal["delete", "replace", "keep", "update", "create"]
"""What cannot be undone comes first."""

Resources = Mapping[str, Resource]
"""Resources by their id, with ids in all references of their properties.

What another stack hands over (an export, a stored parameter, an output) is replaced by its value
there, so that a change of that value is a change of the resource that uses it.
"""


@dataclass(frozen=True)
class Change:
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
        """The resource's id."""
        return self.resource.id

    @property
    def name(self) -> str:
        """The resource's name in reports."""
        return self.resource.name


@dataclass(frozen=True)
class DeploymentPlan:
    """Everything that changes from `old` to `new`, by stack in the order of `stacks`."""

    old: Resources
    new: Resources
    changes: Sequence[Change]
    stacks: Sequence[str]

    def ids(self, *kinds: Kind) -> frozenset[str]:
        """The resources that change in these ways."""
        return frozenset(each.id for each in self.changes if each.kind in kinds)


def plan(old: Design, new: Design) -> DeploymentPlan:
    """Compare two versions of a design."""
    after = _read(new)
    replaced = set[str]()
    while True:
        before = _read(old, replaced)
        # What refers to a replaced resource changes too, and is perhaps replaced in turn.
        found = {each for each in before.keys() & after if _replacing(before[each], after[each])}
        if found == replaced:
            break
        replaced = found
    stacks = _stacks(before, after)
    kinds = get_args(Kind)

    def place(each: Change) -> tuple[int, int, str]:
        return stacks.index(each.resource.stack), kinds.index(each.kind), each.id

    changes = sorted(_changes(before, after, replaced), key=place)
    return DeploymentPlan(before, after, changes, stacks)


def _read(design: Design, replaced: Collection[str] = ()) -> Resources:
    """The resources of a design; references to `replaced` ones differ from those to new ones."""
    return {
        each.id: replace(each, properties=resolved(design, each.properties, each.stack, replaced))
        for each in design.resources
    }


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
    one = before.properties
    other = after.properties
    return tuple(sorted({path[0] for path in paths if _at(one, path) != _at(other, path)}))


def _at(value: Any, path: schemas.Keys) -> Any:
    """The value at a path, or the whole value where a list or a function is in the way."""
    for part in path:
        if not isinstance(value, Mapping) or next(iter(value), "").startswith(("Fn::", "Ref")):
            return value
        value = value.get(part)
    return value


def _changes(old: Resources, new: Resources, replaced: Collection[str]) -> Iterator[Change]:
    for after in new.values():
        before = old.get(after.id)
        if before is None:
            yield Change("create", after)
        elif after.id in replaced:
            yield Change("replace", after, before, _replacing(before, after))
        elif before.properties != after.properties:
            names = [(name,) for name in {*before.properties, *after.properties}]
            maybe = _differing(before, after, schemas.conditional(after.type))
            yield Change("update", after, before, _differing(before, after, names), maybe)
    for each in old.values():
        if each.id not in new:
            protected = each.properties.get("DeletionProtection") is True
            retained = each.raw.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
            yield Change("keep" if protected or retained else "delete", each)


def _stacks(old: Resources, new: Resources) -> list[str]:
    """The stacks, each after those that it refers to; one that leaves goes before those."""
    needs: dict[str, set[str]] = {}
    for each in (*old.values(), *new.values()):
        others = {other.partition("/")[0] for other in references(each.properties)}
        needs.setdefault(each.stack, set()).update(others - {each.stack})
    order = list(TopologicalSorter(needs).static_order())
    stay = {each.stack for each in new.values()}
    left = [stack for stack in order if stack not in stay]
    return [stack for stack in order if stack in stay] + left[::-1]
