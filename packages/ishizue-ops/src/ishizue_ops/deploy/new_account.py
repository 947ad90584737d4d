"""What a new account lacks: roles of AWS's services, and a plan with databases."""

import time
from collections.abc import Iterator
from typing import Any

from ishizue_ops.config import Config
from ishizue_ops.deploy import Stopped
from ishizue_ops.words import Text

SETTLE_SECONDS = 15
"""The time until a new role can be assumed everywhere (containers-roadmap #2614)."""

NO_BALANCER = Text("no-balancer")
"""Only CreateLoadBalancer says that an account may have none (OperationNotPermitted, anywhere):
its quotas may look as usual."""


def check_region(s3: Any, config: Config) -> None:
    """Raise Stopped if REGION is left out and another region has this environment.

    S3 lists the buckets of all regions, and CloudFormation the stacks of one only.
    """
    if "REGION" in config.explicit:
        return
    # CloudFormation's name for it, from the stack's and the logical id.
    prefix = f"{config.names.state_stack}-AccessLogs".lower()
    for bucket in s3.list_buckets(Prefix=prefix)["Buckets"]:
        there = bucket["BucketRegion"]
        if there != config.region:
            name = bucket["Name"]
            raise Stopped(Text("other-region", there=there, bucket=name, here=config.region))


def check_plan(freetier: Any) -> None:
    """Raise Stopped for an account on the Free plan. Raises ClientError if AWS does not say."""
    if freetier.get_account_plan_state()["accountPlanType"] == "FREE":
        raise Stopped(Text("free-plan"))


def make_roles(iam: Any, config: Config) -> Iterator[str]:
    """Make the service-linked roles that are missing, yield their names, and wait.

    A service makes its own at the first use, and fails if it cannot assume it at once; then
    CloudFormation rolls back, and meets the database's deletion protection. Raises ClientError.
    """
    services = ["ecs", "ecs.application-autoscaling", "elasticloadbalancing"]
    services += ["rds"] if config.database != "none" else []
    made = []
    # IAM raises the first for a name that is taken; its other calls raise the second.
    taken = (iam.exceptions.InvalidInputException, iam.exceptions.EntityAlreadyExistsException)
    for service in services:
        try:
            response = iam.create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com")
        except taken:
            continue
        made.append(str(response["Role"]["RoleName"]))
        yield made[-1]
    if made:
        time.sleep(SETTLE_SECONDS)
