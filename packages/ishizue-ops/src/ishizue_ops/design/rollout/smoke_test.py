"""The smoke test: a canary is asked for pages before a visitor's request reaches it.

When the test listener leads to the new tasks alone, ECS calls a function, and takes the release
back unless that succeeds. ECS documents lifecycle stages for blue/green, linear and canary
deployments, and none for rolling ones (developer guide, "Lambda hooks for Amazon ECS service
deployments", "Amazon ECS canary deployments").
"""

from pathlib import Path
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as functions
from constructs import Construct

from ishizue_ops.app_contract import READINESS_PATH, TEST_PORT
from ishizue_ops.config import Config
from ishizue_ops.design import security_groups, tasks
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.edge.balancer import Entrance
from ishizue_ops.design.network import PrivateNetwork
from ishizue_ops.design.rollout import strategy

WAIT = Duration.minutes(15)
"""ECS waits so long for the function's result before it takes the release back."""

_FUNCTION = Path(__file__).with_name("smoke_test_function.py")
_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"


class SmokeTest(Construct):
    """The test listener with its `rule`, and the function that ECS calls."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: PrivateNetwork,
        entrance: Entrance,
    ) -> None:
        super().__init__(scope, construct_id)
        balancer = entrance.load_balancer
        listener = balancer.add_listener(
            "SmokeTest",
            port=TEST_PORT,
            protocol=elb.ApplicationProtocol.HTTP,
            open=False,
            default_target_groups=[entrance.target_group],
        )
        self.rule = elb.ApplicationListenerRule(
            self,
            "Rule",
            listener=listener,
            priority=1,
            conditions=[elb.ListenerCondition.path_patterns(["*"])],
            action=strategy.forward(entrance.target_group, entrance.canary_group),
        )
        role = iam.Role(
            self,
            "FunctionRole",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
        )
        finding = f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_POLICY}]"
        acknowledge(role, finding, "AWS documents it for functions in a VPC.")
        function = functions.Function(
            self,
            "Function",
            description="Asks a release for pages before visitors do",
            runtime=functions.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=functions.Code.from_inline(_FUNCTION.read_text(encoding="utf-8")),
            environment={
                "BALANCER": balancer.load_balancer_full_name,
                "PORT": str(TEST_PORT),
                "PATHS": " ".join((READINESS_PATH, *config.product.smoke_test)),
            },
            timeout=Duration.minutes(5),
            role=role,
            vpc=network.vpc,
            vpc_subnets=network.private_subnets,
            security_groups=[self._group(network.vpc, balancer)],
            log_group=tasks.log_group(self, days=config.log_days),
        )
        caller = iam.Role(self, "CallerRole", assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"))
        arn = function.function_arn
        caller.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn])
        )
        self._hook = ecs.DeploymentLifecycleLambdaTarget(
            function,
            "SmokeTest",
            lifecycle_stages=[ecs.DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT],
            role=caller,
        )

    def watch(self, service: ecs.FargateService) -> None:
        """Have ECS call the function in each deployment of the service, the first one too."""
        service.add_lifecycle_hook(self._hook)
        service.node.add_dependency(self)
        # Left out, it is a day (ECS's API, "DeploymentLifecycleHookTimeoutConfiguration").
        limit = {"TimeoutInMinutes": WAIT.to_minutes(), "Action": "ROLLBACK"}
        cast(ecs.CfnService, service.node.default_child).add_property_override(
            "DeploymentConfiguration.LifecycleHooks.0.TimeoutConfiguration", limit
        )

    def _group(self, vpc: ec2.IVpc, balancer: elb.ApplicationLoadBalancer) -> ec2.ISecurityGroup:
        """The function's group: it reaches the test listener, and EC2, which knows addresses."""
        [admitting] = balancer.connections.security_groups
        to = security_groups.to
        into = admitting.security_group_id
        made = ec2.CfnSecurityGroup(
            self,
            "SecurityGroup",
            group_description="The smoke test: to the test listener only",
            vpc_id=vpc.vpc_id,
            security_group_egress=[
                to(TEST_PORT, "The test listener", destination_security_group_id=into),
                to(security_groups.HTTPS, "AWS", cidr_ip=security_groups.ANYWHERE),
            ],
        )
        group = made.attr_group_id
        security_groups.admit(self, "Admission", into, group, TEST_PORT, "The smoke test")
        return ec2.SecurityGroup.from_security_group_id(self, "Handle", group, mutable=False)
