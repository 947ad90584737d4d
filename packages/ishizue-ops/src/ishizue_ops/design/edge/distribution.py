"""CloudFront: what it caches, which requests it passes on as they are, and its load balancer."""

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.edge import waf
from ishizue_ops.design.edge.balancer import (
    Entrance,
    Surroundings,
    load_balancer,
    production_rule,
    target_group,
)
from ishizue_ops.design.security_groups import admit, from_, group, handle, to
from ishizue_ops.design.stack_parameters import output, parameter
from ishizue_ops.names import (
    CDN_CERTIFICATE,
    CDN_FIREWALL,
    CDN_ZONE,
    CLOUDFRONT_ADDRESSES,
    DISTRIBUTION,
)
from ishizue_ops.product import Cached

_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""The errors that CloudFront would cache for ten seconds, most of them whatever they say."""

_HEADERS = cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS
"""HSTS and the like, which CloudFront's own 403 and 502 would lack; the tasks' values win."""

PORT = 80


class Origin(Construct):
    """An internal load balancer in the private subnets, its rules, and the VPC origin.

    CloudFront alone reaches it, by interfaces and a security group of its own. A distribution of
    another account cannot use the VPC origin, nor reach the balancer around it, which has no public
    address (docs/decisions/0025-cloudfront.md).
    """

    def __init__(self, scope: Construct, construct_id: str, surroundings: Surroundings) -> None:
        super().__init__(scope, construct_id)
        network = surroundings.network
        config = surroundings.config
        tasks_id = surroundings.groups.tasks.security_group_id
        # In this stack, not the state's: group and rule come and go with the load balancer.
        own = group(
            self,
            "SecurityGroup",
            "The internal load balancer: from CloudFront only",
            network.vpc,
            egress=[to(app_contract.PORT, "The tasks", destination_security_group_id=tasks_id)],
            ingress=[
                from_(PORT, "CloudFront", source_prefix_list_id=CLOUDFRONT_ADDRESSES[config.region])
            ],
        )
        admission = admit(
            self,
            "TasksFromOrigin",
            tasks_id,
            own.attr_group_id,
            app_contract.PORT,
            "The internal load balancer",
        )
        self.load_balancer = load_balancer(
            self,
            surroundings,
            subnets=network.private_subnets,
            security_group=handle(self, "Handle", own),
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


class Cdn(Construct):
    """A distribution before an internal load balancer.

    A response is stored for as long as its own headers say, and not at all without them. Query
    strings that are not part of the key do not reach the tasks either: a page cannot depend on one.
    """

    def __init__(self, scope: Construct, construct_id: str, surroundings: Surroundings) -> None:
        super().__init__(scope, construct_id)
        config = surroundings.config
        product = surroundings.config.product
        origin = Origin(self, "Origin", surroundings)
        self._origin = origins.VpcOrigin.with_vpc_origin(
            origin.vpc_origin, domain_name=origin.load_balancer.load_balancer_dns_name
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=config.names.service,
            default_behavior=self._cached(config, product.pages),
            additional_behaviors={
                **{path: self._passed_on() for path in product.uncached},
                **{
                    cached.path: self._cached(config, cached)
                    for cached in (*product.cached, app_contract.STATIC_FILES)
                },
            },
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0))
                for status in _ERRORS
            ],
            domain_names=[config.domain] if config.domain else None,
            certificate=self._certificate(config),
            web_acl_id=self._given(CDN_FIREWALL, "The firewall's ARN")
            if config.has_firewall
            else None,
            minimum_protocol_version=(
                cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if config.domain else None
            ),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            # Without the edges of South America, Australia and New Zealand, which cost most.
            price_class=cloudfront.PriceClass.PRICE_CLASS_200,
        )
        self._acknowledge(config)
        self.entrance = Entrance(
            load_balancer=origin.load_balancer,
            target_group=origin.target_group,
            production_rule=origin.production_rule,
            public_url=f"https://{config.domain or self.distribution.distribution_domain_name}",
        )
        output(self, DISTRIBUTION, self.distribution.distribution_id)

    def _cached(self, config: Config, cached: Cached) -> cloudfront.BehaviorOptions:
        """Store responses by path, these query strings and whether the viewer takes gzip."""
        strings = cloudfront.CacheQueryStringBehavior
        policy = cloudfront.CachePolicy(
            self,
            cached.name,
            cache_policy_name=f"{config.names.in_account}-{cached.name.lower()}",
            comment=f"{cached.name}: as long as the response says",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.days(365),
            query_string_behavior=(
                strings.allow_list(*cached.query) if cached.query else strings.none()
            ),
            # The tasks compress, with gzip: Brotli would only split the cache.
            enable_accept_encoding_gzip=True,
        )
        return cloudfront.BehaviorOptions(
            origin=self._origin,
            cache_policy=policy,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=_HEADERS,
        )

    def _passed_on(self) -> cloudfront.BehaviorOptions:
        """Pass on every method, with cookies, headers and all query strings."""
        return cloudfront.BehaviorOptions(
            origin=self._origin,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=_HEADERS,
        )

    def _certificate(self, config: Config) -> acm.ICertificate | None:
        """The domain's certificate in us-east-1: the existing one, or that of the CDN's stack."""
        if not config.domain:
            return None
        arn = config.certificate_arn or self._given(CDN_CERTIFICATE, "The certificate's ARN")
        return acm.Certificate.from_certificate_arn(self, "Certificate", arn)

    def _given(self, name: str, description: str) -> str:
        """The parameter with the value of an output of `CdnParts`."""
        return parameter(self, name, description, pattern="arn:aws:[a-z0-9]+:us-east-1:.+")

    def _acknowledge(self, config: Config) -> None:
        accepted = {
            "AwsSolutions-CFR1": "A public website, for any country.",
            "AwsSolutions-CFR3": (
                "It logs by standard logging, version 2: a delivery in us-east-1, not its property."
            ),
        }
        if not config.has_firewall:
            accepted["AwsSolutions-CFR2"] = "WAF=on brings a firewall."
        if not config.domain:
            accepted["AwsSolutions-CFR4"] = (
                "CloudFront sets the protocols of its own name: DOMAIN brings a certificate."
            )
        for rule, reason in accepted.items():
            acknowledge(self.distribution, rule, reason)


class CdnParts(Construct):
    """What CloudFront takes from us-east-1 alone, in a stack there: certificate and firewall.

    The outputs are parameters of the service's stack, which `make deploy` passes on.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        if config.makes_cdn_certificate:
            zone_id = parameter(self, CDN_ZONE, "The domain's zone", pattern="Z[A-Z0-9]+")
            zone = route53.HostedZone.from_hosted_zone_id(self, "Zone", zone_id)
            certificate = acm.Certificate(
                self,
                # Another domain's is another resource: both exist until the distribution has moved.
                f"Certificate-{config.domain}",
                domain_name=str(config.domain),
                validation=acm.CertificateValidation.from_dns(zone),
            )
            output(self, CDN_CERTIFICATE, certificate.certificate_arn)
        if config.has_firewall:
            output(self, CDN_FIREWALL, waf.for_cloudfront(self, config=config))
