"""Workers and scheduled jobs, and what all tasks of a stack share."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Aws, Duration, RemovalPolicy, Stack, TimeZone
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct, IDependable

from ishizue_ops import app_contract, timing
from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.acknowledge import acknowledge_wildcard
from ishizue_ops.design.alarms import AlarmTopic, metric_of, rule, section
from ishizue_ops.design.network import PrivateNetwork
from ishizue_ops.design.service_task import ServiceTask
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.product import ScheduledJob, Urgency, Worker

_CREDENTIALS = {"rds": "RdsApplication", "aurora": "AuroraApplication", "none": ""}
"""The name of the credentials that the tasks get, by kind of database."""


class Runtime(Construct):
    """The cluster, the log, and the stack's parameter that names the image.

    The service that serves is made in it too. `tasks` has all that were made, by their names.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: PrivateNetwork,
        repository: ecr.IRepository,
        public_url: str | None = None,
        secrets: Mapping[str, ecs.Secret] | None = None,
        database_secret: secretsmanager.ISecret | None = None,
        metrics: Mapping[str, cloudwatch.IMetric] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.config = config
        self.metrics = metrics or {}
        self.tasks: dict[str, ServiceTask] = {}
        self.network = network
        self._repository = repository
        self.cluster = tasks.cluster(self, network.vpc)
        # Retained after a failed creation too: it says why the tasks did not become ready.
        self.log_group = tasks.log_group(self, days=config.log_days, removal=RemovalPolicy.RETAIN)
        self.image = tasks.image(
            self,
            repository=repository,
            description="The image to run, by its digest in the registry, sha256:...",
        )
        self.environment = app_contract.environment(
            config, public_url=public_url, database=database_secret is not None
        )
        self._secrets = dict(secrets or {})
        if database_secret:
            keys = app_contract.database_secrets(config.names)
            self._secrets |= tasks.from_secret(database_secret, keys)
        output(self, "ClusterName", self.cluster.cluster_name)

    def secrets(self, task: str) -> dict[str, ecs.Secret]:
        """The secrets of the task of this name, by their settings."""
        others = {
            secret.setting
            for secret in self.config.product.secrets
            if secret.only and task not in secret.only
        }
        return {name: secret for name, secret in self._secrets.items() if name not in others}

    def task(self, scope: Construct, *, cpu: int, memory: int) -> ecs.FargateTaskDefinition:
        """A task definition without containers, whose execution role reads the secrets."""
        return tasks.task(
            scope,
            "Task",
            cpu=cpu,
            memory=memory,
            architecture=self.config.architecture,
            repository=self._repository,
            credentials=_CREDENTIALS[self.config.database],
        )

    def workload(
        self, scope: Construct, workload: Worker | ScheduledJob, **options: object
    ) -> ecs.FargateTaskDefinition:
        """The task of a worker or a job: a container of that name. It has no pages to try."""
        made = self.task(scope, cpu=workload.cpu, memory=workload.memory)
        told = {**self.environment, **workload.environment}
        told.pop(app_contract.SMOKE_TEST, None)
        container = tasks.add_container(
            made,
            workload.name,
            image=self.image,
            log_group=self.log_group,
            command=list(workload.command),
            environment=told,
            secrets=self.secrets(workload.name),
            stop_timeout=Duration.seconds(timing.WORKER_STOP_SECONDS),
            **options,
        )
        self.tasks[workload.name] = ServiceTask(made, container)
        return made

    def service(
        self,
        scope: Construct,
        task_definition: ecs.FargateTaskDefinition,
        security_group: ec2.ISecurityGroup,
        **options: Any,
    ) -> ecs.FargateService:
        """A rolling service of ECS for these tasks; `options` are those of `ecs.FargateService`."""
        made = ecs.FargateService(
            scope,
            "Service",
            cluster=self.cluster,
            task_definition=task_definition,
            vpc_subnets=self.network.task_subnets,
            security_groups=[security_group],
            assign_public_ip=self.network.public_tasks,
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            # Explicit: a property that leaves the template may keep its value.
            deployment_strategy=ecs.DeploymentStrategy.ROLLING,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            **options,
        )
        # Otherwise the first tasks may start before they have the right to read their secrets.
        made.node.add_dependency(task_definition.obtain_execution_role())
        return made


class WorkerService(Construct):
    """A Fargate service without a load balancer, in the runtime's cluster.

    A deployment stops the old tasks before it starts new ones. ECS does not count a task that is
    stopping (containers-roadmap 959): the old one may finish its last work beside the new one, and
    what takes work must lock it. A task counts as started when its health check passes, and the
    circuit breaker takes back a release whose tasks do not.

    A release replaces it only `after` what it depends on.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        runtime: Runtime,
        worker: Worker,
        security_group: ec2.ISecurityGroup,
        after: IDependable | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.worker = worker
        health_check = tasks.health_check(runtime.config)
        self.task_definition = runtime.workload(self, worker, health_check=health_check)
        scales = worker.max_tasks > worker.min_tasks
        self.service = runtime.service(
            self,
            self.task_definition,
            security_group,
            # Where it scales, no deployment resets the number.
            desired_count=None if scales else worker.min_tasks,
            # ECS balances zones only where it may start more than it has.
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.DISABLED,
            min_healthy_percent=0,
            max_healthy_percent=100,
        )
        if after:
            self.service.node.add_dependency(after)
        if scales and worker.metric:
            count = self.service.auto_scale_task_count(
                min_capacity=worker.min_tasks, max_capacity=worker.max_tasks
            )
            count.scale_on_metric(
                "Metric",
                metric=metric_of(runtime.config, worker.metric, worker.statistic, runtime.metrics),
                scaling_steps=[
                    scaling.ScalingInterval(change=step.change, lower=step.lower, upper=step.upper)
                    for step in worker.scaling_steps
                ],
            )


SECTION = "Jobs"
"""The heading of the operations page's section on them."""


class JobSchedule(Construct):
    """The job's task, its schedule, and what tells of a run that failed.

    Scheduler's metrics are by group (its user guide, "Monitoring with CloudWatch"), so that the
    schedule has one of its own. A run that could not be started is tried again for an hour.

    A release changes it only `after` what it depends on.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        runtime: Runtime,
        job: ScheduledJob,
        security_group: ec2.ISecurityGroup,
        alarms: AlarmTopic,
        after: IDependable | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        network = runtime.network
        self.task_definition = runtime.workload(self, job)
        group = scheduler.ScheduleGroup(self, "Group", removal_policy=RemovalPolicy.DESTROY)
        role = iam.Role(
            self,
            "SchedulerRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": Aws.ACCOUNT_ID,
                        "aws:SourceArn": group.schedule_group_arn,
                    }
                },
            ),
        )
        self._allow_run(role, runtime.cluster)
        schedule = scheduler.Schedule(
            self,
            "Schedule",
            schedule_group=group,
            schedule=scheduler.ScheduleExpression.expression(
                job.schedule, TimeZone.of(job.time_zone)
            ),
            target=targets.EcsRunFargateTask(
                runtime.cluster,
                task_definition=self.task_definition,
                vpc_subnets=network.task_subnets,
                security_groups=[security_group],
                assign_public_ip=False,
                max_event_age=Duration.hours(1),
                role=role.without_policy_updates(),
            ),
        )
        if network.public_tasks:
            # The target takes it only for subnets that are chosen by their type.
            cast(scheduler.CfnSchedule, schedule.node.default_child).add_property_override(
                "Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",
                "ENABLED",
            )
        if after:
            schedule.node.add_dependency(after)
        # Scheduler tries the role at once, before it has its policy.
        schedule.node.add_dependency(role)
        alarms.alarm(
            self,
            "JobNotStarted",
            # An error that a later try heals is none.
            group.metric_dropped(period=Duration.minutes(5)),
            threshold=1,
            periods=1,
            urgency=Urgency.MORNING,
            of=job.name,
        )
        config = runtime.config
        field = events.EventField.from_path
        rule(
            self,
            "Failed",
            alarms.topic,
            config.text("{}: the job {} failed. {}: {} Its containers: {} What to do: {}").format(
                config.names.title,
                job.name,
                field("$.detail.stopCode"),
                field("$.detail.stoppedReason"),
                field("$.detail.containers"),
                section(config, SECTION),
            ),
            source=["aws.ecs"],
            detail_type=["ECS Task State Change"],
            detail={
                "clusterArn": [runtime.cluster.cluster_arn],
                # ECS's default for a task that no service started.
                "group": [f"family:{self.task_definition.family}"],
                "lastStatus": ["STOPPED"],
                # A task that did not start has no exit code, which `anything-but` does not match.
                "$or": [
                    {"stopCode": [{"anything-but": "EssentialContainerExited"}]},
                    {"containers": {"exitCode": [{"anything-but": 0}]}},
                ],
            },
        )

    def _allow_run(self, role: iam.Role, cluster: ecs.ICluster) -> None:
        """Allow every revision of the task: a release changes the role before the schedule, which
        meanwhile runs the revision before.
        """
        family = Stack.of(self).format_arn(
            service="ecs",
            resource="task-definition",
            resource_name=f"{self.task_definition.family}:*",
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["ecs:RunTask"],
                resources=[family],
                conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            )
        )
        acknowledge_wildcard(role, family, "All revisions of one task, on one cluster.")
        execution_role = self.task_definition.obtain_execution_role()
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.task_definition.task_role.role_arn, execution_role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            )
        )
