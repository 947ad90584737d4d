"""The alarms by which ECS takes back a bad release whose tasks look healthy.

They watch visitors' responses while ECS deploys, and notify nobody: ECS's event of the failed
deployment does, and the service's own alarms at other times.
"""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.alarms import failed_share, slow_share

BAD_PERCENT = 5
MIN_BAD = 3
"""A release is bad if this share of all requests fails or is slow, but not one or two among few.

With few visitors it passes: the container has asked for pages before (`Product.smoke_test`).
"""

PERIODS = 3
BREACHING = 2
"""Two of three bad minutes fire an alarm: ECS bakes a release for as long as that takes."""


class ReleaseAlarms(Construct):
    """Two alarms on what the load balancer measures of all tasks; without requests both are OK.

    They know nothing of the service, which depends on them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        load_balancer: elb.ApplicationLoadBalancer,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        measured = load_balancer.metrics
        failed = measured.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT)
        errors = failed_share(config, measured, failed, at_least=MIN_BAD)
        slow = slow_share(config, measured, at_least=MIN_BAD)
        self.names = [
            self._alarm("Errors", errors, "tasks respond with 5xx"),
            self._alarm("Slow", slow, "tasks respond slowly"),
        ]

    def _alarm(self, name: str, metric: cloudwatch.IMetric, what: str) -> str:
        made = cloudwatch.Alarm(
            self,
            name,
            alarm_description=self._config.text(
                f"While ECS deploys a release, it takes it back: {what}"
            ),
            metric=metric,
            threshold=BAD_PERCENT,
            evaluation_periods=PERIODS,
            datapoints_to_alarm=BREACHING,
            comparison_operator=(cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD),
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        return made.alarm_name
