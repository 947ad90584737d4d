"""What AWS publishes of resource types and of IAM's actions; cfn-lint bundles it.

They are read from cfn-lint's files: importing it takes four seconds, and its manager may prefer a
newer copy in the user's cache.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from ishizue_ops.config import DEFAULT_REGION

_OTHERS = {"AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::ECR::Repository", "AWS::Route53::HostedZone"}
"""The stateful types beyond cfn-lint's list: the network of all else, images and name servers."""

_IN_PLACE = {
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
}
"""A database instance changes them in place: the template reference says "Update requires: Some
interruptions", its schema that they may replace it."""


@cache
def _bundled(path: str) -> Any:
    file = distribution("cfn-lint").locate_file(f"cfnlint/data/{path}")
    return json.loads(Path(str(file)).read_text(encoding="utf-8"))


def types(region: str) -> Collection[str]:
    """Every type of a region's CloudFormation that publishes its schema."""
    files: Mapping[str, str] = _bundled(f"schemas/providers/{region}.json")
    return files


def schema(type_: str) -> Mapping[str, Any]:
    """The published schema of a type."""
    file = _bundled(f"schemas/providers/{DEFAULT_REGION}.json")[type_]
    published: Mapping[str, Any] = _bundled(f"schemas/resources/{file}.json")
    return published


def kinds(name: str) -> Collection[str] | None:
    """The kinds of resource an action can be granted on, none for `*` alone; None: no action."""
    service, _, action = name.partition(":")
    known = _bundled("AdditionalSpecs/Policies.json").get(service, {"Actions": {}})
    found: Mapping[str, Any] | None = known["Actions"].get(action.lower())
    return None if found is None else found.get("Resources", ())


def is_stateful(type_: str) -> bool:
    """Whether the deletion of a resource of the type loses what cannot be made again."""
    listed = _bundled("AdditionalSpecs/StatefulResources.json")["ResourceTypes"]
    return type_ in _OTHERS or type_ in listed


def replacing(type_: str) -> list[list[str]]:
    """The paths of properties whose change replaces the resource, or may: schemas say no more."""
    always = schema(type_).get("createOnlyProperties", [])
    perhaps = schema(type_).get("conditionalCreateOnlyProperties", [])
    paths = [each.split("/")[2:] for each in [*always, *perhaps]]
    return [path for path in paths if path[0] not in _IN_PLACE]
