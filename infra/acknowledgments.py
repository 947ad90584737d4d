"""Where a template keeps its accepted findings: each with its reason, at its resource.

Every tool has its own key in the resource's metadata, in the format that it reads. The Control
Tower rules read none: theirs is cfn-guard's usual key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Format:
    """A tool's key in the metadata, the list in it, and what an entry calls the reason."""

    key: str
    entries: str
    reason: str


CDK_NAG = Format("cdk_nag", "rules_to_suppress", "reason")
CHECKOV = Format("checkov", "skip", "comment")
GUARD = Format("guard", "SuppressedRules", "reason")


TOOLS = (CDK_NAG, CHECKOV, GUARD)


def format_of(rule: str) -> Format:
    """The format of a rule's tool, by the rule's prefix. Raises ValueError."""
    for prefix, found in (("AwsSolutions-", CDK_NAG), ("CKV", CHECKOV), ("CT.", GUARD)):
        if rule.startswith(prefix):
            return found
    raise ValueError(f"{rule} is no rule of cdk-nag, checkov or Control Tower")


def entries(metadata: Mapping[str, Any], *tools: Format) -> Iterator[tuple[str, str]]:
    """The rules of these tools that a resource's metadata accepts, and the reasons."""
    for each in tools:
        for entry in metadata.get(each.key, {}).get(each.entries, ()):
            yield entry["id"], entry[each.reason]
