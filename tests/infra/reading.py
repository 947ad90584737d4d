"""What the tests look up in a design again and again."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.report.template import Design, Resource, nodes

VARIANTS = [
    (database, domain) for database in ("rds", "aurora", "none") for domain in ("", "example.com")
]
"""Every database, with a domain and without one."""


def only(design: Design, type_: str, path: str = "") -> Resource:
    """The one resource of this type, or the one whose path has this part."""
    found = [resource for resource in design.of_type(type_) if path in resource.path]
    assert len(found) == 1, f"{len(found)} of {type_} {path}: {found}"
    return found[0]


def container(design: Design, name: str = "app") -> Mapping[str, Any]:
    """A container of the service's task definition: the application's, if no other is named."""
    task = only(design, "AWS::ECS::TaskDefinition", "Service/Task")
    containers = {found["Name"]: found for found in task.properties["ContainerDefinitions"]}
    return dict(containers[name])


def environment(design: Design) -> dict[str, Any]:
    """The container's settings that are no secret."""
    return {entry["Name"]: entry["Value"] for entry in container(design)["Environment"]}


def attributes(resource: Resource, name: str) -> dict[str, Any]:
    """A load balancer's or a target group's attributes."""
    return {entry["Key"]: entry["Value"] for entry in resource.properties[name]}


def statements(design: Design) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    """Every statement of every policy, with the resource that it stands in."""
    for resource in design.resources:
        for node in nodes(resource.properties):
            for statement in node.get("Statement", []) if "Statement" in node else []:
                yield resource, statement


def listed(value: object) -> list[Any]:
    """A policy's one or several, as several."""
    return value if isinstance(value, list) else [value]
