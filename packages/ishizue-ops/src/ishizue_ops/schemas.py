"""What CloudFormation's published resource schemas say of a type; cfn-lint bundles them.

They are read from cfn-lint's files: importing it takes four seconds, and its manager may prefer a
newer copy in the user's cache.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ishizue_ops.config import DEFAULT_REGION

Keys = tuple[str, ...]
"""The keys that lead to a property."""

_STATEFUL = {
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ECR::Repository",
    "AWS::Route53::HostedZone",
}
"""The stateful types beyond cfn-lint's list: the network of all else, images and name servers."""


@cache
def _bundled(path: str) -> Any:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint, which bundles CloudFormation's schemas: make check")
    return json.loads((Path(spec.origin).parent / "data" / path).read_text(encoding="utf-8"))


def types(region: str) -> list[str]:
    """Every type of a region's CloudFormation."""
    return sorted(_bundled(f"schemas/providers/{region}.json"))


def schema(type_: str) -> Mapping[str, Any]:
    """The published schema of a type."""
    file = _bundled(f"schemas/providers/{DEFAULT_REGION}.json")[type_]
    found: Mapping[str, Any] = _bundled(f"schemas/resources/{file}.json")
    return found


def _paths(type_: str, key: str) -> list[Keys]:
    pointers = schema(type_).get(key, ())
    return [tuple(each.removeprefix("/properties/").split("/")) for each in pointers]


def is_stateful(type_: str) -> bool:
    """Whether the deletion of a resource of the type loses what cannot be made again."""
    listed = _bundled("AdditionalSpecs/StatefulResources.json")["ResourceTypes"]
    return type_ in _STATEFUL or type_ in listed


def create_only(type_: str) -> list[Keys]:
    """The properties whose change replaces the resource.

    An identifier that can be written is one too: the type's handler finds the resource by it.
    """
    read_only = _paths(type_, "readOnlyProperties")
    identifier = _paths(type_, "primaryIdentifier")
    return [
        *_paths(type_, "createOnlyProperties"),
        *(path for path in identifier if path not in read_only),
    ]


def conditional(type_: str) -> list[Keys]:
    """The properties whose change may interrupt the resource, or replace it."""
    return _paths(type_, "conditionalCreateOnlyProperties")


def deletes_first(type_: str) -> bool:
    """Whether a replaced resource is deleted before its successor is created."""
    return schema(type_).get("replacementStrategy") == "delete_then_create"


def exists(type_: str, region: str = DEFAULT_REGION) -> bool:
    """Whether a region's CloudFormation has the type, and publishes its schema."""
    return type_ in _bundled(f"schemas/providers/{region}.json")


def actions(type_: str) -> set[str]:
    """The IAM actions that CloudFormation needs for a type; empty if it publishes no schema."""
    handlers = schema(type_).get("handlers", {}) if exists(type_) else {}
    return {action for one in handlers.values() for action in one.get("permissions", ())}
