"""What visitors reach: a public load balancer or CloudFront, and the DNS records."""

from aws_cdk import Fn, RemovalPolicy
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design import stack_parameters
from ishizue_ops.design.edge import waf
from ishizue_ops.design.edge.balancer import Entrance, PublicBalancer, Surroundings
from ishizue_ops.design.edge.distribution import Cdn


class Edge(Construct):
    """The way in; the domain leads to its `entrance`.

    CloudFormation updates what no edge connects in any order, so `order_around` orders what
    visitors notice of a new domain.
    """

    def __init__(self, scope: Construct, construct_id: str, surroundings: Surroundings) -> None:
        super().__init__(scope, construct_id)
        config = surroundings.config
        self._redirect: elb.ApplicationListener | None = None
        self._records: list[route53.ARecord | route53.AaaaRecord] = []
        zone = None
        if config.domain:
            name = config.names.parameter(stack_parameters.HOSTED_ZONE)
            zone_id = stack_parameters.receive(self, name)
            zone = route53.HostedZone.from_hosted_zone_id(self, "Zone", zone_id)
        if config.cdn:
            cdn = Cdn(self, "Cdn", surroundings)
            self.entrance: Entrance = cdn.entrance
            target: route53.IAliasRecordTarget = targets.CloudFrontTarget(cdn.distribution)
        else:
            public = PublicBalancer(self, surroundings, zone=zone)
            self.entrance = public.entrance
            self._redirect = public.redirect
            target = targets.LoadBalancerTarget(public.entrance.load_balancer)
        if config.domain and zone:
            # With the dot it is the whole name, whether the zone is the domain's or its parent's.
            name = f"{config.domain}."
            to = route53.RecordTarget.from_alias(target)
            self._records.append(
                route53.ARecord(self, "Alias", zone=zone, record_name=name, target=to)
            )
            if config.cdn:
                self._records.append(
                    route53.AaaaRecord(self, "AliasV6", zone=zone, record_name=name, target=to)
                )
            for record in self._records:
                record.node.add_dependency(self.entrance.production_rule)
        if config.has_firewall and not config.cdn:
            waf.protect(self, self.entrance.load_balancer.load_balancer_arn, config=config)
        stack_parameters.output(self, "PublicUrl", self.entrance.public_url, "The website")

    def order_around(self, service: ecs.FargateService) -> None:
        """Order the records and the redirect around the service.

        The tasks name a new domain once it leads to a listener that serves it, and port 80 serves
        until they do: browsers remember a permanent redirect.
        """
        for record in self._records:
            service.node.add_dependency(record)
        if self._redirect:
            self._redirect.node.add_dependency(*self._records, service)


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
