"""The domain's hosted zone: state, because the domain is delegated to its name servers."""

from aws_cdk import Fn, RemovalPolicy
from aws_cdk import aws_route53 as route53
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design import stack_parameters


class Zone(Construct):
    """The zone of the domain's records: the existing one, or else a new public one.

    A new one is retained when it leaves the design: the next would have other name servers.
    Delegate the domain to the output `NameServers` before deploying the service, whose certificate
    needs it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, domain: str) -> None:
        super().__init__(scope, construct_id)
        name = config.names.parameter(stack_parameters.HOSTED_ZONE)
        zone_id = config.hosted_zone_id or self._made(domain).hosted_zone_id
        stack_parameters.publish(self, "ZoneId", name, zone_id)

    def _made(self, domain: str) -> route53.PublicHostedZone:
        zone = route53.PublicHostedZone(self, "Zone", zone_name=domain)
        zone.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        # The nearest CAA records decide: a parent's could keep ACM from issuing the certificate.
        route53.CaaAmazonRecord(self, "Caa", zone=zone)
        servers = Fn.join(",", zone.hosted_zone_name_servers or [])
        text = "Delegate the domain to these name servers"
        stack_parameters.output(self, "NameServers", servers, text)
        return zone
