"""All stacks as one graph of resources, with every reference resolved to what it names.

An import, a parameter that CloudFormation reads from Systems Manager, and one that is another
stack's output become the value that the other stack gives them: a change of that value is a change
of the importing resource.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.checks.template import Design, nodes

Id = str
"""A resource of a design: `Stack/LogicalId`."""

_SUBSTITUTION = re.compile(r"\$\{([^!}][^}]*)\}")
_SSM = "AWS::SSM::Parameter::Value"


@dataclass(frozen=True)
class Node:
    """A resource whose references are ids of the graph."""

    id: Id
    type: str
    properties: Mapping[str, Any]
    name: str
    depends_on: frozenset[Id]
    deletion_policy: str
    replace_policy: str

    @property
    def stack(self) -> str:
        """Its stack's name."""
        return self.id.partition("/")[0]

    @property
    def references(self) -> frozenset[Id]:
        """The resources that its properties name, of any stack, and those of `DependsOn`."""
        return self.depends_on | references(self.properties)

    def renamed(self, names: Mapping[Id, Id]) -> "Node":
        """The node with other ids, in its references too."""
        return replace(
            self,
            id=names.get(self.id, self.id),
            properties=renamed_in(self.properties, names),
            depends_on=frozenset(names.get(each, each) for each in self.depends_on),
        )


Graph = Mapping[Id, Node]
"""Resources by their id."""


def read(design: Design) -> Graph:
    """The design's resources by id."""
    return {f"{each.stack}/{each.logical_id}": _node(design, each) for each in design.resources}


def exports(design: Design) -> dict[str, Any]:
    """What the stacks export, by name."""
    return {
        str(output["Export"]["Name"]): _resolved(design, output["Value"], stack)
        for stack, template in design.templates.items()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }


def imports(design: Design) -> frozenset[str]:
    """The names of the exports that some stack imports."""
    return frozenset(
        str(node["Fn::ImportValue"])
        for template in design.templates.values()
        for node in nodes(template)
        if "Fn::ImportValue" in node
    )


def references(value: object) -> frozenset[Id]:
    """The ids that a resolved value names."""
    return frozenset(_references(value))


def stacks(graph: Graph) -> list[str]:
    """The stacks in the order of their deployment: what another refers to comes first."""
    needs: dict[str, set[str]] = {}
    for node in graph.values():
        others = {each.partition("/")[0] for each in node.references}
        needs.setdefault(node.stack, set()).update(others - {node.stack})
    ordered: list[str] = []
    while rest := [stack for stack in needs if stack not in ordered]:
        ordered.append(next(stack for stack in rest if needs[stack] <= set(ordered)))
    return ordered


def _node(design: Design, resource: Any) -> Node:
    raw, stack = resource.raw, resource.stack
    depends = raw.get("DependsOn", [])
    depends = [depends] if isinstance(depends, str) else depends
    return Node(
        id=f"{stack}/{resource.logical_id}",
        type=resource.type,
        properties=_resolved(design, resource.properties, stack),
        name=resource.name,
        depends_on=frozenset(f"{stack}/{each}" for each in depends),
        deletion_policy=raw.get("DeletionPolicy", "Delete"),
        replace_policy=raw.get("UpdateReplacePolicy", "Delete"),
    )


def _resolved(design: Design, value: Any, stack: str) -> Any:
    if isinstance(value, list):
        return [_resolved(design, each, stack) for each in value]
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        [(function, argument)] = value.items()
        if function == "Ref":
            return _reference(design, argument, stack)
        if function == "Fn::GetAtt":
            name, _, attribute = (
                argument.partition(".")
                if isinstance(argument, str)
                else (argument[0], "", argument[1])
            )
            return {"Fn::GetAtt": [f"{stack}/{name}", attribute]}
        if function == "Fn::ImportValue":
            return _exported(design, argument, value)
        if function == "Fn::Sub":
            return _substituted(design, argument, stack)
    return {key: _resolved(design, each, stack) for key, each in value.items()}


def _reference(design: Design, name: str, stack: str) -> Any:
    if name.startswith("AWS::"):
        return {"Ref": name}
    declaration = design.parameters[stack].get(name, {})
    if str(declaration.get("Type", "")).startswith(_SSM):
        for parameter in design.of_type("AWS::SSM::Parameter"):
            if parameter.properties.get("Name") == declaration.get("Default"):
                return _resolved(design, parameter.properties["Value"], parameter.stack)
    # `make deploy` hands an output over to the parameter of that name.
    for other, template in design.templates.items():
        if declaration and name in template.get("Outputs", {}):
            return _resolved(design, template["Outputs"][name]["Value"], other)
    return {"Ref": f"{stack}/{name}"}


def _exported(design: Design, name: object, otherwise: Any) -> Any:
    for stack, template in design.templates.items():
        for output in template.get("Outputs", {}).values():
            if output.get("Export", {}).get("Name") == name:
                return _resolved(design, output["Value"], stack)
    return otherwise


def _substituted(design: Design, argument: Any, stack: str) -> Any:
    """`Fn::Sub` as the `Fn::Join` that it abbreviates."""
    text, values = (argument, {}) if isinstance(argument, str) else argument
    parts: list[Any] = []
    for index, part in enumerate(_SUBSTITUTION.split(text)):
        if index % 2 == 0:
            parts.append(part)
        elif part in values:
            parts.append(_resolved(design, values[part], stack))
        else:
            function = "Fn::GetAtt" if "." in part and not part.startswith("AWS::") else "Ref"
            parts.append(_resolved(design, {function: part}, stack))
    return {"Fn::Join": ["", parts]}


def _references(value: object) -> Iterator[Id]:
    for node in nodes(value):
        name = node.get("Ref") if len(node) == 1 else None
        if "Fn::GetAtt" in node:
            name = node["Fn::GetAtt"][0]
        if isinstance(name, str) and "/" in name:
            yield name


def renamed_in(value: Any, names: Mapping[Id, Id]) -> Any:
    """A resolved value with other ids."""
    if isinstance(value, list):
        return [renamed_in(each, names) for each in value]
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("Ref"), str):
        return {"Ref": names.get(value["Ref"], value["Ref"])}
    if "Fn::GetAtt" in value:
        name, attribute = value["Fn::GetAtt"]
        return {"Fn::GetAtt": [names.get(name, name), attribute]}
    return {key: renamed_in(each, names) for key, each in value.items()}
