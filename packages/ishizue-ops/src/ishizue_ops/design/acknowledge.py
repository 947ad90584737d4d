"""Accepted findings of cdk-nag, each at its resource."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rules: str | Sequence[str], reason: str) -> None:
    """Accept findings on this construct's resource, and for a role on its default policy.

    Raises TypeError for a construct without a resource.
    """
    holder = construct.node.try_find_child("DefaultPolicy") or construct
    resource = holder.node.default_child or holder
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} has no resource")
    for rule in (rules,) if isinstance(rules, str) else rules:
        Validations.of(resource).acknowledge(Acknowledgment(id=rule, reason=reason))


def acknowledge_wildcard(role: IConstruct, resource: str, reason: str | None) -> None:
    """Accept that a role's default policy has this resource, if there is a `*` in it.

    Raises ValueError for one without a reason.
    """
    shown = _shown(Stack.of(role).resolve(resource))
    if "*" not in shown:
        return
    if not reason:
        raise ValueError(f"{role.node.path}: why={reason!r}: say why {shown} is every one of them")
    acknowledge(role, f"AwsSolutions-IAM5[Resource::{shown}]", reason)


def _shown(resource: Any) -> str:
    """A resource as in cdk-nag's finding ids: `<LogicalId.Attribute>` for a reference."""
    match resource:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": parts}:
            return f"<{'.'.join(parts)}>"
        case {"Fn::ImportValue": name}:
            return str(name)
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(map(_shown, parts))
        case _:
            return str(resource)
