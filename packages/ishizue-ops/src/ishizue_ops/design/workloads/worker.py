"""A process of the service's image that nobody connects to, as a service of ECS."""

from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct, IDependable

from ishizue_ops import timing
from ishizue_ops.design import tasks
from ishizue_ops.design.alarms import own_metric
from ishizue_ops.design.workloads.runtime import Runtime
from ishizue_ops.product import Worker


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
        self.task_definition = runtime.workload(
            self,
            worker,
            health_check=tasks.health_check(runtime.config),
            stop_timeout=Duration.seconds(timing.WORKER_STOP_SECONDS),
        )
        network = runtime.network
        scales = worker.max_tasks > worker.min_tasks
        self.service = ecs.FargateService(
            self,
            "Service",
            cluster=runtime.cluster,
            task_definition=self.task_definition,
            # Where it scales, no deployment resets the number.
            desired_count=None if scales else worker.min_tasks,
            vpc_subnets=network.task_subnets,
            security_groups=[security_group],
            assign_public_ip=network.public_tasks,
            # ECS balances zones only where it may start more than it has.
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.DISABLED,
            min_healthy_percent=0,
            max_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            deployment_strategy=ecs.DeploymentStrategy.ROLLING,
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
        )
        # Otherwise the first tasks may start before they have the right to read their secrets.
        self.service.node.add_dependency(self.task_definition.obtain_execution_role())
        if after:
            self.service.node.add_dependency(after)
        if scales and worker.metric:
            count = self.service.auto_scale_task_count(
                min_capacity=worker.min_tasks, max_capacity=worker.max_tasks
            )
            count.scale_on_metric(
                "Metric",
                metric=own_metric(runtime.config.names, worker.metric, worker.statistic),
                scaling_steps=[
                    scaling.ScalingInterval(change=step.change, lower=step.lower, upper=step.upper)
                    for step in worker.scaling_steps
                ],
            )
