"""What all Fargate tasks share: the images, their secrets, and containers with minimal rights."""

import json
from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from ishizue_ops import app_contract, timing
from ishizue_ops.config import Architecture, Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.stack_parameters import output, parameter
from ishizue_ops.names import DIGEST_PATTERN, IMAGE_DIGEST
from ishizue_ops.product import Secret

_ARCHITECTURES = {"x86_64": ecs.CpuArchitecture.X86_64, "arm64": ecs.CpuArchitecture.ARM64}

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


def image(
    scope: Construct, *, repository: ecr.IRepository, description: str, default: str | None = None
) -> ecs.ContainerImage:
    """The image in the registry with the digest that the stack's parameter `ImageDigest` names."""
    digest = parameter(
        scope,
        IMAGE_DIGEST,
        description,
        pattern=f"^{DIGEST_PATTERN}$",
        constraint_description="sha256: and 64 hexadecimal digits",
        default=default,
    )
    return ecs.ContainerImage.from_registry(repository.repository_uri_for_digest(digest))


def log_group(
    scope: Construct,
    construct_id: str = "Logs",
    *,
    days: int,
    removal: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    **options: Any,
) -> logs.LogGroup:
    """A log group, by default retained when it leaves the design."""
    made = logs.LogGroup(scope, construct_id, removal_policy=removal, **options)
    # The construct takes an enumeration; the resource takes any number of days.
    cast(logs.CfnLogGroup, made.node.default_child).retention_in_days = days
    return made


def cluster(scope: Construct, vpc: ec2.IVpc) -> ecs.Cluster:
    """A cluster without Container Insights."""
    made = ecs.Cluster(
        scope, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.DISABLED
    )
    acknowledge(
        made,
        "AwsSolutions-ECS4",
        "Container Insights is billed by the metric; ECS's CPU and memory, the load balancer's "
        "metrics and the application's are enough.",
    )
    return made


def from_secret(secret: secretsmanager.ISecret, keys: Mapping[str, str]) -> dict[str, ecs.Secret]:
    """Settings whose values are in the JSON of a secret; `keys` has the key of each."""
    return {setting: ecs.Secret.from_secrets_manager(secret, key) for setting, key in keys.items()}


def injected(scope: Construct, secret: Secret, copies_region: str | None) -> ecs.Secret:
    """A secret as ECS injects it: one that exists, or one that is made here."""
    stored = (
        secretsmanager.Secret.from_secret_complete_arn(scope, secret.construct_id, secret.arn)
        if secret.arn
        else _generated(scope, secret, copies_region)
    )
    return ecs.Secret.from_secrets_manager(stored, secret.json_key or None)


def _generated(
    scope: Construct, secret: Secret, copies_region: str | None
) -> secretsmanager.Secret:
    """A secret that Secrets Manager generates, and that is kept when it leaves the design.

    `copies_region` has a replica of it, with the account's own key there.
    """
    template = secret.secret_string_template
    made = secretsmanager.Secret(
        scope,
        secret.construct_id,
        description=secret.description,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=secret.length,
            exclude_punctuation=True,
            secret_string_template=json.dumps(dict(template)) if template else None,
            generate_string_key=secret.generate_string_key or None,
        ),
        replica_regions=(
            [secretsmanager.ReplicaRegion(region=copies_region)] if copies_region else None
        ),
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    acknowledge(made, "AwsSolutions-SMG4", secret.why_not_rotated)
    return made


def task(
    scope: Construct,
    construct_id: str,
    *,
    cpu: int,
    memory: int,
    architecture: Architecture,
    repository: ecr.IRepository,
    credentials: str = "",
) -> ecs.FargateTaskDefinition:
    """A task definition without containers. Its own role has no rights; ECS may pull the image.

    `cpu` is in CPU units (1024 are one vCPU), `memory` in MiB. Other `credentials` make another
    execution role: during an update CloudFormation removes the old one last, so that ECS can start
    tasks of the previous definition until then.
    """
    made = ecs.FargateTaskDefinition(
        scope,
        construct_id,
        execution_role=(
            iam.Role(
                scope,
                f"{credentials}ExecutionRole",
                assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
            )
            if credentials
            else None
        ),
        cpu=cpu,
        memory_limit_mib=memory,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=_ARCHITECTURES[architecture],
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
    )
    role = made.obtain_execution_role()
    repository.grant_pull(role)
    # ECS documents the key for a task's own role (Developer Guide, "Task IAM role"), and for no
    # other role that it assumes.
    cast(iam.CfnRole, made.task_role.node.default_child).add_property_override(
        "AssumeRolePolicyDocument.Statement.0.Condition",
        {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )
    secrets = "Environment variables hold no secrets; secrets are injected by their ARN."
    acknowledge(made, "AwsSolutions-ECS2", secrets)
    acknowledge(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "ecr:GetAuthorizationToken has no resource-level permissions. The image itself is pulled "
        "from one repository.",
    )
    return made


def add_container(
    definition: ecs.FargateTaskDefinition, name: str, *, log_group: logs.ILogGroup, **options: Any
) -> ecs.ContainerDefinition:
    """A container with a read-only root, no Linux capabilities and the image's own user.

    `options` are those of `TaskDefinition.add_container`.
    """
    linux = ecs.LinuxParameters(definition, f"{name}-linux")
    linux.drop_capabilities(ecs.Capability.ALL)
    return definition.add_container(
        name,
        container_name=name,
        logging=ecs.LogDrivers.aws_logs(
            stream_prefix=name,
            log_group=log_group,
            # A slow log must not block the program: it drops lines instead.
            mode=ecs.AwsLogDriverMode.NON_BLOCKING,
        ),
        readonly_root_filesystem=True,
        user=app_contract.USER,
        linux_parameters=linux,
        **options,
    )


def health_check(config: Config) -> ecs.HealthCheck:
    """The check of the container that serves or works, which asks its process on loopback."""
    return ecs.HealthCheck(
        command=["CMD", *app_contract.health_check(config.names)],
        interval=Duration.seconds(timing.CONTAINER_CHECK_SECONDS),
        timeout=Duration.seconds(timing.CONTAINER_CHECK_TIMEOUT_SECONDS),
        retries=timing.CONTAINER_CHECK_RETRIES,
        start_period=Duration.seconds(timing.START_SECONDS),
    )
