"""What CloudFormation's published resource schemas say of a type; cfn-lint bundles them.

Read from its files: importing cfn-lint takes four seconds, and its manager may prefer a newer copy
in the user's cache.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from infra.config import REGION

IDENTITIES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": (
        ("ResourceId", "ScalableDimension", "ServiceNamespace"),
    ),
    "AWS::EC2::Route": (("RouteTableId", "DestinationCidrBlock"),),
    "AWS::EC2::SecurityGroupIngress": (
        ("GroupId", "IpProtocol", "FromPort", "ToPort", "SourceSecurityGroupId"),
    ),
    "AWS::EC2::SubnetRouteTableAssociation": (("SubnetId",),),
    "AWS::ElasticLoadBalancingV2::Listener": (("LoadBalancerArn", "Port"),),
    "AWS::ElasticLoadBalancingV2::ListenerRule": (("ListenerArn", "Priority"),),
    "AWS::IAM::OIDCProvider": (("Url",),),
    "AWS::Route53::RecordSet": (("HostedZoneId", "Name", "Type"),),
    "AWS::SNS::Topic": (("TopicName",),),
    "AWS::SecretsManager::SecretTargetAttachment": (("SecretId",),),
    "AWS::WAFv2::WebACLAssociation": (("ResourceArn",),),
}
"""What else may exist only once, by the errors of the types' APIs: DuplicateListener,
PriorityInUse, RouteAlreadyExists, InvalidPermission.Duplicate, EntityAlreadyExists."""


STATEFUL = frozenset(
    {
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::ECR::Repository",
        "AWS::Route53::HostedZone",
    }
)
"""Beyond cfn-lint's list of stateful types: the network of all else, images and name servers."""

_DATA = ("cfnlint", "data")


@cache
def _folder() -> Path:
    spec = find_spec(_DATA[0])
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint, which bundles CloudFormation's schemas: make check")
    return Path(spec.origin).parent / _DATA[1]


@cache
def _types() -> Mapping[str, str]:
    path = _folder() / "schemas/providers" / f"{REGION}.json"
    found: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def schema(type_: str) -> Mapping[str, Any]:
    """The schema of a resource type. Raises KeyError for an unknown one."""
    path = _folder() / "schemas/resources" / f"{_types()[type_]}.json"
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def stateful() -> frozenset[str]:
    """The types whose deletion loses something that cannot be made again."""
    path = _folder() / "AdditionalSpecs/StatefulResources.json"
    listed = json.loads(path.read_text(encoding="utf-8"))["ResourceTypes"]
    return STATEFUL | frozenset(listed)


def create_only(type_: str) -> list[tuple[str, ...]]:
    """The paths of the properties whose change replaces the resource.

    An identifier that can be written is one too: the type's handler finds the resource by it.
    """
    found = schema(type_)
    written = set(found.get("primaryIdentifier", ())) - set(found.get("readOnlyProperties", ()))
    return [_path(each) for each in (*found.get("createOnlyProperties", ()), *sorted(written))]


def conditional(type_: str) -> list[tuple[str, ...]]:
    """The paths of the properties whose change may interrupt the resource, or replace it."""
    return [_path(each) for each in schema(type_).get("conditionalCreateOnlyProperties", ())]


def deletes_first(type_: str) -> bool:
    """Whether a replaced resource is deleted before its successor is created."""
    return schema(type_).get("replacementStrategy") == "delete_then_create"


def identities(type_: str) -> tuple[tuple[str, ...], ...]:
    """Sets of properties that no two resources have in common."""
    found = schema(type_)
    primary = [_path(each)[0] for each in found.get("primaryIdentifier", ())]
    read_only = {_path(each)[0] for each in found.get("readOnlyProperties", ())}
    own = [] if read_only & set(primary) else [tuple(primary)]
    # Of the named types, only zones may share a name.
    if (
        "/properties/Name" in found.get("createOnlyProperties", ())
        and type_ != "AWS::Route53::HostedZone"
    ):
        own.append(("Name",))
    return (*own, *IDENTITIES.get(type_, ()))


def _path(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/").split("/"))
