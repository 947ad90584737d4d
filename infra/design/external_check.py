"""The external check: Route 53 requests the website from other regions (`OUTSIDE_CHECK`).

Its metrics, and CloudFront's, are in us-east-1 alone, and so are the alarms on them: a stack of its
own, with its own topic, since an alarm notifies topics of its own region.
"""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra import app_contract
from infra.config import Config
from infra.design.alarms import AlarmTopic, Urgency, alarm
from infra.design.edge.monitoring import CdnMonitoring
from infra.design.stack_parameters import parameter
from infra.names import CHECKED_HOST

_REGIONS = ("ap-northeast-1", "ap-southeast-1", "us-west-2")
"""Where the checkers are; Route 53 needs three. All eight would send three times the requests."""


class ExternalCheck(Construct):
    """The topic, and what notifies it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._topic = AlarmTopic(
            self, "Alarms", email=config.alarm_email, publishers=["cloudwatch"]
        ).topic
        if config.outside_check:
            self._check()
        if config.cdn:
            CdnMonitoring(self, "Cdn", config=config, topic=self._topic)

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
        alarm(
            self,
            "Unreachable",
            cloudwatch.Metric(
                namespace="AWS/Route53",
                metric_name="HealthCheckStatus",
                dimensions_map={"HealthCheckId": check.health_check_id},
                statistic="Minimum",
                period=Duration.minutes(1),
            ),
            config=config,
            topic=self._topic,
            threshold=1,
            periods=2,
            below=True,
            meaning="The website does not answer requests from outside",
            urgency=Urgency.NOW,
        )
