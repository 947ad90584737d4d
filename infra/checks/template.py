"""The synthesized design: every resource of every stack, and the references between them.

Price, drawing and reachability are computed from this: the CloudFormation that is deployed, not
the constructs that wrote it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SUFFIX = ".template.json"

Template = Mapping[str, Any]
"""One stack's parsed template."""


class TemplateError(Exception):
    """A template is missing or malformed; the message is one line."""


@dataclass(frozen=True)
class Resource:
    """A resource, identified by stack and logical id.

    `path` is its construct's path, or its logical id where the template has none.
    """

    stack: str
    logical_id: str
    type: str = field(compare=False)
    properties: Mapping[str, Any] = field(compare=False, repr=False)
    path: str = field(compare=False)
    raw: Mapping[str, Any] = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name in reports: `Vpc/public-1a/Subnet`, without the stack."""
        return self.path.removeprefix(f"{self.stack}/").removesuffix("/Resource")


@dataclass(frozen=True)
class Design:
    """All templates by the name of their stack."""

    templates: Mapping[str, Template]

    @property
    def resources(self) -> list[Resource]:
        """Every resource, in the templates' order."""
        return [
            self._resource(stack, logical_id)
            for stack, template in self.templates.items()
            for logical_id in template.get("Resources", {})
        ]

    def _resource(self, stack: str, logical_id: str) -> Resource:
        raw = self.templates[stack]["Resources"][logical_id]
        path = raw.get("Metadata", {}).get("aws:cdk:path", logical_id)
        properties = raw.get("Properties", {})
        return Resource(stack, logical_id, raw["Type"], properties, path, raw)

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """The parameters' declarations by stack and name."""
        return {stack: body.get("Parameters", {}) for stack, body in self.templates.items()}

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, such as `AWS::EC2::Subnet`."""
        return [resource for resource in self.resources if resource.type in types]

    def resolve(self, value: object, stack: str) -> Resource | None:
        """The resource that a value in `stack` refers to, in that stack or another.

        Follows `Ref`, `Fn::GetAtt`, `Fn::ImportValue`, and a parameter read from SSM to the value
        that a stack stored there. None for anything but a single reference: a literal, a joined
        string, a pseudo parameter, an unknown name.
        """
        if not isinstance(value, Mapping) or len(value) != 1:
            return None
        [(function, argument)] = value.items()
        if function == "Ref" and argument in self.parameters[stack]:
            return self._from_ssm(self.parameters[stack][argument])
        if function == "Ref":
            return self._named(argument, stack)
        if function == "Fn::GetAtt":
            parts = argument.split(".", 1) if isinstance(argument, str) else argument
            return self._named(parts[0], stack)
        if function == "Fn::ImportValue":
            return self._exported(argument)
        return None

    def resolve_all(self, values: object, stack: str) -> list[Resource]:
        """The resources that a list refers to; other values are left out."""
        listed = values if isinstance(values, list) else [values]
        found = (self.resolve(value, stack) for value in listed)
        return [resource for resource in found if resource is not None]

    def _named(self, logical_id: object, stack: str) -> Resource | None:
        if not isinstance(logical_id, str):
            return None
        known = logical_id in self.templates[stack].get("Resources", {})
        return self._resource(stack, logical_id) if known else None

    def _exported(self, name: object) -> Resource | None:
        for stack, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if "Export" in output and output["Export"].get("Name") == name:
                    return self.resolve(output.get("Value"), stack)
        return None

    def _from_ssm(self, declaration: Mapping[str, Any]) -> Resource | None:
        if not str(declaration.get("Type", "")).startswith("AWS::SSM::Parameter::Value"):
            return None
        for parameter in self.of_type("AWS::SSM::Parameter"):
            if parameter.properties.get("Name") == declaration.get("Default"):
                return self.resolve(parameter.properties.get("Value"), parameter.stack)
        return None


def load(assembly: Path) -> Design:
    """Read every template of a folder that `infra.synth` wrote. Raises TemplateError."""
    files = sorted(assembly.glob(f"*{SUFFIX}"))
    if not files:
        raise TemplateError(f"no template in {assembly}: run make synth")
    return Design({file.name.removesuffix(SUFFIX): _read(file) for file in files})


def nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object nested in a JSON value, including itself."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


def _read(file: Path) -> Template:
    try:
        template = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TemplateError(f"{file} is not JSON: {error}") from None
    if not isinstance(template, dict):
        raise TemplateError(f"{file} is not a template")
    return template
