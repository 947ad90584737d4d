"""Findings of cdk-nag that are as we want them, each with its reason on its resource."""

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

METADATA = "cdk_nag"
"""Where the template has the reasons, in the form that cdk-nag itself uses."""


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept a rule's finding on this construct's own resource, for a written reason.

    A role's findings are about what it may do, and stand on its policy. Raises TypeError for a
    construct without a resource of its own.
    """
    holder = construct.node.try_find_child("DefaultPolicy") or construct
    resource = holder.node.default_child or holder
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} has no resource of its own")
    Validations.of(resource).acknowledge(Acknowledgment(id=rule, reason=reason))
    known = (resource.get_metadata(METADATA) or {}).get("rules_to_suppress", [])
    entries = [*known, {"id": rule, "reason": reason}]
    resource.add_metadata(METADATA, {"rules_to_suppress": entries})
