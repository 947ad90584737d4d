"""The domain's zone in Route 53: state, since the domain is delegated to its name servers."""

from aws_cdk import CfnOutput, Fn, RemovalPolicy
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra import handover


class Zone(Construct):
    """A public hosted zone, which stays when it leaves the design, since a new one has new servers.

    Delegate the domain to `NameServers` before the service is deployed: its certificate is issued
    only then.
    """

    def __init__(self, scope: Construct, construct_id: str, *, domain: str) -> None:
        super().__init__(scope, construct_id)
        zone = route53.PublicHostedZone(self, "Zone", zone_name=domain)
        zone.apply_removal_policy(RemovalPolicy.RETAIN)
        handover.publish(self, "ZoneId", name=handover.HOSTED_ZONE, value=zone.hosted_zone_id)
        servers = zone.hosted_zone_name_servers or []
        CfnOutput(
            self,
            "NameServers",
            key="NameServers",
            value=Fn.join(",", servers),
            description="What the domain's registrar is to delegate to",
        )
