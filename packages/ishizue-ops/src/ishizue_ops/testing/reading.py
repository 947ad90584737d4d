"""Lookups in a design that many tests need."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ishizue_ops import project
from ishizue_ops.template import Design, Resource, nodes

PASSWORD = "generated for the tasks' role"

VARIANTS = [
    (database, domain) for database in ("rds", "aurora", "none") for domain in ("", "example.com")
]
"""Every database, with and without a domain."""

EDGE = {
    "CDN": "on",
    "WAF": "on",
    "OUTSIDE_CHECK": "on",
    "ALARM_EMAIL": "operator@example.com",
    "ALARM_URL": "https://events.example.com/key",
    "GITHUB_REPOSITORY": "owner/name",
}
"""The settings that add most, which the tests share: a synthesis takes seconds."""

EXISTING = {
    "HOSTED_ZONE_ID": "Z0123456789ABCDEFGHIJ",
    "CERTIFICATE_ARN": "arn:aws:acm:ap-northeast-1:123456789012:certificate/"
    "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
}
"""The settings of a zone and a certificate that exist."""

OTHERS = {
    "TASKS": "3",
    "MAX_TASKS": "9",
    "TASK_CPU": "512",
    "TASK_MEMORY": "1024",
    "ARCHITECTURE": "arm64",
    "DATABASE_STORAGE": "65536",
}
"""The settings with other values than the defaults."""


def only(design: Design, type_: str, path: str = "") -> Resource:
    """The only resource of this type whose path contains `path`."""
    matching = [resource for resource in design.of_type(type_) if path in resource.path]
    assert len(matching) == 1, f"{len(matching)} of {type_} {path}: {matching}"
    return matching[0]


def container(design: Design, name: str = "app") -> Mapping[str, Any]:
    """A container of the service's task definition, by default the application's."""
    task = only(design, "AWS::ECS::TaskDefinition", "Service/Task")
    containers = {each["Name"]: each for each in task.properties["ContainerDefinitions"]}
    return dict(containers[name])


def containers(design: Design) -> list[Mapping[str, Any]]:
    """The containers of all task definitions."""
    return [
        each
        for definition in design.of_type("AWS::ECS::TaskDefinition")
        for each in definition.properties["ContainerDefinitions"]
    ]


def environment(design: Design) -> dict[str, Any]:
    """The application's settings that are not secret."""
    return {entry["Name"]: entry["Value"] for entry in container(design)["Environment"]}


def attributes(resource: Resource, name: str) -> dict[str, Any]:
    """A load balancer's or a target group's attributes."""
    return {entry["Key"]: entry["Value"] for entry in resource.properties[name]}


def statements(design: Design) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    """Every statement of every policy, with its resource."""
    for resource in design.resources:
        for node in nodes(resource.properties):
            for statement in node.get("Statement", []) if "Statement" in node else []:
                yield resource, statement


def given(
    design: Design, definition: Mapping[str, Any], database: Mapping[str, Any]
) -> dict[str, str]:
    """The environment that ECS gives a container.

    `database` is the JSON of the master user's secret; that of the tasks' role has `PASSWORD`.
    """
    values = {}
    for entry in definition.get("Environment", []):
        value = entry["Value"]
        values[entry["Name"]] = value if isinstance(value, str) else _joined(value)
    for entry in definition.get("Secrets", []):
        values[entry["Name"]] = _secret(design, entry["ValueFrom"], database)
    return values


def _joined(value: Mapping[str, Any]) -> str:
    """A value with an example of the load balancer's name."""
    _, parts = value["Fn::Join"]
    name = f"{project.product().name[:6]}-EdgeL-1A2B3C-123456789.ap-northeast-1.elb.amazonaws.com"
    return "".join(part if isinstance(part, str) else name for part in parts)


def _secret(
    design: Design, value_from: Mapping[str, Any] | str, database: Mapping[str, Any]
) -> str:
    """An example of the generated secret, or one key of a secret that RDS is attached to."""
    if isinstance(value_from, str):  # of a secret that exists
        return PASSWORD
    if "Fn::Join" in value_from:
        _, (reference, key) = value_from["Fn::Join"]
        stacks = project.names().state_stack, project.names().service_stack
        both = (design.resolve(reference, stack) for stack in stacks)
        resource = next(resource for resource in both if resource)
        attached = resource.properties.get("SecretId")
        secret = design.resolve(attached, resource.stack) if attached else resource
        assert secret is not None
        rules = secret.properties["GenerateSecretString"]
        written = json.loads(rules["SecretStringTemplate"])
        key = key.removeprefix(":").removesuffix("::")
        if not attached:
            return str({**written, rules["GenerateStringKey"]: PASSWORD}[key])
        if written["username"] != database["username"]:
            written["password"] = PASSWORD
        return str({**database, **written}[key])
    made = design.resolve(value_from, project.names().service_stack)
    assert made is not None
    rules = made.properties["GenerateSecretString"]
    assert rules["ExcludePunctuation"] is True, "a comma would separate two keys"
    length = int(rules["PasswordLength"])
    return ("generated" * length)[:length]  # a key of one repeated character is refused
