"""The image registry: scans on push, immutable tags."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ecr as ecr
from constructs import Construct

from ishizue_ops.design.stack_parameters import output

_KEPT_IMAGES = 50
"""The registry keeps so many: enough to roll back to."""


class Registry(Construct):
    """An ECR repository, retained with its images when the stack is deleted."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.repository = ecr.Repository(
            self,
            "Repository",
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            lifecycle_rules=[
                ecr.LifecycleRule(
                    description="Untagged images go after a week",
                    rule_priority=1,
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_age=Duration.days(7),
                ),
                ecr.LifecycleRule(
                    description=f"The newest {_KEPT_IMAGES} images stay",
                    rule_priority=2,
                    tag_status=ecr.TagStatus.ANY,
                    max_image_count=_KEPT_IMAGES,
                ),
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        output(self, "RepositoryUri", self.repository.repository_uri, "Push images here")
