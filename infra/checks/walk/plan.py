"""The steps from one design to another, and which come before which.

Stacks are deployed one after the other. In a stack CloudFormation creates and updates first, each
resource after those that it refers to or depends on, and otherwise in any order; then it deletes
what was replaced or left the template, each resource before those that it refers to ("Update
behaviors of stack resources" and "DependsOn attribute" in its user guide).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from infra.checks.template import Design
from infra.checks.walk import graph, schemas
from infra.checks.walk.graph import Graph, Id, Node

Kind = Literal["create", "update", "replace", "delete", "keep"]

RETAINED = ("Retain", "RetainExceptOnCreate")

_OLD = " (old)"
"""Ends the id of a replaced resource, which exists until it is deleted."""


@dataclass(frozen=True)
class Step:
    """One operation on a resource, or `keep`: it leaves the stack and stays.

    `why` names the properties that change. `maybe` are those whose change replaces the resource
    under conditions that its schema does not state.
    """

    kind: Kind
    before: Node | None
    after: Node | None
    why: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()

    @property
    def node(self) -> Node:
        """The resource after the step, or the one that the step removes."""
        found = self.after or self.before
        assert found is not None  # noqa: S101
        return found

    @property
    def id(self) -> Id:
        """Of the resource."""
        return self.node.id

    @property
    def superseded(self) -> bool:
        """Whether the resource leaves because a new one replaced it."""
        return self.id.endswith(_OLD)


@dataclass(frozen=True)
class Plan:
    """Everything that changes from `old` to `new`; `old` calls a replaced resource `… (old)`."""

    old: Graph
    new: Graph
    steps: Sequence[Step]
    """In one of the possible orders."""

    earlier: Mapping[Id, frozenset[Id]] = field(repr=False)
    """For each step's resource those whose steps come before it in every order."""

    @cached_property
    def by_id(self) -> Mapping[Id, Step]:
        """The steps by their resource."""
        return {step.id: step for step in self.steps}

    def after(self, step: Step) -> frozenset[Id]:
        """The steps of the same stack that directly precede it."""
        found = {
            each for each in self.earlier[step.id] if self.by_id[each].node.stack == step.node.stack
        }
        return frozenset(found - {early for each in found for early in self.earlier[each]})


def plan(old: Design, new: Design) -> Plan:
    """Compare two versions of a design."""
    before, after = graph.read(old), graph.read(new)
    replaced: dict[Id, Id] = {}
    while True:
        renamed = {each.id: each for each in (node.renamed(replaced) for node in before.values())}
        found = {
            node.id
            for node in after.values()
            if (was := before.get(node.id)) and _replaces(was.renamed(replaced), node)
        }
        if found == replaced.keys():
            break
        replaced = {each: f"{each}{_OLD}" for each in found}
    steps = [*_written(renamed, after, replaced), *_removed(renamed, after, set(replaced.values()))]
    return _ordered(renamed, after, steps)


def changed(before: Node, after: Node) -> tuple[str, ...]:
    """The names of the properties that differ."""
    names = {*before.properties, *after.properties}
    return tuple(sorted(n for n in names if before.properties.get(n) != after.properties.get(n)))


def _replaces(before: Node, after: Node) -> bool:
    return bool(_differing(before, after, schemas.create_only(after.type)))


def _differing(before: Node, after: Node, paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    found = {
        path[0] for path in paths if _at(before.properties, path) != _at(after.properties, path)
    }
    return tuple(sorted(found))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    """The value at a path, or the whole value where a list or a function is in the way."""
    for part in path:
        if not isinstance(value, Mapping) or next(iter(value), "").startswith(("Fn::", "Ref")):
            return value
        value = value.get(part)
    return value


def _written(old: Graph, new: Graph, replaced: Mapping[Id, Id]) -> Iterator[Step]:
    for node in new.values():
        if node.id in replaced:
            was = old[replaced[node.id]]
            yield Step("replace", was, node, _differing(was, node, schemas.create_only(node.type)))
        elif node.id not in old:
            yield Step("create", None, node)
        elif old[node.id].type != node.type:
            yield Step("update", old[node.id], node, ("Type",))
        elif why := changed(old[node.id], node):
            maybe = _differing(old[node.id], node, schemas.conditional(node.type))
            yield Step("update", old[node.id], node, why, maybe)


def _removed(old: Graph, new: Graph, replaced: set[Id]) -> Iterator[Step]:
    for node in old.values():
        if node.id in new:
            continue
        policies = {node.deletion_policy}
        if node.id in replaced:
            # The documentation does not say whether the old template's policy applies.
            policies = {node.replace_policy, new[node.id.removesuffix(_OLD)].replace_policy}
        kept = policies <= set(RETAINED) or node.properties.get("DeletionProtection") is True
        yield Step("keep" if kept else "delete", node, None)


def _ordered(old: Graph, new: Graph, steps: list[Step]) -> Plan:
    order = graph.stacks({**old, **new})
    # A stack that leaves is deleted once no other refers to it.
    left = [stack for stack in order if stack not in {node.stack for node in new.values()}]
    order = [stack for stack in order if stack not in left] + left[::-1]
    last = {stack: 2 * index for index, stack in enumerate(order)}
    found = {step.id: step for step in steps}
    needs: dict[Id, set[Id]] = {step.id: set() for step in steps}
    stages: dict[Id, int] = {}
    for step in steps:
        swapped = step.after is not None and schemas.deletes_first(step.node.type)
        cleanup = step.after is None
        if step.kind == "replace" and swapped:
            needs[step.id].add(f"{step.id}{_OLD}")
        if cleanup and schemas.deletes_first(step.node.type) and step.id.endswith(_OLD):
            cleanup = False
        stages[step.id] = last[step.node.stack] + cleanup
    for step in steps:
        for other in step.node.references & found.keys() - {step.id}:
            if stages[step.id] == stages[other]:
                first, then = (other, step.id) if step.after else (step.id, other)
                needs[then].add(first)
    earlier: dict[Id, frozenset[Id]] = {}

    def close(each: Id) -> frozenset[Id]:
        if each not in earlier:
            direct = needs[each] | {other for other in found if stages[other] < stages[each]}
            earlier[each] = frozenset(direct.union(*(close(need) for need in needs[each])))
        return earlier[each]

    for each in found:
        close(each)
    ordered = sorted(steps, key=lambda step: (stages[step.id], len(earlier[step.id]), step.id))
    return Plan(old, new, ordered, earlier)
