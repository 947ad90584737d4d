"""Accepted findings of cdk-nag, each at its resource."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct

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


def acknowledge_wildcard(role: IConstruct, resource: str, reason: str) -> None:
    """Accept that a role's default policy has this resource, with a `*` in it."""
    shown = _shown(Stack.of(role).resolve(resource))
    acknowledge(role, f"AwsSolutions-IAM5[Resource::{shown}]", reason)


def accept(app: IConstruct) -> None:
    """Acknowledge the findings of `accepted.toml` at every resource of their types."""
    for construct in app.node.find_all():
        if isinstance(construct, CfnResource):
            type_ = construct.cfn_resource_type  # asks the CDK's process
            for finding in _FINDINGS:
                if finding["type"] == type_:
                    acknowledge(construct, finding["rules"], finding["reason"])


def _shown(resource: Any) -> str:
    """A resource as in cdk-nag's finding ids: `<LogicalId.Attribute>` for a reference."""
    match resource:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": parts}:
            return f"<{'.'.join(parts)}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(map(_shown, parts))
        case _:
            return str(resource)
