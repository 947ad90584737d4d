"""The public load balancer, and what the internal one has in common with it."""

from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from constructs import Construct

from ishizue_ops import app_contract, timing
from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.network import Network
from ishizue_ops.design.security_groups import SecurityGroups

PRODUCTION_PRIORITY = 100
"""The priority of the rule that forwards to the tasks, with room for others before it."""

UNKNOWN_PRIORITY = 50_000
"""The priority of the rule for other names: the last that is possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every load balancer is made of: the settings, and parts of the state's stack."""

    config: Config
    network: Network
    groups: SecurityGroups
    access_logs: s3.IBucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """A load balancer and the target group that it forwards to.

    The service registers its tasks with `target_group`; `production_rule` forwards to them.
    Visitors use `public_url`, for which `certificate` is, if it is in this region.
    """

    load_balancer: elb.ApplicationLoadBalancer
    target_group: elb.ApplicationTargetGroup
    production_rule: elb.ApplicationListenerRule
    public_url: str
    certificate: acm.ICertificate | None = None


class AccessLogs(Construct):
    """A private bucket whose objects expire after `days`.

    `log_access_logs` of a load balancer lets CloudWatch's log delivery write to it too, which
    delivers CloudFront's.
    """

    def __init__(self, scope: Construct, construct_id: str, *, days: int) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            # Load balancers support no other encryption.
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        why = "It holds access logs; logging access to it would need another bucket."
        acknowledge(self.bucket, "AwsSolutions-S1", why)


def load_balancer(
    scope: Construct,
    surroundings: Surroundings,
    *,
    subnets: ec2.SubnetSelection,
    security_group: ec2.ISecurityGroup | None,
    **options: Any,
) -> elb.ApplicationLoadBalancer:
    """A load balancer that logs (`ACCESS_LOGS`), and refuses what it cannot parse."""
    made = elb.ApplicationLoadBalancer(
        scope,
        "LoadBalancer",
        vpc=surroundings.network.vpc,
        vpc_subnets=subnets,
        security_group=security_group,
        idle_timeout=Duration.seconds(timing.IDLE_SECONDS),
        drop_invalid_header_fields=True,
        # AWS's default forwards ambiguous requests, such as one with both Content-Length and
        # Transfer-Encoding: request smuggling.
        desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
        **options,
    )
    if surroundings.config.access_logs:
        made.log_access_logs(surroundings.access_logs)
    else:
        # No document says that an attribute is reset when it leaves a template.
        made.set_attribute("access_logs.s3.enabled", "false")
        acknowledge(made, ("AwsSolutions-ELB2",), "ACCESS_LOGS=off: no request is logged.")
    return made


def target_group(scope: Construct, surroundings: Surroundings) -> elb.ApplicationTargetGroup:
    """The tasks' target group."""
    return elb.ApplicationTargetGroup(
        scope,
        "Tasks",
        vpc=surroundings.network.vpc,
        target_type=elb.TargetType.IP,
        protocol=elb.ApplicationProtocol.HTTP,
        port=app_contract.PORT,
        deregistration_delay=Duration.seconds(timing.DEREGISTRATION_SECONDS),
        health_check=elb.HealthCheck(
            path=app_contract.LIVENESS_PATH,
            healthy_http_codes="200",
            interval=Duration.seconds(timing.BALANCER_CHECK_SECONDS),
            timeout=Duration.seconds(timing.BALANCER_CHECK_TIMEOUT_SECONDS),
            healthy_threshold_count=timing.BALANCER_CHECK_COUNT,
            unhealthy_threshold_count=timing.BALANCER_CHECK_COUNT,
        ),
    )


def production_rule(
    listener: elb.ApplicationListener,
    condition: elb.ListenerCondition,
    tasks: elb.ApplicationTargetGroup,
) -> elb.ApplicationListenerRule:
    """The rule that forwards to the tasks."""
    return elb.ApplicationListenerRule(
        listener,
        "Production",
        listener=listener,
        priority=PRODUCTION_PRIORITY,
        conditions=[condition],
        action=elb.ListenerAction.forward([tasks]),
    )


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
