"""The application on Fargate: its task, how many of them run, and how they are replaced."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra import tasks
from infra.acknowledge import acknowledge
from infra.config import Config

TASK_PORT = 3000
DRAIN_SECONDS = 5
"""How long a task serves on after SIGTERM."""

STOP_SECONDS = 30
"""ECS kills a task this long after SIGTERM."""

_CHECK = ["kirosample", "healthcheck"]

START_SECONDS = 60
"""How long a task's failed checks do not count."""

GATE_SECONDS = 120
"""How long the gate waits for a healthy application before the task is given up; Fargate's most."""

CPU_PERCENT, MEMORY_PERCENT = 70, 80
"""What a task is to be used to on average."""


def environment(*, proxies: str, public_url: str, database: bool) -> Mapping[str, str]:
    """The task's settings that are no secret, by the names of the application's contract."""
    return {
        "KIROSAMPLE_TRUSTED_PROXIES": proxies,
        "KIROSAMPLE_PUBLIC_URL": public_url,
        "KIROSAMPLE_DRAIN_SECONDS": str(DRAIN_SECONDS),
        "KIROSAMPLE_METRICS": "on",
        **({"KIROSAMPLE_DB_TLS": "verify-full"} if database else {"DATABASE_URL": "none"}),
    }


class Service(Construct):
    """A Fargate service behind a target group, in private subnets of two zones.

    Only CloudFormation writes the task definition; how many tasks run is the auto scaling's, and no
    deployment resets it. A second container, the gate, asks the application once and ends: ECS
    registers a task with the load balancer when all its containers were started, without waiting
    for any check, and the gate is started only when the application is healthy.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        security_group: ec2.ISecurityGroup,
        target_group: elb.ApplicationTargetGroup,
        repository: ecr.IRepository,
        public_url: str,
        cookie_keys: secretsmanager.ISecret,
        database_secret: secretsmanager.ISecret | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            vpc=vpc,
            container_insights_v2=ecs.ContainerInsights.DISABLED,
        )
        acknowledge(
            self.cluster,
            "AwsSolutions-ECS4",
            "Container Insights is billed by the metric, and ECS's own CPU and memory, the load "
            "balancer's metrics and the application's tell what an operator asks.",
        )
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            removal_policy=RemovalPolicy.RETAIN,
        )
        # The construct takes an enumeration of words; the resource takes the days.
        resource = self.log_group.node.default_child
        cast(logs.CfnLogGroup, resource).retention_in_days = config.log_days
        self._image = tasks.image(
            self,
            repository=repository,
            description="The image to run, by its digest in the registry, sha256:...",
        )
        self.task_definition = self._task(
            environment=environment(
                proxies=",".join(map(str, config.public_cidrs)),
                public_url=public_url,
                database=database_secret is not None,
            ),
            secrets={
                "KIROSAMPLE_COOKIE_KEYS": ecs.Secret.from_secrets_manager(cookie_keys),
                **(tasks.database_secrets(database_secret) if database_secret else {}),
            },
            repository=repository,
        )
        self.service = self._service(subnets, security_group)
        # Else the first tasks may start before they may read their secrets.
        self.service.node.add_dependency(self.task_definition.obtain_execution_role())
        self.service.attach_to_application_target_group(target_group)
        self._scale()
        for name, value in (
            ("ClusterName", self.cluster.cluster_name),
            ("ServiceName", self.service.service_name),
            ("TaskDefinitionArn", self.task_definition.task_definition_arn),
        ):
            CfnOutput(self, name, key=name, value=value)

    def _task(
        self,
        *,
        environment: Mapping[str, str],
        secrets: Mapping[str, ecs.Secret],
        repository: ecr.IRepository,
    ) -> ecs.FargateTaskDefinition:
        definition = tasks.task(
            self,
            "Task",
            cpu=self._config.task_cpu,
            memory=self._config.task_memory,
            architecture=self._config.architecture,
            repository=repository,
        )
        app = tasks.add_container(
            definition,
            "app",
            image=self._image,
            log_group=self.log_group,
            environment=environment,
            secrets=secrets,
            port_mappings=[ecs.PortMapping(container_port=TASK_PORT)],
            health_check=ecs.HealthCheck(
                command=["CMD", *_CHECK],
                interval=Duration.seconds(10),
                timeout=Duration.seconds(5),
                retries=3,
                start_period=Duration.seconds(START_SECONDS),
            ),
            start_timeout=Duration.seconds(GATE_SECONDS),
            stop_timeout=Duration.seconds(STOP_SECONDS),
        )
        gate = tasks.add_container(
            definition,
            "gate",
            image=self._image,
            log_group=self.log_group,
            command=_CHECK[1:],
            essential=False,
        )
        gate.add_container_dependencies(
            ecs.ContainerDependency(
                container=app, condition=ecs.ContainerDependencyCondition.HEALTHY
            )
        )
        return definition

    def _service(
        self, subnets: ec2.SubnetSelection, security_group: ec2.ISecurityGroup
    ) -> ecs.FargateService:
        return ecs.FargateService(
            self,
            "Service",
            cluster=self.cluster,
            task_definition=self.task_definition,
            vpc_subnets=subnets,
            security_groups=[security_group],
            assign_public_ip=False,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            health_check_grace_period=Duration.seconds(60),
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
        )

    def _scale(self) -> None:
        count = self.service.auto_scale_task_count(
            min_capacity=self._config.min_tasks, max_capacity=self._config.max_tasks
        )
        cooldowns: dict[str, Any] = {
            "scale_out_cooldown": Duration.minutes(1),
            "scale_in_cooldown": Duration.minutes(5),
        }
        count.scale_on_cpu_utilization("Cpu", target_utilization_percent=CPU_PERCENT, **cooldowns)
        count.scale_on_memory_utilization(
            "Memory", target_utilization_percent=MEMORY_PERCENT, **cooldowns
        )
