"""What a new account lacks: the roles of AWS's services, CloudFront's trust, and some zones."""

import time
from collections.abc import Iterator
from typing import Any

from ishizue_ops.config import Config
from ishizue_ops.deploy import Stopped

SETTLE_SECONDS = 15
"""Until a role that exists can be assumed everywhere (containers-roadmap #2614)."""

UNVERIFIED = (
    "no distribution yet. If AWS has not verified the account, CloudFront refuses it at the end "
    "(403, Your account must be verified): ask AWS Support to verify a new one first"
)


def check_zones(ec2: Any, config: Config) -> None:
    """Raise Stopped, with those that it has, if the account lacks a zone of these settings."""
    filters = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    zones = ec2.describe_availability_zones(Filters=filters)["AvailabilityZones"]
    names = [zone["ZoneName"] for zone in zones]
    if lacking := [name for name in config.zone_names if name not in names]:
        letters = ", ".join(sorted(name[-1] for name in names))
        raise Stopped(
            f"zones: this account has no {' and no '.join(lacking)}: "
            f"set ZONES to two of {letters}, such as ZONES={names[0][-1]},{names[-1][-1]}"
        )


def make_roles(iam: Any, config: Config) -> Iterator[str]:
    """Make the service-linked roles that are missing, yield their names, and wait.

    A service makes its own at the first use, and fails if it cannot assume it at once; then
    CloudFormation rolls back, and meets the database's deletion protection. Raises ClientError.
    """
    services = ["ecs", "ecs.application-autoscaling", "elasticloadbalancing"]
    services += ["rds"] if config.database != "none" else []
    made = []
    # IAM says the first of a name that is taken; the second is what that means elsewhere.
    taken = (iam.exceptions.InvalidInputException, iam.exceptions.EntityAlreadyExistsException)
    for service in services:
        try:
            answer = iam.create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com")
        except taken:
            continue
        made.append(str(answer["Role"]["RoleName"]))
        yield made[-1]
    if made:
        time.sleep(SETTLE_SECONDS)
