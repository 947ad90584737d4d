"""The schema's migration as a one-off task, which a release runs before its service.

Why its task definition is in the state's stack: docs/decisions/0008-migration-task.md.
"""

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from ishizue_ops import app_contract, timing
from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.network import Network
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.names import MIGRATION_CONTAINER, MIGRATION_PUBLIC_IP

CPU = 256
_MEMORY = 512
"""Fargate's smallest task has these CPU units and MiB: the migration waits for the database."""

_NO_IMAGE = "sha256:" + 64 * "0"
"""The digest before the first image: a task with it cannot start."""


class Migration(Construct):
    """The command `migrate` on Fargate, started by each release, as the database's master user.

    It makes the tasks' role of `database_secret`, so one release changes both.

    The state's parameter `ImageDigest` names its image. It has a cluster of its own, so that the
    right to start it covers nothing else. `security_group` is the service's tasks' group.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: Network,
        security_group: ec2.ISecurityGroup,
        repository: ecr.IRepository,
        database_secret: secretsmanager.ISecret,
        master_secret: secretsmanager.ISecret,
    ) -> None:
        super().__init__(scope, construct_id)
        self.cluster = tasks.cluster(self, network.vpc)
        self.log_group = tasks.log_group(self, days=config.log_days)
        self.task_definition = tasks.task(
            self,
            "Task",
            cpu=CPU,
            memory=_MEMORY,
            architecture=config.architecture,
            repository=repository,
        )
        tasks.add_container(
            self.task_definition,
            MIGRATION_CONTAINER,
            image=tasks.image(
                self,
                repository=repository,
                description="The image whose migrations are run, sha256:..., or zeros for none",
                default=_NO_IMAGE,
            ),
            log_group=self.log_group,
            command=list(app_contract.MIGRATE),
            environment=app_contract.database_environment(config.names),
            secrets={
                **tasks.from_secret(database_secret, app_contract.database_secrets(config.names)),
                **tasks.from_secret(master_secret, app_contract.migration_secrets(config.names)),
            },
            # A running version is rolled back within this time when the task is stopped.
            stop_timeout=Duration.seconds(timing.STOP_SECONDS),
        )
        subnets = network.vpc.select_subnets(
            subnet_group_name=network.task_subnets.subnet_group_name
        )
        for name, value in (
            ("MigrationCluster", self.cluster.cluster_name),
            ("MigrationTask", self.task_definition.task_definition_arn),
            ("MigrationSubnets", ",".join(subnets.subnet_ids)),
            ("MigrationSecurityGroup", security_group.security_group_id),
            ("MigrationLogs", self.log_group.log_group_name),
        ):
            output(self, name, value)
        if network.public_tasks:
            output(self, MIGRATION_PUBLIC_IP, "ENABLED")
