"""The public load balancer: HTTPS with a redirect from port 80, or HTTP without a domain."""

from typing import Any

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.edge.balancer import (
    Entrance,
    Surroundings,
    load_balancer,
    production_rule,
    target_group,
)

UNKNOWN_PRIORITY = 50_000
"""The priority of the rule for other names: the last that is possible."""


class PublicBalancer:
    """Makes the load balancer in `scope`, which is part of its resources' logical ids.

    `redirect` is the listener of port 80, if there is a domain.
    """

    def __init__(
        self, scope: Construct, surroundings: Surroundings, *, zone: route53.IHostedZone | None
    ) -> None:
        self._scope = scope
        config = surroundings.config
        self._balancer = load_balancer(
            scope,
            surroundings,
            subnets=surroundings.network.public_subnets,
            security_group=surroundings.groups.load_balancer,
            internet_facing=True,
        )
        self._tasks = target_group(scope, surroundings)
        self.redirect: elb.ApplicationListener | None = None
        certificate = None
        if config.domain and zone:
            certificate = self._certificate(config, config.domain, zone)
            rule = self._https(config.domain, certificate)
            self.redirect = self._redirect(config.domain)
        else:
            rule = self._http()
        self.entrance = Entrance(
            load_balancer=self._balancer,
            target_group=self._tasks,
            production_rule=rule,
            public_url=(
                f"https://{config.domain}"
                if config.domain
                else f"http://{self._balancer.load_balancer_dns_name}"
            ),
            certificate=certificate,
        )

    def _redirect(self, domain: str) -> elb.ApplicationListener:
        """Redirect port 80 to HTTPS."""
        return self._listener(
            "Http",
            80,
            default_action=elb.ListenerAction.redirect(
                protocol="HTTPS", port="443", host=domain, permanent=True
            ),
        )

    def _certificate(
        self, config: Config, domain: str, zone: route53.IHostedZone
    ) -> acm.ICertificate:
        if config.certificate_arn:
            return acm.Certificate.from_certificate_arn(
                self._scope, "Certificate", config.certificate_arn
            )
        return acm.Certificate(
            self._scope,
            "Certificate",
            domain_name=domain,
            validation=acm.CertificateValidation.from_dns(zone),
        )

    def _http(self) -> elb.ApplicationListenerRule:
        listener = self._listener("Http", 80, default_target_groups=[self._tasks])
        anything = elb.ListenerCondition.path_patterns(["*"])
        return production_rule(listener, anything, self._tasks)

    def _https(self, domain: str, certificate: acm.ICertificate) -> elb.ApplicationListenerRule:
        """The domain's listener; returns the rule that serves the domain."""
        https = self._listener(
            "Https",
            443,
            certificates=[certificate],
            # TLS 1.3, and 1.2 with forward secrecy; post-quantum key exchange if the client can.
            ssl_policy=elb.SslPolicy.TLS13_12_RES_PQ,
            default_target_groups=[self._tasks],
        )
        serving = production_rule(https, elb.ListenerCondition.host_headers([domain]), self._tasks)
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
        return serving

    def _listener(self, name: str, port: int, **options: Any) -> elb.ApplicationListener:
        protocol = elb.ApplicationProtocol[name.upper()]
        return self._balancer.add_listener(
            name, port=port, protocol=protocol, open=False, **options
        )
