"""The application on Fargate: its task, how many run, and how a deployment replaces them.

Alarms on visitors' responses say when ECS takes a release back.
"""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from ishizue_ops import app_contract, timing
from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.alarms import alarm_name, failed_share, slow_share
from ishizue_ops.design.edge.balancer import Entrance
from ishizue_ops.design.service_task import ServiceTask
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.design.workloads import Runtime

CPU_PERCENT = 70
MEMORY_PERCENT = 80
"""Auto scaling aims at these average uses."""

BAD_PERCENT = 5
MIN_BAD = 3
"""A release is bad if this share of all requests fails or is slow, but not one or two among few.

With few visitors it passes: the container has asked for pages before (`Product.smoke_test`).
"""

PERIODS = 3
BREACHING = 2
"""Two of three bad minutes fire an alarm: ECS bakes a release for as long as that takes."""


class ReleaseAlarms(Construct):
    """The alarms by which ECS takes back a bad release whose tasks look healthy.

    Two on what the load balancer measures of all tasks while ECS deploys; without requests both are
    OK. They notify nobody: ECS's event of the failed deployment does, and the service's own alarms
    at other times. They know nothing of the service, which depends on them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        load_balancer: elb.ApplicationLoadBalancer,
    ) -> None:
        super().__init__(scope, construct_id)
        measured = load_balancer.metrics
        failed = measured.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT)
        self.names = []
        for name, metric, what in (
            (
                "Errors",
                failed_share(config, measured, failed, at_least=MIN_BAD),
                "tasks respond with 5xx",
            ),
            ("Slow", slow_share(config, measured, at_least=MIN_BAD), "tasks respond slowly"),
        ):
            made = cloudwatch.Alarm(
                self,
                name,
                alarm_name=alarm_name(self, config, f"Release{name}"),
                alarm_description=config.text(
                    f"While ECS deploys a release, it takes it back: {what}"
                ),
                metric=metric,
                threshold=BAD_PERCENT,
                evaluation_periods=PERIODS,
                datapoints_to_alarm=BREACHING,
                comparison_operator=(
                    cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
                ),
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            self.names.append(made.alarm_name)


class FargateService:
    """A Fargate service in its runtime, behind the entrance if there is one.

    CloudFormation alone writes the task definition. Auto scaling alone sets the number of tasks; no
    deployment resets it.

    ECS registers a task with the load balancer once all its containers have started, whatever
    their health. A second container, the gate, starts only when the application is healthy, and
    delays the registration until then. It is essential, so that a task whose application never
    becomes healthy stops (docs/decisions/0014-gate.md).
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        security_group: ec2.ISecurityGroup,
        entrance: Entrance | None = None,
        alarms: ReleaseAlarms | None = None,
    ) -> None:
        config = runtime.config
        self.task_definition = _task(runtime)
        self.service = runtime.service(
            runtime,
            self.task_definition,
            security_group,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            health_check_grace_period=Duration.seconds(timing.GRACE_SECONDS),
            min_healthy_percent=100,
            max_healthy_percent=200,
            # ECS's guide says that it computes the bake time from the alarms, and that nobody can
            # set it; CloudFormation's says 180 minutes. The pipeline's limits fit either.
            deployment_alarms=ecs.DeploymentAlarmConfig(
                alarm_names=alarms.names, behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM
            )
            if alarms
            else None,
        )
        if entrance:
            self.service.load_balancer_target(
                container_name="app", container_port=app_contract.PORT
            ).attach_to_application_target_group(entrance.target_group)
        count = self.service.auto_scale_task_count(
            min_capacity=config.min_tasks, max_capacity=config.max_tasks
        )
        cooldowns: dict[str, Any] = {
            "scale_out_cooldown": Duration.minutes(1),
            "scale_in_cooldown": Duration.minutes(5),
        }
        count.scale_on_cpu_utilization("Cpu", target_utilization_percent=CPU_PERCENT, **cooldowns)
        count.scale_on_memory_utilization(
            "Memory", target_utilization_percent=MEMORY_PERCENT, **cooldowns
        )
        output(runtime, "ServiceName", self.service.service_name)
        output(runtime, "TaskDefinitionArn", self.task_definition.task_definition_arn)


def _task(runtime: Runtime) -> ecs.FargateTaskDefinition:
    config = runtime.config
    definition = runtime.task(runtime, cpu=config.task_cpu, memory=config.task_memory)
    app = tasks.add_container(
        definition,
        "app",
        image=runtime.image,
        log_group=runtime.log_group,
        environment=runtime.environment,
        secrets=runtime.secrets("app"),
        port_mappings=[ecs.PortMapping(container_port=app_contract.PORT)],
        health_check=tasks.health_check(config),
        start_timeout=Duration.seconds(timing.GATE_SECONDS),
        stop_timeout=Duration.seconds(timing.STOP_SECONDS),
    )
    gate = tasks.add_container(
        definition,
        "gate",
        image=runtime.image,
        log_group=runtime.log_group,
        entry_point=list(app_contract.GATE[:2]),
        command=list(app_contract.GATE[2:]),
        # An essential container without a check would make the task's health UNKNOWN, and a
        # deployment waits for HEALTHY.
        health_check=ecs.HealthCheck(
            command=["CMD", "true"],
            interval=Duration.seconds(timing.GATE_CHECK_SECONDS),
            timeout=Duration.seconds(timing.GATE_CHECK_TIMEOUT_SECONDS),
        ),
        stop_timeout=Duration.seconds(timing.GATE_STOP_SECONDS),
    )
    gate.add_container_dependencies(
        ecs.ContainerDependency(container=app, condition=ecs.ContainerDependencyCondition.HEALTHY)
    )
    runtime.tasks["app"] = ServiceTask(definition, app)
    return definition
