"""Accepted findings of cdk-nag, each at its resource."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct

from ishizue_ops.names import OWN

_FINDINGS: list[Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("accepted.toml").read_text(encoding="utf-8")
)["findings"]


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
    if "*" in shown and not reason:
        raise ValueError(f"{role.node.path}: why={reason!r}: say why {shown} is every one of them")
    if reason and "*" in shown:
        acknowledge(role, f"AwsSolutions-IAM5[Resource::{shown}]", reason)


def accept(app: IConstruct) -> None:
    """Acknowledge the findings of `accepted.toml` at our resources of their types."""
    for construct in _ours(app):
        if isinstance(construct, CfnResource):
            type_ = construct.cfn_resource_type  # asks the CDK's process
            for finding in _FINDINGS:
                if finding["type"] == type_:
                    acknowledge(construct, finding["rules"], finding["reason"])


def _ours(app: IConstruct) -> Iterator[IConstruct]:
    """What this package put into stacks, which name it in their metadata."""
    for stack in app.node.children:
        metadata = stack.template_options.metadata if isinstance(stack, Stack) else None
        own = (metadata or {}).get(OWN, ())
        for child in stack.node.children:
            if "*" in own or child.node.id in own:
                yield from child.node.find_all()


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
