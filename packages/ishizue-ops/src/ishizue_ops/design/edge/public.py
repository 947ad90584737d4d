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
        config = surroundings.config
        balancer = load_balancer(
            scope,
            surroundings,
            subnets=surroundings.network.public_subnets,
            security_group=surroundings.groups.load_balancer,
            internet_facing=True,
        )
        tasks = target_group(scope, surroundings)
        plain: dict[str, Any] = {
            "port": 80,
            "protocol": elb.ApplicationProtocol.HTTP,
            "open": False,
        }
        self.redirect: elb.ApplicationListener | None = None
        certificate = None
        if config.domain and zone:
            certificate = _certificate(scope, config, config.domain, zone)
            rule = _https(balancer, tasks, config.domain, certificate)
            to_https = elb.ListenerAction.redirect(
                protocol="HTTPS", port="443", host=config.domain, permanent=True
            )
            self.redirect = balancer.add_listener("Http", default_action=to_https, **plain)
        else:
            listener = balancer.add_listener("Http", default_target_groups=[tasks], **plain)
            rule = production_rule(listener, elb.ListenerCondition.path_patterns(["*"]), tasks)
        self.entrance = Entrance(
            load_balancer=balancer,
            target_group=tasks,
            production_rule=rule,
            public_url=(
                f"https://{config.domain}"
                if config.domain
                else f"http://{balancer.load_balancer_dns_name}"
            ),
            certificate=certificate,
        )


def _certificate(
    scope: Construct, config: Config, domain: str, zone: route53.IHostedZone
) -> acm.ICertificate:
    if config.certificate_arn:
        return acm.Certificate.from_certificate_arn(scope, "Certificate", config.certificate_arn)
    validation = acm.CertificateValidation.from_dns(zone)
    return acm.Certificate(scope, "Certificate", domain_name=domain, validation=validation)


def _https(
    balancer: elb.ApplicationLoadBalancer,
    tasks: elb.ApplicationTargetGroup,
    domain: str,
    certificate: acm.ICertificate,
) -> elb.ApplicationListenerRule:
    """The domain's listener; returns the rule that serves the domain."""
    https = balancer.add_listener(
        "Https",
        port=443,
        protocol=elb.ApplicationProtocol.HTTPS,
        open=False,
        certificates=[certificate],
        # TLS 1.3, and 1.2 with forward secrecy; post-quantum key exchange if the client can.
        ssl_policy=elb.SslPolicy.TLS13_12_RES_PQ,
        default_target_groups=[tasks],
    )
    serving = production_rule(https, elb.ListenerCondition.host_headers([domain]), tasks)
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
