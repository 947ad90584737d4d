"""How ECS brings a release to the tasks: `DEPLOYMENT=rolling` or `canary`.

A canary's tasks register with a second target group, and ECS moves weight between the two groups in
the listener's production rule. After each release the groups have changed their parts. Every
property of this is updated without interruption (CloudFormation's reference of AWS::ECS::Service).
"""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_iam as iam
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.rollout.alarms import ReleaseAlarms

CANARY_PERCENT = 10
"""A canary gets twice the share that the alarms call bad: one that always fails fires them."""

BAKE = Duration.minutes(5)
"""How long ECS watches the canary's share, and then all requests.

The alarms look at three minutes, whose metrics take up to two to arrive.
"""


def forward(
    tasks: elb.ApplicationTargetGroup, canary: elb.ApplicationTargetGroup | None
) -> elb.ListenerAction:
    """The action of the production rule as it is created; ECS then changes a canary's weights."""
    if canary is None:
        return elb.ListenerAction.forward([tasks])
    return elb.ListenerAction.weighted_forward(
        [
            elb.WeightedTargetGroup(target_group=tasks, weight=100),
            elb.WeightedTargetGroup(target_group=canary, weight=0),
        ]
    )


def options(config: Config, alarms: ReleaseAlarms | None) -> dict[str, Any]:
    """The service's properties that concern deployments.

    The strategy is always explicit: a property that leaves the template may keep its value.
    """
    shared: dict[str, Any] = {
        "min_healthy_percent": 100,
        "max_healthy_percent": 200,
        "circuit_breaker": ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
    }
    if alarms:
        shared["deployment_alarms"] = ecs.DeploymentAlarmConfig(
            alarm_names=alarms.names, behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM
        )
    if config.deployment == "rolling":
        # ECS's guide says that it computes the bake time from the alarms, and that nobody can set
        # it; CloudFormation's says 180 minutes. The pipeline's limits fit either.
        return {**shared, "deployment_strategy": ecs.DeploymentStrategy.ROLLING}
    return {
        **shared,
        "deployment_strategy": ecs.DeploymentStrategy.CANARY,
        "canary_configuration": ecs.TrafficShiftConfig(
            step_percent=CANARY_PERCENT, step_bake_time=BAKE
        ),
        "bake_time": BAKE,
    }


def attach(
    service: ecs.FargateService,
    tasks: elb.ApplicationTargetGroup,
    canary: elb.ApplicationTargetGroup | None,
    production_rule: elb.ApplicationListenerRule,
    test_rule: elb.ApplicationListenerRule | None,
) -> None:
    """Register the service's tasks with the target group, and with the canary's if there is one."""
    alternate = None
    listening = ecs.ListenerRuleConfiguration.application_listener_rule
    if canary is not None:
        alternate = ecs.AlternateTarget(
            "Alternate",
            alternate_target_group=canary,
            production_listener=listening(production_rule),
            test_listener=listening(test_rule) if test_rule else None,
            role=_role(service),
        )
    service.load_balancer_target(
        container_name="app", container_port=app_contract.PORT, alternate_target=alternate
    ).attach_to_application_target_group(tasks)


def _role(scope: Construct) -> iam.Role:
    """ECS's infrastructure role, which moves the weights."""
    policy = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
    made = iam.Role(
        scope,
        "CanaryRole",
        assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(policy)],
        description="ECS moves requests between the target groups of a release",
    )
    acknowledge(
        made,
        f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]",
        "AWS documents this policy for the role and keeps it in step with ECS; it allows to change "
        "rules, listeners and registered targets, nothing else.",
    )
    return made
