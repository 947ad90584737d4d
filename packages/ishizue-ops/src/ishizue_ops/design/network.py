"""The VPC, with a public and a private subnet in each of two zones."""

from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
import jsii
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.alarms import AlarmTopic
from ishizue_ops.product import Networks, Urgency


@jsii.implements(ec2.IIpAddresses)
class _ExactSubnets:
    """Gives each subnet its configured network; the CDK would compute its own."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def allocate_vpc_cidr(self) -> ec2.VpcIpamOptions:
        return ec2.VpcIpamOptions(cidr_block=str(self._networks.vpc))

    def allocate_subnets_cidr(
        self,
        input: ec2.AllocateCidrRequest,  # noqa: ARG002
    ) -> ec2.SubnetIpamOptions:
        """The subnets in the CDK's order: by group, then by zone."""
        subnets = (*self._networks.public, *self._networks.private)
        allocated = [ec2.AllocatedSubnet(cidr=str(subnet)) for subnet in subnets]
        return ec2.SubnetIpamOptions(allocated_subnets=allocated)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingNetwork:
    """A VPC that another stack has made.

    `private_subnets` are in two zones, for what nothing outside may reach. With `public_tasks` a
    task reaches AWS's services by a public address of its own.
    """

    vpc: ec2.IVpc
    private_subnets: ec2.SubnetSelection
    public_tasks: bool = False

    @property
    def task_subnets(self) -> ec2.SubnetSelection:
        """The private subnets: they reach AWS's services by NAT."""
        return self.private_subnets


class Network(Construct):
    """The VPC, its subnets and routes.

    Public subnets route to the internet gateway, private ones to a NAT gateway, in their own zone
    if each zone has one, and to S3 through a gateway endpoint. ECR stores image layers in S3, and
    the endpoint is free, unlike traffic through the NAT gateway.

    With a single NAT gateway, losing its zone cuts the other zone's tasks off the internet: they
    keep serving, but no new task can pull its image or read its secrets. Without any, tasks are in
    the public subnets with an address each, and the private ones reach nothing.

    Not a regional NAT gateway (VPC User Guide, "Regional NAT gateways for automatic multi-AZ
    expansion"): it is billed for each zone that it is in and follows the tasks into both, so that
    one would cost what two do; and replacing two changes the addresses that others may allow.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            # jsii calls the methods with other parameters than the Python interface declares.
            ip_addresses=cast(ec2.IIpAddresses, _ExactSubnets(config.product.networks)),
            availability_zones=list(config.zone_names),
            nat_gateways=config.nat_gateways,
            # The load balancer and the NAT gateway request their public addresses themselves.
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(
                    name="Private",
                    subnet_type=(
                        ec2.SubnetType.PRIVATE_ISOLATED
                        if config.public_tasks
                        else ec2.SubnetType.PRIVATE_WITH_EGRESS
                    ),
                ),
            ],
            # Nothing uses the default group, and emptying it needs a Lambda function.
            restrict_default_security_group=False,
        )
        acknowledge(
            self.vpc,
            "AwsSolutions-VPC7",
            "Flow logs are billed by the gigabyte and add little to the access log. Enable them by "
            "hand to investigate.",
        )
        self.public_subnets = ec2.SubnetSelection(subnet_group_name="Public")
        self.private_subnets = ec2.SubnetSelection(subnet_group_name="Private")
        self.public_tasks = config.public_tasks
        self.task_subnets = self.public_subnets if self.public_tasks else self.private_subnets
        # For the tasks of another size, which may still import them when the state is deployed. A
        # public load balancer keeps the public ones exported.
        others = self.vpc.isolated_subnets if self.public_tasks else self.vpc.public_subnets
        unused = self.public_tasks or config.cdn or not config.product.web
        for subnet in others if unused else ():
            cdk.Stack.of(self).export_value(subnet.subnet_id)
        self.vpc.add_gateway_endpoint(
            "S3", service=ec2.GatewayVpcEndpointAwsService.S3, subnets=[self.task_subnets]
        )

    def watch(self, alarms: AlarmTopic) -> None:
        """Alarm on connections that a NAT gateway, if there is one, refuses for want of a port."""
        gateways = [node for node in self.node.find_all() if isinstance(node, ec2.CfnNatGateway)]
        refused = {
            f"refused{i}": cloudwatch.Metric(
                namespace="AWS/NATGateway",
                metric_name="ErrorPortAllocation",
                dimensions_map={"NatGatewayId": gateway.ref},
                statistic="Sum",
            )
            for i, gateway in enumerate(gateways)
        }
        if not refused:
            return
        alarms.alarm(
            self,
            "NatPorts",
            cloudwatch.MathExpression(
                expression="SUM(METRICS())",
                using_metrics=refused,
                period=Duration.minutes(5),
            ),
            threshold=1,
            urgency=Urgency.MORNING,
        )


PrivateNetwork = Network | ExistingNetwork
"""Where tasks and databases are."""
