"""What visitors reach: a public load balancer or CloudFront, and the DNS records."""

from aws_cdk import CfnOutput
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Config
from infra.design import handover
from infra.design.edge.balancer import Entrance
from infra.design.edge.distribution import Cdn
from infra.design.edge.public import PublicBalancer
from infra.design.network import Network
from infra.design.security_groups import SecurityGroups
from infra.names import RETIRING, RETIRING_BALANCER, RETIRING_CDN


class Edge(Construct):
    """The way in: `entrance` is where the domain leads, `retiring` what serves until the next one.

    CloudFormation updates what no edge connects in any order, so `switch_with` orders what visitors
    notice of a new domain, or of another way in, around the service.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: Network,
        groups: SecurityGroups,
        access_logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        zone = self._zone() if config.domain else None
        public = self._public(network, groups, access_logs, zone)
        cdn = self._cdn(network, groups, access_logs)
        ways = [made.entrance for made in (public, cdn) if made]
        self.entrance: Entrance = ways[-1] if config.cdn else ways[0]
        self.retiring = next((way for way in ways if way is not self.entrance), None)
        self._redirect: elb.ApplicationListener | None = None
        self._records: list[route53.ARecord | route53.AaaaRecord] = []
        if config.domain and zone:
            self._lead(config.domain, zone, cdn)
            if public:
                self._redirect = public.redirect_http(config.domain)
        if public and config.waf:
            public.protect(config)
        url = self.entrance.public_url
        CfnOutput(self, "PublicUrl", key="PublicUrl", value=url, description="The website")
        if self.retiring:
            CfnOutput(
                self,
                RETIRING,
                key=RETIRING,
                value=RETIRING_BALANCER if config.cdn else RETIRING_CDN,
                description="What the next deployment removes",
            )

    def switch_with(self, service: ecs.FargateService) -> None:
        """Order the records and the redirect around the service.

        The tasks name a new domain once it leads to a listener that serves it, and port 80 serves
        until they do: browsers remember a permanent redirect. Another way in serves on both ports
        before the domain leads there.
        """
        if self.retiring:
            for record in self._records:
                record.node.add_dependency(service)
                if self._redirect:
                    record.node.add_dependency(self._redirect)
            return
        for record in self._records:
            service.node.add_dependency(record)
        if self._redirect:
            self._redirect.node.add_dependency(*self._records, service)

    def _public(
        self,
        network: Network,
        groups: SecurityGroups,
        access_logs: s3.IBucket,
        zone: route53.IHostedZone | None,
    ) -> PublicBalancer | None:
        config = self._config.with_public_balancer
        if config is None:
            return None
        return PublicBalancer(
            self,
            config=config,
            vpc=network.vpc,
            subnets=network.public_subnets,
            security_group=groups.load_balancer,
            access_logs=access_logs,
            zone=zone,
        )

    def _cdn(self, network: Network, groups: SecurityGroups, access_logs: s3.IBucket) -> Cdn | None:
        config = self._config.with_cdn
        if config is None:
            return None
        return Cdn(
            self,
            "Cdn",
            config=config,
            vpc=network.vpc,
            subnets=network.private_subnets,
            tasks=groups.tasks,
            access_logs=access_logs,
        )

    def _zone(self) -> route53.IHostedZone:
        stored = handover.receive(self, names=self._config.names, name=handover.HOSTED_ZONE)
        return route53.HostedZone.from_hosted_zone_id(self, "Zone", stored)

    def _lead(self, domain: str, zone: route53.IHostedZone, cdn: Cdn | None) -> None:
        """The domain's records. The one of IPv4 is the same resource wherever it leads."""
        # With the dot it is the whole name, whether the zone is the domain's or its parent's.
        name, serving = f"{domain}.", self.entrance.production_rule
        if self._config.cdn and cdn:
            target = targets.CloudFrontTarget(cdn.distribution)
            to = route53.RecordTarget.from_alias(target)
            self._records = [
                route53.ARecord(self, "Alias", zone=zone, record_name=name, target=to),
                route53.AaaaRecord(self, "AliasV6", zone=zone, record_name=name, target=to),
            ]
        else:
            balancer = targets.LoadBalancerTarget(self.entrance.load_balancer)
            to = route53.RecordTarget.from_alias(balancer)
            self._records = [route53.ARecord(self, "Alias", zone=zone, record_name=name, target=to)]
        for record in self._records:
            record.node.add_dependency(serving)
