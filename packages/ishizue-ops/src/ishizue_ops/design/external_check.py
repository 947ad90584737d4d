"""The external check: Route 53 requests the website from other regions (`OUTSIDE_CHECK`).

Its metrics, and CloudFront's, are in us-east-1 alone, and so are the alarms on them: a stack of its
own, with its own topic, since an alarm notifies topics of its own region.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.design.alarms import AlarmTopic, tell_of_health
from ishizue_ops.design.edge import waf
from ishizue_ops.design.observability import budget
from ishizue_ops.design.stack_parameters import parameter
from ishizue_ops.names import ACCESS_LOGS, CDN_CERTIFICATE, CHECKED_HOST, DISTRIBUTION
from ishizue_ops.product import Urgency

_FIVE = Duration.minutes(5)
_PATTERN = "[A-Za-z0-9:/.-]+"

_MIN_ERRORS = 10
"""Errors in five minutes, as many as for the alarms on the load balancer's and the tasks'."""

_FIELDS = """
    date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)
    cs(User-Agent) cs-uri-query x-edge-result-type x-edge-request-id cs-protocol cs-bytes time-taken
    ssl-protocol x-edge-response-result-type cs-protocol-version time-to-first-byte
    x-edge-detailed-result-type sc-content-type sc-content-len
""".split()  # noqa: SIM905
"""The access log's fields: those of its default that say something here, without cookies."""

_REGIONS = ("ap-northeast-1", "ap-southeast-1", "us-west-2")
"""The checkers' regions; Route 53 needs three. All eight would send three times the requests."""


class ExternalCheck(Construct):
    """The topic, and what notifies it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        budgets = ["budgets"] if config.budget_outside else []
        # AWS Health's events of us-east-1 are told by the stack of the state if REGION is that.
        health = config.speaks_for_account and config.region != OUTSIDE_REGION
        publishers = ["cloudwatch", *budgets, *(["events"] if health else [])]
        self._alarms = AlarmTopic(self, "Alarms", config=config, publishers=publishers)
        if health:
            tell_of_health(self, config, self._alarms.topic, OUTSIDE_REGION)
        if config.outside_check:
            self._check()
        if config.cdn:
            self._watch_cdn(Construct(self, "Cdn"))
        if config.budget_outside:
            budget(self, config.budget_usd, self._alarms.topic)

    def _check(self) -> None:
        """A health check of the website's own name, and its alarm.

        Without a domain the website's name is the stack's parameter. A check does not verify the
        certificate: the alarm Certificate does.
        """
        config = self._config
        kinds = route53.HealthCheckType
        check = route53.HealthCheck(
            self,
            "Check",
            type=kinds.HTTPS if config.domain or config.cdn else kinds.HTTP,
            fqdn=config.domain
            or parameter(self, CHECKED_HOST, "The name that is checked", pattern="[A-Za-z0-9.-]+"),
            resource_path=app_contract.LIVENESS_PATH,
            request_interval=Duration.seconds(30),
            failure_threshold=3,
            regions=list(_REGIONS),
        )
        self._alarms.alarm(
            self,
            "Unreachable",
            cloudwatch.Metric(
                namespace="AWS/Route53",
                metric_name="HealthCheckStatus",
                dimensions_map={"HealthCheckId": check.health_check_id},
                statistic="Minimum",
                period=Duration.minutes(1),
            ),
            threshold=1,
            periods=2,
            below=True,
            urgency=Urgency.NOW,
        )

    def _watch_cdn(self, scope: Construct) -> None:
        """The alarms on the edge: errors, the firewall, the certificate; and the log's delivery.

        The distribution, its certificate and the bucket exist once the service is deployed: they
        are the stack's parameters.
        """
        config = self._config
        distribution = parameter(scope, DISTRIBUTION, "CloudFront's distribution", pattern=_PATTERN)
        self._errors(scope, distribution)
        waf.tell_of_blocked(scope, config=config, alarms=self._alarms)
        if config.domain:
            arn = config.certificate_arn or parameter(
                scope, CDN_CERTIFICATE, "Its certificate", pattern=_PATTERN
            )
            certificate = acm.Certificate.from_certificate_arn(scope, "Certificate", arn)
            self._alarms.expiry(scope, certificate)
        if config.access_logs:
            _log(scope, config, distribution)

    def _errors(self, scope: Construct, distribution: str) -> None:
        dimensions = {"DistributionId": distribution, "Region": "Global"}

        def metric(name: str, statistic: str) -> cloudwatch.IMetric:
            return cloudwatch.Metric(
                namespace="AWS/CloudFront",
                metric_name=name,
                dimensions_map=dimensions,
                statistic=statistic,
                period=_FIVE,
            )

        self._alarms.alarm(
            scope,
            "EdgeErrors",
            cloudwatch.MathExpression(
                expression=f"IF(requests * rate >= {100 * _MIN_ERRORS}, rate, 0)",
                using_metrics={
                    "requests": metric("Requests", "Sum"),
                    "rate": metric("5xxErrorRate", "Average"),
                },
                label=self._config.text("responses with 5xx, %"),
                period=_FIVE,
            ),
            threshold=1,
            periods=2,
            urgency=Urgency.NOW,
        )


def _log(scope: Construct, config: Config, distribution: str) -> None:
    """Standard logging, version 2: the older one needs a bucket with access control lists."""
    name = config.names.edge
    stack = Stack.of(scope)
    source = logs.CfnDeliverySource(
        scope,
        "LogSource",
        name=name,
        log_type="ACCESS_LOGS",
        resource_arn=f"arn:aws:cloudfront::{stack.account}:distribution/{distribution}",
    )
    bucket = parameter(scope, ACCESS_LOGS, "The bucket of the access logs", pattern=_PATTERN)
    destination = logs.CfnDeliveryDestination(
        scope,
        "LogDestination",
        name=name,
        output_format="w3c",
        destination_resource_arn=f"arn:aws:s3:::{bucket}",
    )
    delivery = logs.CfnDelivery(
        scope,
        "LogDelivery",
        delivery_source_name=name,
        delivery_destination_arn=destination.attr_arn,
        record_fields=_FIELDS,
    )
    delivery.node.add_dependency(source)
