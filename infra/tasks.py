"""What all our Fargate tasks have in common: the image, and containers that may do very little."""

from typing import Any

from aws_cdk import CfnParameter
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Architecture

USER = "10001:10001"
"""The image's own account, which is not root."""

_ARCHITECTURES = {
    "x86_64": ecs.CpuArchitecture.X86_64,
    "arm64": ecs.CpuArchitecture.ARM64,
}

_DATABASE_KEYS = {
    "HOST": "host",
    "PORT": "port",
    "NAME": "dbname",
    "USER": "username",
    "PASSWORD": "password",
}


def image(
    scope: Construct, *, repository: ecr.IRepository, description: str, default: str | None = None
) -> ecs.ContainerImage:
    """The image that the stack's parameter `ImageDigest` names, `sha256:…`, out of the registry."""
    digest = CfnParameter(
        scope,
        "ImageDigest",
        description=description,
        allowed_pattern="^sha256:[0-9a-f]{64}$",
        constraint_description="sha256: and 64 hexadecimal digits",
        default=default,
    )
    digest.override_logical_id("ImageDigest")
    uri = repository.repository_uri_for_digest(digest.value_as_string)
    return ecs.ContainerImage.from_registry(uri)


def database_secrets(secret: secretsmanager.ISecret) -> dict[str, ecs.Secret]:
    """The database in parts, out of the JSON that RDS keeps in its secret."""
    return {
        f"KIROSAMPLE_DB_{part}": ecs.Secret.from_secrets_manager(secret, key)
        for part, key in _DATABASE_KEYS.items()
    }


def task(
    scope: Construct,
    construct_id: str,
    *,
    cpu: int,
    memory: int,
    architecture: Architecture,
    repository: ecr.IRepository,
) -> ecs.FargateTaskDefinition:
    """A task without containers yet; its own role may do nothing, and ECS may pull our images.

    `cpu` in CPU units (1024 are one vCPU), `memory` in MiB.
    """
    made = ecs.FargateTaskDefinition(
        scope,
        construct_id,
        cpu=cpu,
        memory_limit_mib=memory,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=_ARCHITECTURES[architecture],
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
    )
    role = made.obtain_execution_role()
    repository.grant_pull(role)
    acknowledge(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "ecr:GetAuthorizationToken knows no resource: AWS allows it on all or none. The image "
        "itself is pulled from one repository.",
    )
    acknowledge(
        made,
        "AwsSolutions-ECS2",
        "What stands in the environment is no secret; secrets are injected by their ARN.",
    )
    return made


def add_container(
    definition: ecs.FargateTaskDefinition, name: str, *, log_group: logs.ILogGroup, **options: Any
) -> ecs.ContainerDefinition:
    """A container on a read-only root, with no capability of Linux's and the image's own user.

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
            # A slow log must not stop the program: lines are dropped instead.
            mode=ecs.AwsLogDriverMode.NON_BLOCKING,
        ),
        readonly_root_filesystem=True,
        user=USER,
        linux_parameters=linux,
        **options,
    )
