"""The README's constructs in somebody else's app, in a VPC that exists."""

import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from tests.working import DELIVER, PURGE

from ishizue_ops import config, product
from ishizue_ops.design import alarms, network, security_groups, service, tasks, workloads
from ishizue_ops.design.database import database

README = Path(__file__).parents[2] / "README.md"
MODULES = (config, product, alarms, network, security_groups, service, tasks, workloads, database)


def test_constructs_need_nothing_else_of_the_design() -> None:
    [text] = re.findall(r"```python\n(config = .*?)```", README.read_text("utf-8"), re.DOTALL)
    env = cdk.Environment(account="123456789012", region="ap-northeast-1")
    stack = cdk.Stack(cdk.App(), "Theirs", env=env)
    names = {name: each for module in MODULES for name, each in vars(module).items()}
    names |= {"ec2": ec2, "stack": stack}
    exec(text, names)
    given: dict[str, Any] = {"security_group": names["groups"].tasks, "runtime": names["runtime"]}
    workloads.WorkerService(stack, "Deliver", worker=DELIVER, **given)
    workloads.JobSchedule(stack, "Purge", job=PURGE, alarms=names["alarms"], **given)
    template = assertions.Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::Subnet", 0)
    subnets = ["p-12345", "p-67890"]  # of the CDK's placeholder for a VPC that is looked up
    template.has_resource_properties("AWS::RDS::DBSubnetGroup", {"SubnetIds": subnets})
    configuration = {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": subnets}}}
    template.all_resources_properties("AWS::ECS::Service", configuration)
    target = {"Target": {"EcsParameters": configuration}}
    template.all_resources_properties("AWS::Scheduler::Schedule", target)
