"""What is deployed, read back through boto3."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError

Found = dict[str, Any]
"""A resource as AWS's API describes it."""

_ELB = "AWS::ElasticLoadBalancingV2"

_READ = {
    "AWS::CertificateManager::Certificate": ("acm", "describe_certificate", "CertificateArn"),
    "AWS::CloudFront::Distribution": ("cloudfront", "get_distribution_config", "Id"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "describe_alarms", "AlarmNames"),
    "AWS::EC2::InternetGateway": ("ec2", "describe_internet_gateways", "InternetGatewayIds"),
    "AWS::EC2::RouteTable": ("ec2", "describe_route_tables", "RouteTableIds"),
    "AWS::EC2::SecurityGroup": ("ec2", "describe_security_groups", "GroupIds"),
    "AWS::EC2::Subnet": ("ec2", "describe_subnets", "SubnetIds"),
    "AWS::EC2::VPC": ("ec2", "describe_vpcs", "VpcIds"),
    "AWS::ECR::Repository": ("ecr", "describe_repositories", "repositoryNames"),
    "AWS::ECS::Service": ("ecs", "describe_services", "services"),
    "AWS::ECS::TaskDefinition": ("ecs", "describe_task_definition", "taskDefinition"),
    f"{_ELB}::Listener": ("elbv2", "describe_listeners", "ListenerArns"),
    f"{_ELB}::ListenerRule": ("elbv2", "describe_rules", "RuleArns"),
    f"{_ELB}::LoadBalancer": ("elbv2", "describe_load_balancers", "LoadBalancerArns"),
    f"{_ELB}::TargetGroup": ("elbv2", "describe_target_groups", "TargetGroupArns"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_groups", "logGroupNamePrefix"),
    "AWS::RDS::DBCluster": ("rds", "describe_db_clusters", "DBClusterIdentifier"),
    "AWS::RDS::DBInstance": ("rds", "describe_db_instances", "DBInstanceIdentifier"),
    "AWS::RDS::DBSubnetGroup": ("rds", "describe_db_subnet_groups", "DBSubnetGroupName"),
    "AWS::Route53::HostedZone": ("route53", "get_hosted_zone", "Id"),
    "AWS::SSM::Parameter": ("ssm", "get_parameter", "Name"),
}
"""Types that the emulator's API describes: the service, the operation, and what takes the id."""


@dataclass(frozen=True)
class Resource:
    """A resource of a deployed stack. `id` is its physical id."""

    stack: str
    logical_id: str
    type: str
    id: str


class Deployed:
    """The resources of stacks. Everything is read once: after a deployment make a new one."""

    def __init__(self, session: boto3.Session, stacks: Mapping[str, str]) -> None:
        """The stacks by name, with their regions; those that do not exist have no resources."""
        self._session = session
        self._stacks = stacks
        self._descriptions: dict[Resource, Found] = {}

    def client(self, service: str, region: str | None = None) -> Any:
        """The service's client, such as `ec2`."""
        return self._session.client(service, region_name=region)

    @cached_property
    def resources(self) -> list[Resource]:
        """Every resource of the stacks."""
        return [
            Resource(
                stack, one["LogicalResourceId"], one["ResourceType"], one["PhysicalResourceId"]
            )
            for stack, region in self._stacks.items()
            for one in self._listed(stack, region)
            if one["ResourceStatus"].endswith("_COMPLETE")
        ]

    def _listed(self, stack: str, region: str) -> list[Found]:
        pages = self.client("cloudformation", region).get_paginator("list_stack_resources")
        try:
            found = list(pages.paginate(StackName=stack))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":  # no such stack
                return []
            raise
        return [one for page in found for one in page["StackResourceSummaries"]]

    def ids(self, kind: str) -> list[str]:
        """The physical ids of a type, such as `AWS::EC2::Subnet`."""
        return [one.id for one in self.resources if one.type == kind]

    def all(self, kind: str) -> list[Found]:
        """The descriptions of a type."""
        return [self.describe(one) or {} for one in self.resources if one.type == kind]

    def one(self, kind: str) -> Found:
        """The description of the only resource of a type; LookupError if there is not one."""
        found = self.all(kind)
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources of type {kind}")
        return found[0]

    def describe(self, resource: Resource) -> Found | None:
        """What the API says of a resource, None if it says nothing of its type."""
        if resource.type not in _READ:
            return None
        if resource not in self._descriptions:
            service, operation, parameter = _READ[resource.type]
            # Parameters in the plural take a list.
            given: dict[str, Any] = {
                parameter: [resource.id] if parameter.endswith("s") else resource.id
            }
            if service == "ecs" and "/" in resource.id and parameter == "services":
                given["cluster"] = resource.id.split("/")[-2]
            client = self.client(service, self._stacks[resource.stack])
            self._descriptions[resource] = _content(getattr(client, operation)(**given))
        return self._descriptions[resource]


def _content(response: Found) -> Found:
    """The resource in a response: its object, or the first in its list; empty if there is none."""
    del response["ResponseMetadata"]
    members = list(response.values())
    objects = [value for value in members if isinstance(value, dict)]
    listed = [value[0] for value in members if isinstance(value, list) and value]
    return dict(next(iter([*objects, *listed]), {}))
