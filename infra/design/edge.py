"""What the internet reaches: the load balancer, its certificate, DNS record and firewall."""

from typing import Any

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra import seam, timing
from infra.config import Config
from infra.design import handover, waf
from infra.design.acknowledge import acknowledge
from infra.design.rollout import strategy

PRODUCTION_PRIORITY, UNKNOWN_PRIORITY = 100, 50_000
"""Of the listener's rules, with room before and between; 50,000 is the last possible."""


class Edge(Construct):
    """An application load balancer: HTTPS with a redirect from port 80, or HTTP without a domain.

    The service registers its tasks with `target_group`, or with `DEPLOYMENT=canary` with that and
    `canary_group`; `production_rule` forwards to them. Visitors use `public_url`. CloudFormation
    updates what no edge connects in any order, so `switch_with` orders the change from HTTP to
    HTTPS and back.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        security_group: ec2.ISecurityGroup,
        access_logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc = vpc
        self.load_balancer = elb.ApplicationLoadBalancer(
            self,
            "LoadBalancer",
            vpc=vpc,
            vpc_subnets=subnets,
            internet_facing=True,
            security_group=security_group,
            idle_timeout=Duration.seconds(timing.IDLE_SECONDS),
            drop_invalid_header_fields=True,
            # AWS's default forwards ambiguous requests, such as one with both Content-Length and
            # Transfer-Encoding: request smuggling.
            desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
        )
        self.load_balancer.log_access_logs(access_logs)
        self.target_group = self._target_group("Tasks")
        self.canary_group = self._target_group("Canary") if config.deployment == "canary" else None
        self.certificate: acm.ICertificate | None = None
        self._alias: route53.ARecord | None = None
        self._redirect: elb.ApplicationListener | None = None
        if config.domain:
            self.public_url = f"https://{config.domain}"
            self.production_rule = self._https(config, config.domain)
        else:
            self.public_url = f"http://{self.load_balancer.load_balancer_dns_name}"
            listener = self._listener("Http", 80, default_target_groups=[self.target_group])
            self.production_rule = self._rule(listener, elb.ListenerCondition.path_patterns(["*"]))
            acknowledge(
                listener,
                ("CKV_AWS_2", "CKV_AWS_103", "CT.ELASTICLOADBALANCING.PR.1"),
                "There is no certificate without a domain: DOMAIN brings HTTPS.",
            )
        if config.waf:
            waf.protect(self, self.load_balancer.load_balancer_arn, config=config)
        CfnOutput(
            self, "PublicUrl", key="PublicUrl", value=self.public_url, description="The website"
        )

    def switch_with(self, service: ecs.FargateService) -> None:
        """Order what visitors notice of a new domain around the service.

        The tasks name the domain once it leads to a listener that serves it, and port 80 serves
        until they do: browsers remember a permanent redirect.
        """
        if self._alias:
            service.node.add_dependency(self._alias)
        if self._redirect:
            self._redirect.node.add_dependency(service)

    def _target_group(self, name: str) -> elb.ApplicationTargetGroup:
        return elb.ApplicationTargetGroup(
            self,
            name,
            vpc=self._vpc,
            target_type=elb.TargetType.IP,
            protocol=elb.ApplicationProtocol.HTTP,
            port=seam.PORT,
            deregistration_delay=Duration.seconds(timing.DEREGISTRATION_SECONDS),
            health_check=elb.HealthCheck(
                path=seam.LIVENESS_PATH,
                healthy_http_codes="200",
                interval=Duration.seconds(timing.BALANCER_CHECK_SECONDS),
                timeout=Duration.seconds(timing.BALANCER_CHECK_TIMEOUT_SECONDS),
                healthy_threshold_count=timing.BALANCER_CHECK_COUNT,
                unhealthy_threshold_count=timing.BALANCER_CHECK_COUNT,
            ),
        )

    def _https(self, config: Config, domain: str) -> elb.ApplicationListenerRule:
        """The domain's listener, record and redirect; returns the rule that serves the domain."""
        zone = route53.HostedZone.from_hosted_zone_id(
            self, "Zone", handover.receive(self, names=config.names, name=handover.HOSTED_ZONE)
        )
        if config.certificate_arn:
            self.certificate = acm.Certificate.from_certificate_arn(
                self, "Certificate", config.certificate_arn
            )
        else:
            self.certificate = acm.Certificate(
                self,
                "Certificate",
                domain_name=domain,
                validation=acm.CertificateValidation.from_dns(zone),
            )
        https = self._listener(
            "Https",
            443,
            certificates=[self.certificate],
            # TLS 1.3, and 1.2 with forward secrecy; post-quantum key exchange if the client can.
            ssl_policy=elb.SslPolicy.TLS13_12_RES_PQ,
            default_target_groups=[self.target_group],
        )
        serving = self._rule(https, elb.ListenerCondition.host_headers([domain]))
        # A rule refers to its listener, so CloudFormation updates the listener first: a default
        # action of 404 would meet visitors before the rule above exists. A last rule does not.
        unknown = elb.ApplicationListenerRule(
            https,
            "Unknown",
            listener=https,
            priority=UNKNOWN_PRIORITY,
            conditions=[elb.ListenerCondition.path_patterns(["*"])],
            action=elb.ListenerAction.fixed_response(
                404, content_type="text/plain", message_body="Unknown host\n"
            ),
        )
        unknown.node.add_dependency(serving)
        self._alias = route53.ARecord(
            self,
            "Alias",
            zone=zone,
            # With the dot it is the whole name, whether the zone is the domain's or its parent's.
            record_name=f"{domain}.",
            target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(self.load_balancer)),
        )
        self._alias.node.add_dependency(serving)
        self._redirect = self._listener(
            "Http",
            80,
            default_action=elb.ListenerAction.redirect(
                protocol="HTTPS", port="443", host=domain, permanent=True
            ),
        )
        self._redirect.node.add_dependency(self._alias)
        return serving

    def _rule(
        self, listener: elb.ApplicationListener, condition: elb.ListenerCondition
    ) -> elb.ApplicationListenerRule:
        return elb.ApplicationListenerRule(
            listener,
            "Production",
            listener=listener,
            priority=PRODUCTION_PRIORITY,
            conditions=[condition],
            action=strategy.forward(self.target_group, self.canary_group),
        )

    def _listener(self, name: str, port: int, **options: Any) -> elb.ApplicationListener:
        protocol = elb.ApplicationProtocol[name.upper()]
        return self.load_balancer.add_listener(
            name, port=port, protocol=protocol, open=False, **options
        )
