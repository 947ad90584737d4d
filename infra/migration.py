"""The schema's migration as a task of its own, which a release runs before its service.

Why it has a task definition in the state's stack: docs/decisions/0008-migration-task.md.
"""

from typing import cast

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra import tasks
from infra.acknowledge import acknowledge
from infra.config import Architecture

CONTAINER = "migrate"
"""Its name and its log streams' prefix; `infra.release.migration` reads the log by it."""

_CPU, _MEMORY = 256, 512
"""Fargate's smallest task (CPU units, MiB): it waits for the database most of the time."""

_NO_IMAGE = "sha256:" + 64 * "0"
"""Before the first image there is nothing to name: such a task cannot be started."""


class Migration(Construct):
    """`kirosample migrate` on Fargate, started by a release and never by itself.

    Parameter `ImageDigest` of the state's stack: the image it runs. It has a cluster of its own,
    so that who may start it may start nothing else, and talks to the database as the tasks do:
    `security_group` is theirs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        security_group: ec2.ISecurityGroup,
        repository: ecr.IRepository,
        database_secret: secretsmanager.ISecret,
        architecture: Architecture,
        log_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.cluster = ecs.Cluster(
            self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.DISABLED
        )
        acknowledge(
            self.cluster,
            "AwsSolutions-ECS4",
            "It holds one task for some seconds a release, whose log and exit code tell all.",
        )
        self.log_group = logs.LogGroup(self, "Logs", removal_policy=RemovalPolicy.RETAIN)
        # The construct takes an enumeration of words; the resource takes the days.
        resource = self.log_group.node.default_child
        cast(logs.CfnLogGroup, resource).retention_in_days = log_days
        self.task_definition = self._task(repository, database_secret, architecture)
        for name, value in (
            ("MigrationCluster", self.cluster.cluster_name),
            ("MigrationTask", self.task_definition.task_definition_arn),
            (
                "MigrationSubnets",
                ",".join(
                    vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnet_ids
                ),
            ),
            ("MigrationSecurityGroup", security_group.security_group_id),
            ("MigrationLogs", self.log_group.log_group_name),
        ):
            CfnOutput(self, name, key=name, value=value)

    def _task(
        self,
        repository: ecr.IRepository,
        database_secret: secretsmanager.ISecret,
        architecture: Architecture,
    ) -> ecs.FargateTaskDefinition:
        definition = tasks.task(
            self,
            "Task",
            cpu=_CPU,
            memory=_MEMORY,
            architecture=architecture,
            repository=repository,
        )
        tasks.add_container(
            definition,
            CONTAINER,
            image=tasks.image(
                self,
                repository=repository,
                description="The image whose migrations are run, sha256:..., or zeros for none",
                default=_NO_IMAGE,
            ),
            log_group=self.log_group,
            command=["migrate"],
            environment={"KIROSAMPLE_DB_TLS": "verify-full"},
            secrets=tasks.database_secrets(database_secret),
            # A version that is under way when the task is stopped has this long to be taken back.
            stop_timeout=Duration.seconds(30),
        )
        return definition
