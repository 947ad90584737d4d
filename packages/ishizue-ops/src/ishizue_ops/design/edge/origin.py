"""The internal load balancer, which CloudFront alone reaches, through a VPC origin.

CloudFront's interfaces and their security group are its own. A distribution of another account
cannot use the VPC origin, nor reach the balancer around it, which has no public address
(docs/decisions/0025-cloudfront.md).
"""

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.design.edge.balancer import (
    Surroundings,
    load_balancer,
    production_rule,
    target_group,
)
from ishizue_ops.design.security_groups import admit, from_, group, handle, to
from ishizue_ops.names import CLOUDFRONT_ADDRESSES

PORT = 80


class Origin(Construct):
    """An internal load balancer in the private subnets, its rules, and the VPC origin."""

    def __init__(self, scope: Construct, construct_id: str, surroundings: Surroundings) -> None:
        super().__init__(scope, construct_id)
        network = surroundings.network
        config = surroundings.config
        tasks = surroundings.groups.tasks
        security_group, admission = self._group(network.vpc, tasks, config.region)
        self.load_balancer = load_balancer(
            self,
            surroundings,
            subnets=network.private_subnets,
            security_group=security_group,
            internet_facing=False,
            # CloudFront has appended the viewer's address. The balancer would append CloudFront's.
            xff_header_processing_mode=elb.XffHeaderProcessingMode.PRESERVE,
        )
        self.target_group = target_group(self, surroundings)
        listener = self.load_balancer.add_listener(
            "Http",
            port=PORT,
            protocol=elb.ApplicationProtocol.HTTP,
            open=False,
            default_target_groups=[self.target_group],
        )
        anything = elb.ListenerCondition.path_patterns(["*"])
        self.production_rule = production_rule(listener, anything, self.target_group)
        # The service waits for the rule: without the other one its tasks would fail their checks.
        self.production_rule.node.add_dependency(admission)
        # CloudFront refuses to change a VPC origin that a distribution uses, its tags too
        # (aws-cdk #35765): nothing here may depend on a setting.
        self.vpc_origin = cloudfront.VpcOrigin(
            self,
            "VpcOrigin",
            endpoint=cloudfront.VpcOriginEndpoint.application_load_balancer(self.load_balancer),
            http_port=PORT,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTP_ONLY,
            # The CDK's default is the same in each region.
            vpc_origin_name=config.names.edge if config.names.region else None,
        )
        self.vpc_origin.node.add_dependency(listener)

    def _group(
        self, vpc: ec2.IVpc, tasks: ec2.ISecurityGroup, region: str
    ) -> tuple[ec2.ISecurityGroup, ec2.CfnSecurityGroupIngress]:
        """The balancer's group, and the rule that lets it connect to the tasks.

        They are in this stack, not the state's: they come and go with the load balancer.
        """
        tasks_id = tasks.security_group_id
        addresses = CLOUDFRONT_ADDRESSES[region]
        made = group(
            self,
            "SecurityGroup",
            "The internal load balancer: from CloudFront only",
            vpc,
            egress=[to(app_contract.PORT, "The tasks", destination_security_group_id=tasks_id)],
            ingress=[from_(PORT, "CloudFront", source_prefix_list_id=addresses)],
        )
        admission = admit(
            self,
            "TasksFromOrigin",
            tasks_id,
            made.attr_group_id,
            app_contract.PORT,
            "The internal load balancer",
        )
        return handle(self, "Handle", made), admission
