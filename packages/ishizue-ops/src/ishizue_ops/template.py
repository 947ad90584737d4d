"""The synthesized design: every resource of every stack, and the references between them.

Price, drawing and reachability are computed from this: the CloudFormation that is deployed, not
the constructs that wrote it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ishizue_ops.config import ConfigError
from ishizue_ops.names import OWN
from ishizue_ops.resource_types import Aspect, Finding, Unknown
from ishizue_ops.words import Text

SUFFIX = ".template.json"

Template = Mapping[str, Any]
"""One stack's parsed template."""


@dataclass(frozen=True)
class Resource:
    """A resource, identified by stack and logical id.

    `path` is its construct's path, or its logical id where the template has none; `ours` says
    that it belongs to a construct that this package put there, and not the service.
    """

    stack: str
    logical_id: str
    type: str = field(compare=False)
    properties: Mapping[str, Any] = field(compare=False, repr=False)
    path: str = field(compare=False)
    raw: Mapping[str, Any] = field(compare=False, repr=False)
    ours: bool = field(compare=False)

    @property
    def id(self) -> str:
        """The id that is unique in a design: `Stack/LogicalId`."""
        return f"{self.stack}/{self.logical_id}"

    @property
    def name(self) -> str:
        """The resource's name in reports: `Vpc/public-1a/Subnet`, without the stack."""
        return self.path.removeprefix(f"{self.stack}/").removesuffix("/Resource")

    @property
    def title(self) -> str:
        """The name without its kind, of a service or a schedule: `Sender`."""
        return re.sub(r"(/(Service|Schedule|Rule))+$", "", self.name)


@contextmanager
def understanding(aspect: Aspect, resource: Resource, findings: list[Finding]) -> Iterator[None]:
    """Read one resource; add a finding if it is not as its reader knows it.

    Its properties may be anybody's: absent, or of another shape.
    """
    try:
        yield
    except (Unknown, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        known = isinstance(error, Unknown)
        why = error.args[0] if known else Text("not-understood", error=repr(error))
        findings.append(Finding(aspect, resource.type, resource.name, why))


@dataclass(frozen=True)
class Design:
    """All templates by the name of their stack."""

    templates: Mapping[str, Template]

    @cached_property
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
        own = self.templates[stack].get("Metadata", {}).get(OWN, ())
        ours = "*" in own or path.removeprefix(f"{stack}/").partition("/")[0] in own
        return Resource(stack, logical_id, raw["Type"], properties, path, raw, ours)

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """The parameters' declarations by stack and name."""
        return {stack: body.get("Parameters", {}) for stack, body in self.templates.items()}

    @property
    def outputs(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Every output, with its stack and its name."""
        return [
            (stack, name, output)
            for stack, template in self.templates.items()
            for name, output in template.get("Outputs", {}).items()
        ]

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, such as `AWS::EC2::Subnet`."""
        return [resource for resource in self.resources if resource.type in types]

    def follow(self, value: Any, stack: str) -> tuple[Any, str]:
        """The value of another stack that an import or a parameter stands for, and that stack.

        A parameter has the value that a stack stored in SSM, or is an output of the same name,
        which `make deploy` passes on, or has its default. Any other value stands for itself.
        """
        match value:
            case {"Fn::ImportValue": name}:
                for other, _, output in self.outputs:
                    if output.get("Export") == {"Name": name}:
                        return self.follow(output["Value"], other)
            case {"Ref": name} if name in self.parameters[stack]:
                default = self.parameters[stack][name].get("Default", "")
                for stored in self.of_type("AWS::SSM::Parameter"):
                    if stored.properties.get("Name") == default:
                        return self.follow(stored.properties["Value"], stored.stack)
                for other, key, output in self.outputs:
                    if key == name and other != stack:
                        return self.follow(output["Value"], other)
                if default and self.parameters[stack][name]["Type"] == "String":
                    return default, stack
        return value, stack

    def resolve(self, value: object, stack: str) -> Resource | None:
        """The resource that a value in `stack` refers to, in that stack or another.

        None for anything but a single reference: a literal, a joined string, a pseudo parameter,
        an unknown name.
        """
        value, stack = self.follow(value, stack)
        name = referred(value)
        known = name in self.templates[stack].get("Resources", {})
        return self._resource(stack, name) if name and known else None

    def resolve_all(self, values: object, stack: str) -> list[Resource]:
        """The resources that a list refers to; other values are left out."""
        resources = (self.resolve(value, stack) for value in listed(values))
        return [resource for resource in resources if resource is not None]

    def references(self, resource: Resource) -> list[Resource]:
        """The resources that anything in a resource's properties refers to."""
        return self.resolve_all([*nodes(resource.properties)], resource.stack)


class Alarms(NamedTuple):
    """How many alarms a design has, in the words of the drawing, the price and the runbook."""

    notifying: int
    """The alarms that tell somebody."""
    releasing: int
    """The alarms by which ECS takes a release back; they tell nobody."""
    scaling: int
    """The alarms that AWS makes with the scaling policies."""
    metrics: int
    """The metrics that all alarms watch, which CloudWatch bills."""


def alarms(design: Design) -> Alarms:
    """Count a design's alarms."""
    made = design.of_type("AWS::CloudWatch::Alarm")
    notifying = sum("AlarmActions" in alarm.properties for alarm in made)
    scaling = sum(map(watched, design.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")))
    return Alarms(notifying, len(made) - notifying, scaling, sum(map(watched, made)) + scaling)


def watched(resource: Resource) -> int:
    """How many metrics an alarm watches, or the two alarms that AWS makes with a policy."""
    if resource.type == "AWS::ApplicationAutoScaling::ScalingPolicy":
        return 2 if resource.properties.get("PolicyType") == "TargetTrackingScaling" else 0
    metrics = resource.properties.get("Metrics", [])
    return max(1, sum("MetricStat" in metric for metric in metrics))


def scaling(design: Design, service: Resource) -> Resource | None:
    """The ScalableTarget of an ECS service, if it has one."""
    for target in design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in map(referred, nodes(target.properties.get("ResourceId"))):
            return target
    return None


def referred(value: object) -> str | None:
    """The logical id, parameter or pseudo parameter in a `Ref` or an `Fn::GetAtt`."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return name
        case _:
            return None


def load(assembly: Path) -> Design:
    """Read every template of a folder that `ishizue_ops.synth` wrote. Raises ConfigError."""
    templates = dict[str, Template]()
    for file in sorted(assembly.glob(f"*{SUFFIX}")):
        try:
            templates[file.name.removesuffix(SUFFIX)] = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise ConfigError(Text("not-json", file=file, error=error)) from None
    if not templates:
        raise ConfigError(Text("no-template", folder=assembly))
    return Design(templates)


def nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object nested in a JSON value, including itself."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


def listed(value: Any) -> list[Any]:
    """One value or several, as a list."""
    return value if isinstance(value, list) else [value]
