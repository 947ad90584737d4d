"""The rights of tasks: what their policies grant, compared with what `may()` declares."""

import json
from collections.abc import Iterator
from typing import Any

from ishizue_ops.names import MAY
from ishizue_ops.resource_types import USUAL, Finding, Unknown
from ishizue_ops.template import Design, Resource, listed, nodes, referred, understanding
from ishizue_ops.words import Text

Right = tuple[str, str]
"""An action, and what it is on in words."""


def findings(design: Design) -> list[Finding]:
    """Each right of a task that is granted or declared alone, and each role that nobody knows."""
    found: list[Finding] = []
    for resource in design.resources:
        with understanding("permissions", resource, found):
            if resource.type == "AWS::ECS::TaskDefinition":
                found += _of_task(design, resource)
            uses = {used.type for used in design.references(resource)}
            if resource.type not in USUAL and "AWS::IAM::Role" in uses:
                raise Unknown(Text("role-unknown"))
    return found


def declared(design: Design, role: Resource) -> set[Right]:
    """What `may()` says of the role's task."""
    return {
        (action, _shown(design, each["resource"], role.stack))
        for each in role.raw.get("Metadata", {}).get(MAY, ())
        for action in each["actions"]
    }


def _of_task(design: Design, task: Resource) -> Iterator[Finding]:
    role = design.resolve(task.properties.get("TaskRoleArn"), task.stack)
    if role is None:
        return
    name = task.properties["ContainerDefinitions"][0]["Name"]
    granted, asked = {*_granted(design, role)}, declared(design, role)
    for action, resource in sorted(granted - asked):
        why = Text("no-may-declares", action=action)
        yield Finding("permissions", task.type, f"{name} → {resource}", why)
    for action, resource in sorted(asked - granted):
        why = Text("no-policy-grants", action=action)
        yield Finding("permissions", task.type, f"{name}.may(…, {resource})", why)


def _granted(design: Design, role: Resource) -> Iterator[Right]:
    """What the policies of a role allow, its own and those attached to it."""
    for attached in role.properties.get("ManagedPolicyArns", ()):
        if not design.resolve(attached, role.stack):
            yield "*", _shown(design, attached, role.stack)
    policies = [role]
    for policy in design.of_type("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        if role in design.resolve_all(policy.properties.get("Roles", []), policy.stack):
            policies.append(policy)
    for policy in policies:
        for node in nodes(policy.properties):
            # A role's trust has principals.
            if node.get("Effect") == "Allow" and "Principal" not in node:
                for resource in listed(node.get("Resource", "*")):
                    shown = _shown(design, resource, policy.stack)
                    yield from ((action, shown) for action in listed(node.get("Action", "*")))


def _shown(design: Design, value: Any, stack: str) -> str:
    """A resource of a policy, by its construct's path."""
    value, stack = design.follow(value, stack)
    if target := design.resolve(value, stack):
        return target.name
    match value:
        case {"Fn::Join": ["", parts]}:
            return "".join(_shown(design, part, stack) for part in parts)
        case _:
            return value if isinstance(value, str) else referred(value) or json.dumps(value)
