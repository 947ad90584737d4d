"""Where a template keeps its accepted findings: each with its reason, at its resource.

Each tool has its own key in the resource's metadata. The Control Tower rules read none: theirs is
cfn-guard's usual key.
"""

from typing import NamedTuple


class Format(NamedTuple):
    """A tool's key in the metadata, and the list in it, whose entries have an id and a reason."""

    key: str
    entries: str


CDK_NAG = Format("cdk_nag", "rules_to_suppress")
GUARD = Format("guard", "SuppressedRules")


def format_of(rule: str) -> Format:
    """The format of a rule's tool, by the rule's prefix. Raises ValueError."""
    for prefix, tool in (("AwsSolutions-", CDK_NAG), ("CT.", GUARD)):
        if rule.startswith(prefix):
            return tool
    raise ValueError(f"{rule} is no rule of cdk-nag or Control Tower")
