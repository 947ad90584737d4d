"""Constructs in somebody else's app, in a VPC that exists."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from tests.working import DELIVER, PURGE

from ishizue_ops.config import Config
from ishizue_ops.design.alarms import AlarmTopic
from ishizue_ops.design.database.database import Database
from ishizue_ops.design.network import ExistingNetwork
from ishizue_ops.design.security_groups import SecurityGroups
from ishizue_ops.design.service import Service
from ishizue_ops.design.workloads.job import JobSchedule
from ishizue_ops.design.workloads.runtime import Runtime
from ishizue_ops.design.workloads.worker import WorkerService
from ishizue_ops.product import Product

CONFIG = Config(product=Product(name="Shop"))


def theirs() -> tuple[cdk.Stack, ExistingNetwork, dict[str, Any]]:
    """Somebody's stack with a VPC that exists; settings, network and registry for a construct."""
    stack = cdk.Stack(cdk.App(), "Theirs")
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["ap-northeast-1a", "ap-northeast-1c"],
        private_subnet_ids=["subnet-1", "subnet-2"],
    )
    network = ExistingNetwork(
        vpc=vpc, private_subnets=ec2.SubnetSelection(subnets=vpc.private_subnets)
    )
    repository = ecr.Repository.from_repository_name(stack, "Repository", "shop")
    return stack, network, {"config": CONFIG, "network": network, "repository": repository}


def test_a_database_and_a_service_need_nothing_else_of_the_design() -> None:
    stack, network, shared = theirs()
    groups = SecurityGroups(stack, "Groups", config=CONFIG, vpc=network.vpc)
    assert groups.database
    database = Database(
        stack,
        "Database",
        config=CONFIG,
        network=network,
        security_group=groups.database,
        alarms=AlarmTopic(stack, "Alarms", config=CONFIG, publishers=["cloudwatch"]),
    )
    Service(
        stack,
        "Service",
        **shared,
        security_group=groups.tasks,
        database_secret=database.secret,
    )
    template = assertions.Template.from_stack(stack)
    for absent in ("EC2::VPC", "EC2::Subnet", "ElasticLoadBalancingV2::LoadBalancer"):
        template.resource_count_is(f"AWS::{absent}", 0)
    template.has_resource_properties("AWS::RDS::DBInstance", {"DBName": "shop", "MultiAZ": True})
    template.has_resource_properties(
        "AWS::RDS::DBSubnetGroup", {"SubnetIds": ["subnet-1", "subnet-2"]}
    )
    configuration = {"AwsvpcConfiguration": {"Subnets": ["subnet-1", "subnet-2"]}}
    template.has_resource_properties("AWS::ECS::Service", {"NetworkConfiguration": configuration})


def test_a_worker_and_a_job_need_nothing_else_of_the_design() -> None:
    stack, _, shared = theirs()
    given: dict[str, Any] = {
        "runtime": Runtime(stack, **shared),
        "security_group": ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1"),
    }
    alarms = AlarmTopic(stack, "Alarms", config=CONFIG, publishers=["cloudwatch", "events"])
    WorkerService(stack, "Deliver", worker=DELIVER, **given)
    JobSchedule(stack, "Purge", job=PURGE, alarms=alarms, **given)
    template = assertions.Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Scheduler::Schedule",
        {
            "ScheduleExpression": "cron(30 3 * * ? *)",
            "ScheduleExpressionTimezone": "Asia/Tokyo",
            "Target": {"EcsParameters": {"LaunchType": "FARGATE"}},
        },
    )
    template.resource_count_is("AWS::ECS::Service", 1)
