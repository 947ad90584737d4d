"""What CloudFront uses and takes from us-east-1 alone: its certificate and its firewall."""

from aws_cdk import CfnOutput, CfnParameter
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra.config import Config
from infra.design.edge import waf
from infra.names import CDN_CERTIFICATE, CDN_FIREWALL, CDN_ZONE


class BeforeCdn(Construct):
    """The outputs are parameters of the service's stack, which `make deploy` hands over."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        if config.makes_cdn_certificate:
            self._output(CDN_CERTIFICATE, self._certificate(str(config.domain)).certificate_arn)
        if config.waf:
            self._output(CDN_FIREWALL, waf.for_cloudfront(self, config=config))

    def _certificate(self, domain: str) -> acm.ICertificate:
        zone = CfnParameter(
            self, CDN_ZONE, description="The domain's zone", allowed_pattern="Z[A-Z0-9]+"
        )
        zone.override_logical_id(CDN_ZONE)
        found = route53.HostedZone.from_hosted_zone_id(self, "Zone", zone.value_as_string)
        return acm.Certificate(
            self,
            "Certificate",
            domain_name=domain,
            validation=acm.CertificateValidation.from_dns(found),
        )

    def _output(self, name: str, value: str) -> None:
        CfnOutput(self, name, key=name, value=value)
