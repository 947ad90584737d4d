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
from ishizue_ops.design.service import FargateService
from ishizue_ops.design.workloads import JobSchedule, Runtime, WorkerService
from ishizue_ops.product import Product

CONFIG = Config(product=Product(name="Shop"))


def test_constructs_need_nothing_else_of_the_design() -> None:
    stack = cdk.Stack(cdk.App(), "Theirs")
    zones, subnets = ["ap-northeast-1a", "ap-northeast-1c"], ["subnet-1", "subnet-2"]
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=zones, private_subnet_ids=subnets
    )
    private = ec2.SubnetSelection(subnets=vpc.private_subnets)
    network = ExistingNetwork(vpc=vpc, private_subnets=private)
    groups = SecurityGroups(stack, "Groups", config=CONFIG, vpc=vpc)
    assert groups.database
    alarms = AlarmTopic(stack, "Alarms", config=CONFIG, publishers=["cloudwatch", "events"])
    database = Database(
        stack,
        "Database",
        config=CONFIG,
        network=network,
        security_group=groups.database,
        alarms=alarms,
    )
    runtime = Runtime(
        stack,
        "Service",
        config=CONFIG,
        network=network,
        repository=ecr.Repository.from_repository_name(stack, "Repository", "shop"),
        database_secret=database.secret,
    )
    FargateService(runtime, security_group=groups.tasks)
    given: dict[str, Any] = {"runtime": runtime, "security_group": groups.tasks}
    WorkerService(stack, "Deliver", worker=DELIVER, **given)
    JobSchedule(stack, "Purge", job=PURGE, alarms=alarms, **given)
    template = assertions.Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::Subnet", 0)
    template.has_resource_properties("AWS::RDS::DBSubnetGroup", {"SubnetIds": subnets})
    configuration = {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": subnets}}}
    template.all_resources_properties("AWS::ECS::Service", configuration)
    target = {"Target": {"EcsParameters": configuration}}
    template.all_resources_properties("AWS::Scheduler::Schedule", target)
