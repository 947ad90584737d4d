"""CloudFormation types that ministack lacks, as handlers in the form that it registers.

They are only stored: the record has their properties, and nothing else here reads them.
"""

import secrets
from collections.abc import Mapping
from typing import Any

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]
"""The physical id and the attributes for Fn::GetAtt."""

_STORED = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Budgets::Budget",
    "AWS::CloudFront::VpcOrigin",
    "AWS::EC2::EIP",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::IAM::OIDCProvider",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::RDS::EventSubscription",
    "AWS::Route53::HealthCheck",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
)
_ATTRIBUTES = ("AllocationId", "Arn", "HealthCheckId", "Id", "NatGatewayId")
"""What templates ask these types for."""


def _store(logical_id: str, properties: Properties, stack: str) -> Created:
    identifier = properties.get("Name", f"{stack}-{logical_id}-{secrets.token_hex(4)}")
    return identifier, dict.fromkeys(_ATTRIBUTES, identifier)


def _keep(identifier: str, _old: Properties, _new: Properties, _stack: str) -> Created:
    return identifier, dict.fromkeys(_ATTRIBUTES, identifier)


def _forget(_identifier: str, _properties: Properties) -> None:
    pass


STORED = {"create": _store, "update": _keep, "delete": _forget}
HANDLERS = dict.fromkeys(_STORED, STORED)
