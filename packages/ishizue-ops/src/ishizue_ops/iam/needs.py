"""What `make deploy` calls, and the types of which nobody knows what they call."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from ishizue_ops.resource_types import USUAL, Finding, ResourceType, Unknown, known
from ishizue_ops.template import Design, understanding

MAKE_DEPLOY: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("operator.toml").read_text(encoding="utf-8")
)
"""The operator's actions by service."""


def unknown(design: Design, types: Iterable[ResourceType] = ()) -> list[Finding]:
    """A finding for each type that has a role, of which nobody says what it calls with the role."""
    findings: list[Finding] = []
    calls = known(lambda type_: type_.calls, types)
    for resource in design.resources:
        with understanding("permissions", resource, findings):
            if resource.type in USUAL or resource.type in calls:
                continue
            if any(used.type == "AWS::IAM::Role" for used in design.references(resource)):
                raise Unknown("it has a role, and nobody says what it calls")
    return findings
