"""The network: a VPC with a public and a private subnet in each of two zones."""

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import cast

import jsii
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.acknowledge import acknowledge


@jsii.implements(ec2.IIpAddresses)
class _ExactSubnets:
    """Gives each subnet the network that it is to have, where the CDK would cut its own."""

    def __init__(self, vpc: IPv4Network, subnets: Sequence[IPv4Network]) -> None:
        self._vpc, self._subnets = vpc, subnets

    def allocate_vpc_cidr(self) -> ec2.VpcIpamOptions:
        return ec2.VpcIpamOptions(cidr_block=str(self._vpc))

    def allocate_subnets_cidr(
        self,
        input: ec2.AllocateCidrRequest,  # noqa: ARG002  (the order is known)
    ) -> ec2.SubnetIpamOptions:
        """The subnets in the order that the CDK asks in: group by group, zone by zone."""
        allocated = [ec2.AllocatedSubnet(cidr=str(subnet)) for subnet in self._subnets]
        return ec2.SubnetIpamOptions(allocated_subnets=allocated)


class Network(Construct):
    """The VPC, its subnets and routes.

    Public subnets route to the internet gateway, private ones to a NAT gateway: their own zone's
    where each zone has one. With a single NAT gateway, losing its zone cuts the other zone's
    tasks off the internet: they serve on, but no new task can pull its image or its secrets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cidr: IPv4Network,
        zones: Sequence[str],
        public: Sequence[IPv4Network],
        private: Sequence[IPv4Network],
        nat_gateways: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            # The interface's own signature is another in Python than the one it is called with.
            ip_addresses=cast(ec2.IIpAddresses, _ExactSubnets(cidr, [*public, *private])),
            availability_zones=list(zones),
            nat_gateways=nat_gateways,
            # What gets a public address (balancer, NAT gateway) asks for it itself.
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(
                    name="Private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS
                ),
            ],
            # Nothing uses the default group; emptying it would take a Lambda function.
            restrict_default_security_group=False,
        )
        acknowledge(
            self.vpc,
            "AwsSolutions-VPC7",
            "Flow logs are billed by the gigabyte, and answer nothing that the load balancer's "
            "access log and the security groups leave open. Turned on by hand for an inquiry.",
        )
        self.public_subnets = ec2.SubnetSelection(subnet_group_name="Public")
        self.private_subnets = ec2.SubnetSelection(subnet_group_name="Private")
