"""What the internet meets: the load balancer, its certificate and name, and the firewall."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra import handover
from infra.waf import web_acl

IDLE_SECONDS = 30
"""Shorter than the server's keep-alive, so that the balancer is the one that closes."""

HEALTH_PATH = "/livez"
HEALTH_SECONDS, HEALTH_TIMEOUT_SECONDS = 10, 5
HEALTH_COUNT = 2
"""Twice for either verdict: with AWS's 30 s and three, a lost zone takes half of all requests
for 90 s."""

DEREGISTRATION_SECONDS = 10
"""Requests under way are answered within 2 s; idle connections are not waited for longer."""


class Edge(Construct):
    """An application load balancer: HTTPS with a redirect from 80, or HTTP where no domain is set.

    `target_group` is where the service registers its tasks, `public_url` where visitors come.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        security_group: ec2.ISecurityGroup,
        access_logs: s3.IBucket,
        task_port: int,
        domain: str | None,
        waf: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.load_balancer = elb.ApplicationLoadBalancer(
            self,
            "LoadBalancer",
            vpc=vpc,
            vpc_subnets=subnets,
            internet_facing=True,
            security_group=security_group,
            idle_timeout=Duration.seconds(IDLE_SECONDS),
            drop_invalid_header_fields=True,
            # Only requests that have one reading reach the tasks. AWS's default forwards ambiguous
            # ones, such as a body beside both Content-Length and Transfer-Encoding.
            desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
        )
        self.load_balancer.log_access_logs(access_logs)
        self.target_group = elb.ApplicationTargetGroup(
            self,
            "Tasks",
            vpc=vpc,
            target_type=elb.TargetType.IP,
            protocol=elb.ApplicationProtocol.HTTP,
            port=task_port,
            deregistration_delay=Duration.seconds(DEREGISTRATION_SECONDS),
            health_check=elb.HealthCheck(
                path=HEALTH_PATH,
                healthy_http_codes="200",
                interval=Duration.seconds(HEALTH_SECONDS),
                timeout=Duration.seconds(HEALTH_TIMEOUT_SECONDS),
                healthy_threshold_count=HEALTH_COUNT,
                unhealthy_threshold_count=HEALTH_COUNT,
            ),
        )
        if domain:
            self._https(domain)
            self.public_url = f"https://{domain}"
        else:
            self._http()
            self.public_url = f"http://{self.load_balancer.load_balancer_dns_name}"
        if waf:
            wafv2.CfnWebACLAssociation(
                self,
                "Firewall",
                resource_arn=self.load_balancer.load_balancer_arn,
                web_acl_arn=web_acl(self, "WebAcl").attr_arn,
            )
        CfnOutput(
            self, "PublicUrl", key="PublicUrl", value=self.public_url, description="The portal"
        )

    def _https(self, domain: str) -> None:
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self,
            "Zone",
            hosted_zone_id=handover.receive(self, handover.HOSTED_ZONE),
            zone_name=domain,
        )
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=domain,
            validation=acm.CertificateValidation.from_dns(zone),
        )
        self.load_balancer.add_listener(
            "Https",
            port=443,
            protocol=elb.ApplicationProtocol.HTTPS,
            certificates=[certificate],
            # TLS 1.3, and 1.2 with forward secrecy; post-quantum key exchange where a client can.
            ssl_policy=elb.SslPolicy.TLS13_12_RES_PQ,
            open=False,
            default_target_groups=[self.target_group],
        )
        self.load_balancer.add_listener(
            "Http",
            port=80,
            protocol=elb.ApplicationProtocol.HTTP,
            open=False,
            default_action=elb.ListenerAction.redirect(
                protocol="HTTPS", port="443", permanent=True
            ),
        )
        route53.ARecord(
            self,
            "Alias",
            zone=zone,
            target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(self.load_balancer)),
        )

    def _http(self) -> None:
        self.load_balancer.add_listener(
            "Http",
            port=80,
            protocol=elb.ApplicationProtocol.HTTP,
            open=False,
            default_target_groups=[self.target_group],
        )
