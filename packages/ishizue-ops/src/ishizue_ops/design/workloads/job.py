"""A command of the service's image that EventBridge Scheduler starts at its times."""

from typing import cast

from aws_cdk import Aws, Duration, RemovalPolicy, Stack, TimeZone
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct, IDependable

from ishizue_ops import timing
from ishizue_ops.design.acknowledge import acknowledge_wildcard
from ishizue_ops.design.alarms import AlarmTopic, rule, section
from ishizue_ops.design.workloads.runtime import Runtime
from ishizue_ops.product import ScheduledJob, Urgency

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
        self.task_definition = runtime.workload(
            self, job, stop_timeout=Duration.seconds(timing.WORKER_STOP_SECONDS)
        )
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
