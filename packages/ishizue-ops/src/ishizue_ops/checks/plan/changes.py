"""What changes from one design to another: what is created, updated, replaced, deleted and kept."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ishizue_ops import schemas
from ishizue_ops.names import CDN_STACK
from ishizue_ops.template import Design, Resource, referred

Kind = Literal["delete", "replace", "keep", "update", "create"]
"""What cannot be undone comes first."""

_STACKS = ("Copies", "State", CDN_STACK, "Service", "Outside")
"""The ends of the stacks' names, in the order in which `make deploy` deploys them."""


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
        elif before.properties != after.properties:
            was = before.properties
            now = after.properties
            names = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
            yield Change("update", after, before, names)
    for before in old.values():
        if before.id not in new:
            protected = before.properties.get("DeletionProtection") is True
            retained = before.raw.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
            yield Change("keep" if protected or retained else "delete", before, before)


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
