"""Accepted findings of cdk-nag and the Control Tower rules, each at its resource."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

from ishizue_ops.acknowledgments import CDK_NAG, format_of

_FINDINGS: list[Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("accepted.toml").read_text(encoding="utf-8")
)["findings"]

AWS_KEY: str = next(
    finding["reason"] for finding in _FINDINGS if finding["rules"] == ["CT.CLOUDWATCH.PR.3"]
)
"""The reason why nothing is encrypted with a key of ours."""


def acknowledge(construct: IConstruct, rules: str | Sequence[str], reason: str) -> None:
    """Accept findings on this construct's resource, and for a role on its default policy.

    Raises TypeError for a construct without a resource.
    """
    holder = construct.node.try_find_child("DefaultPolicy") or construct
    resource = holder.node.default_child or holder
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} has no resource")
    for rule in (rules,) if isinstance(rules, str) else rules:
        tool = format_of(rule)
        if tool == CDK_NAG:
            Validations.of(resource).acknowledge(Acknowledgment(id=rule, reason=reason))
        known = (resource.get_metadata(tool.key) or {}).get(tool.entries, [])
        entries = [*known, {"id": rule, "reason": reason}]
        resource.add_metadata(tool.key, {tool.entries: entries})


def accept(app: IConstruct) -> None:
    """Acknowledge the findings of `accepted.toml` at every resource of their types."""
    for construct in app.node.find_all():
        if isinstance(construct, CfnResource):
            type_ = construct.cfn_resource_type  # asks the CDK's process
            for finding in _FINDINGS:
                if finding["type"] == type_:
                    acknowledge(construct, finding["rules"], finding["reason"])
