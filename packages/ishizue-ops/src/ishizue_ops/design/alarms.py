"""The topic that alarms notify, and how each alarm is made."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.names import Names
from ishizue_ops.product import DATABASE_AWAY, Urgency

_MINUTE = Duration.minutes(1)

PAGES = {"en": "docs/operations.md", "ja": "docs/operations.ja.md"}
"""The operations page of each language. It has a section for each alarm, under its name."""

AWAY = 0.5
"""A database is away in a minute in which this share of the tasks' checks of it fail."""

FEW = 3
MINUTES = 5
"""An alarm on requests starts with so many bad minutes of five, and so does the one on an away
database. So bad minutes always start one of the two, and a lost database starts one alone: of an
outage, only its first and its last minute are no minutes in which it counts as away."""

RENEWAL_DAYS = 30
"""ACM renews its certificates 60 days before they expire, or 45; the last 30 it sends warnings."""


class AlarmTopic(Construct):
    """The SNS topic of a region's alarms, which `ALARM_EMAIL` and `ALARM_URL` subscribe to.

    `publishers` are the services that send to it, such as `cloudwatch`.

    The topic exists without an address too, so that the export to the other stack never changes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, publishers: Sequence[str]
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        # Not encrypted: CloudWatch cannot publish to a topic with AWS's own key.
        self.topic = sns.Topic(
            self, "Topic", display_name=f"{config.names.name} alarms", enforce_ssl=True
        )
        of_account = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        # A topic policy replaces the default one, which allows alarms to publish.
        for service in publishers:
            self.topic.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=f"{service.title().replace('.', '')}Publishes",
                    actions=["sns:Publish"],
                    principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                    resources=[self.topic.topic_arn],
                    # EventBridge sets no condition keys: with a condition its messages would be
                    # lost silently (its user guide, "Troubleshooting": no Condition blocks).
                    conditions={} if service == "events" else of_account,
                )
            )
        if config.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
        if config.alarm_url:
            self.topic.add_subscription(subscriptions.UrlSubscription(config.alarm_url))
        # This alarm notifies by the subscriptions that still work.
        self.alarm(
            self,
            "FailedNotifications",
            self.topic.metric_number_of_notifications_failed(period=Duration.minutes(5)),
            threshold=1,
            periods=1,
            urgency=Urgency.MORNING,
        )

    def alarm(
        self,
        scope: Construct,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        urgency: Urgency,
        meaning: str | None = None,
        periods: int = 3,
        breaching: int | None = None,
        below: bool = False,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        of: str | None = None,
    ) -> cloudwatch.Alarm:
        """An alarm in `scope` that notifies the topic when it starts and when it ends.

        It starts once `periods` consecutive periods, or `breaching` of them, are at or above the
        threshold, or `below` it.
        Its description, which the notification contains, has its meaning, its urgency, the
        section of the operations page and the first command there; `name` is that section's
        heading. The catalogue has the `meaning` of the design's own alarms.

        Several alarms of a stack may have the same `name`, if what each is `of` is different. A
        construct that moves within its stack needs another one: CloudFormation makes the new
        resource before it deletes the old one.
        """
        operators = cloudwatch.ComparisonOperator
        config = self._config
        act = config.text(f"{{}}. Act {urgency}: {{}}")
        description = act.format(meaning or config.meaning(name), section(config, name))
        if first := config.first(name):
            description += " " + config.text("First: {}").format(first.replace("…", "..."))
        made = cloudwatch.Alarm(
            scope,
            f"{name}Alarm",
            alarm_name=alarm_name(scope, config, name if of is None else f"{name}-{of}"),
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            datapoints_to_alarm=breaching,
            comparison_operator=(
                operators.LESS_THAN_THRESHOLD
                if below
                else operators.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            ),
            treat_missing_data=missing,
        )
        action = actions.SnsAction(self.topic)
        made.add_alarm_action(action)
        made.add_ok_action(action)
        return made

    def expiry(self, scope: Construct, certificate: acm.ICertificate) -> None:
        """The alarm on a certificate's end, in the region of the certificate and its metric."""
        self.alarm(
            scope,
            "Certificate",
            certificate.metric_days_to_expiry(),
            threshold=RENEWAL_DAYS,
            periods=1,
            below=True,
            # ACM sends the metric twice a day, and none of an expired certificate.
            missing=cloudwatch.TreatMissingData.IGNORE,
            urgency=Urgency.MORNING,
        )


def alarm_name(scope: Construct, config: Config, what: str) -> str:
    """The readable name of an alarm in this scope's stack."""
    return config.names.alarm(Stack.of(scope).stack_name, what)


def unless_away(
    config: Config, metric: cloudwatch.MathExpression, instead: int
) -> cloudwatch.MathExpression:
    """The metric; while `DATABASE_AWAY` says that the database is away, `instead` of it."""
    if config.database == "none":
        return metric
    return cloudwatch.MathExpression(
        expression=f"IF(FILL(away, 0) >= {AWAY}, {instead}, otherwise)",
        using_metrics={
            "away": own_metric(config.names, DATABASE_AWAY, "Average"),
            "otherwise": metric,
        },
        label=metric.label,
        period=_MINUTE,
    )


def failed_share(
    config: Config,
    balancer: elb.IApplicationLoadBalancerMetrics,
    errors: cloudwatch.IMetric,
    *,
    at_least: int,
    of: str = "requests",
) -> cloudwatch.MathExpression:
    """Percent of a minute's requests that are these errors; 0 with fewer errors than `at_least`."""
    return cloudwatch.MathExpression(
        expression=f"IF(errors >= {at_least}, 100 * errors / {of}, 0)",
        using_metrics={"errors": errors, "requests": balancer.request_count()},
        label=config.text("responses with 5xx, %"),
        period=_MINUTE,
    )


def slow_share(
    config: Config,
    balancer: elb.IApplicationLoadBalancerMetrics,
    *,
    at_least: int,
) -> cloudwatch.MathExpression:
    """Percent of a minute's requests that took over a second; 0 with fewer than `at_least`.

    A percentile has no such floor: among few requests it is the slowest one. Told to ignore low
    sample counts, a p99 would say nothing below 1,000 requests, and keep an old state.
    """
    return cloudwatch.MathExpression(
        expression=f"IF((100 - fast) * requests >= {100 * at_least}, 100 - fast, 0)",
        using_metrics={
            # The percentile rank: percent of the values up to one second.
            "fast": balancer.target_response_time(statistic="PR(:1)"),
            "requests": balancer.request_count(),
        },
        label=config.text("requests over a second, %"),
        period=_MINUTE,
    )


def rule(scope: Construct, name: str, topic: sns.ITopic, text: str, **pattern: Any) -> None:
    """Send EventBridge's events of this pattern to the topic, each as a line of text."""
    # Imported, so that the target leaves the topic's policy alone; it allows EventBridge.
    imported = sns.Topic.from_topic_arn(scope, f"{name}Topic", topic.topic_arn)
    message = events.RuleTargetInput.from_text(text)
    events.Rule(
        scope,
        name,
        event_pattern=events.EventPattern(**pattern),
        targets=[targets.SnsTopic(imported, message=message)],
    )


def tell_of_health(scope: Construct, config: Config, topic: sns.ITopic, region: str) -> None:
    """Send the topic what AWS Health says of this account and the topic's region.

    Retired tasks, forced upgrades and ends of support; not what is wrong with a region for all.
    Events of global services arrive in us-east-1, those of every region also in a backup region
    (AWS Health User Guide, "Creating EventBridge rules for AWS Region coverage").
    """
    field = events.EventField.from_path
    everywhere = ["global"] if region == OUTSIDE_REGION else []
    rule(
        scope,
        "Health",
        topic,
        config.text("{}: AWS Health reports {}. {} What to do: {}").format(
            config.names.title,
            field("$.detail.eventTypeCode"),
            field("$.detail.eventDescription[0].latestDescription"),
            section(config, "AWS Health"),
        ),
        source=["aws.health"],
        detail_type=["AWS Health Event"],
        detail={"eventScopeCode": ["ACCOUNT_SPECIFIC"], "eventRegion": [region, *everywhere]},
    )


def own_metric(
    names: Names,
    name: str,
    statistic: str,
    label: str | None = None,
    period: Duration = _MINUTE,
) -> cloudwatch.Metric:
    """A metric that the application emits every minute, by this period."""
    return cloudwatch.Metric(
        namespace=names.name,
        metric_name=name,
        dimensions_map=app_contract.metrics_dimensions(names),
        statistic=statistic,
        period=period,
        label=label,
    )


def metric_of(
    config: Config,
    metric: str | cloudwatch.IMetric,
    statistic: str,
    given: Mapping[str, cloudwatch.IMetric],
    period: Duration = _MINUTE,
) -> cloudwatch.IMetric:
    """CDK's metric, the one that is given by this name, or the application's own."""
    if not isinstance(metric, str):
        return metric
    return given.get(metric) or own_metric(config.names, metric, statistic, period=period)


def section(config: Config, heading: str) -> str:
    """A section of the operations page: a URL if that page's or the repository is known.

    The page is in the deployment's language if the service has it: `make runbook` writes the
    Japanese one of a service whose `words` are Japanese.
    """
    repository = config.github_repository
    page = PAGES[config.language if config.product.words.language == "ja" else "en"]
    home = f"https://github.com/{repository}/blob/main/" if repository else ""
    return f"{config.product.runbook_url or home + page}#{heading.lower().replace(' ', '-')}"
