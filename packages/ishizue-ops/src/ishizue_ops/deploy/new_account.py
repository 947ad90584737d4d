"""What a new account lacks: the roles of AWS's services, and CloudFront's trust."""

import time
from collections.abc import Iterator
from typing import Any

from ishizue_ops.config import Config

SETTLE_SECONDS = 15
"""Until a role that exists can be assumed everywhere (containers-roadmap #2614)."""

UNVERIFIED = (
    "this account has no distribution yet. CloudFront refuses accounts that AWS has not verified "
    '(403, "Your account must be verified"), which shows only at the end. If the account is new, '
    "ask AWS Support first: https://console.aws.amazon.com/support/home"
)


def make_roles(iam: Any, config: Config) -> Iterator[str]:
    """Make the service-linked roles that are missing, yield their names, and wait.

    A service makes its own at the first use, and fails if it cannot assume it at once; then
    CloudFormation rolls back, and meets the database's deletion protection. Raises ClientError.
    """
    services = ["ecs", "ecs.application-autoscaling", "elasticloadbalancing"]
    services += ["rds"] if config.database != "none" else []
    made = []
    for service in services:
        # The first says so of a name that is taken; the second is its documented meaning.
        taken = (iam.exceptions.InvalidInputException, iam.exceptions.EntityAlreadyExistsException)
        try:
            answer = iam.create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com")
        except taken:
            continue
        made.append(str(answer["Role"]["RoleName"]))
        yield made[-1]
    if made:
        time.sleep(SETTLE_SECONDS)


def has_distribution(cloudfront: Any) -> bool:
    """Whether CloudFront serves anything of the account, which AWS has verified then."""
    return bool(cloudfront.list_distributions(MaxItems="1")["DistributionList"]["Quantity"])
