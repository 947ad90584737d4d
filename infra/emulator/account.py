"""What is deployed in an account, read back through boto3."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError


class Account:
    """The resources of some stacks, and a client of each service. Reads once, so make one anew
    after a deployment. `session` knows region and credentials, as AWS_ENDPOINT_URL the address.
    """

    def __init__(self, session: boto3.Session, stacks: Sequence[str]) -> None:
        self._session = session
        self._stacks = stacks
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The service's client, such as `ec2`."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service)
        return self._clients[service]

    @cached_property
    def _resources(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for stack in self._stacks:
            for resource in self._of_stack(stack):
                if resource["ResourceStatus"].endswith("_COMPLETE"):
                    found[resource["ResourceType"]].append(resource["PhysicalResourceId"])
        return found

    def _of_stack(self, stack: str) -> list[dict[str, Any]]:
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        try:
            return [
                resource
                for page in pages.paginate(StackName=stack)
                for resource in page["StackResourceSummaries"]
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":  # no such stack
                return []
            raise

    @property
    def count(self) -> int:
        """How many resources the stacks have."""
        return sum(len(ids) for ids in self._resources.values())

    def ids(self, kind: str) -> list[str]:
        """The physical ids of a type, such as `AWS::EC2::Subnet`."""
        return self._resources.get(kind, [])

    def id(self, kind: str) -> str:
        """The physical id of the only one; raises LookupError where there is none or more."""
        found = self.ids(kind)
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources of type {kind}")
        return found[0]

    @cached_property
    def load_balancer(self) -> dict[str, Any]:
        """The ALB, as DescribeLoadBalancers tells it."""
        arn = self.id("AWS::ElasticLoadBalancingV2::LoadBalancer")
        [found] = self.client("elbv2").describe_load_balancers(LoadBalancerArns=[arn])[
            "LoadBalancers"
        ]
        return dict(found)

    @cached_property
    def service(self) -> dict[str, Any]:
        """The ECS service, as DescribeServices tells it."""
        # Its ARN ends in service/CLUSTER/NAME.
        cluster, service = self.id("AWS::ECS::Service").split("/")[-2:]
        [found] = self.client("ecs").describe_services(cluster=cluster, services=[service])[
            "services"
        ]
        return dict(found)

    @cached_property
    def task_definition(self) -> dict[str, Any]:
        """What the service runs, as DescribeTaskDefinition tells it."""
        return dict(
            self.client("ecs").describe_task_definition(
                taskDefinition=self.service["taskDefinition"]
            )["taskDefinition"]
        )

    @property
    def container(self) -> dict[str, Any]:
        """The application's own."""
        return self.containers["app"]

    @cached_property
    def containers(self) -> dict[str, dict[str, Any]]:
        """The task's containers by name."""
        return {one["name"]: one for one in self.task_definition["containerDefinitions"]}

    @cached_property
    def databases(self) -> list[dict[str, Any]]:
        """The stacks' database instances, of RDS or of Aurora."""
        wanted = set(self.ids("AWS::RDS::DBInstance"))
        found = self.client("rds").describe_db_instances()["DBInstances"]
        return [one for one in found if one["DBInstanceIdentifier"] in wanted]

    @cached_property
    def cluster(self) -> dict[str, Any]:
        """The stacks' Aurora cluster."""
        [found] = self.client("rds").describe_db_clusters(
            DBClusterIdentifier=self.id("AWS::RDS::DBCluster")
        )["DBClusters"]
        return dict(found)
