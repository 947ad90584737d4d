"""Where alarms go, and the one way to make one."""

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


class AlarmTopic(Construct):
    """The SNS topic of every alarm, and a subscription of the address where one is set.

    The topic is there without an address too, so that setting and clearing it never touches what
    the other stack refers to. AWS asks the address to confirm the subscription.
    """

    def __init__(self, scope: Construct, construct_id: str, *, email: str | None) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", display_name="KiroSample alarms", enforce_ssl=True)
        # A topic with a policy of its own has lost the default one, which lets alarms publish.
        for service in ("cloudwatch", "budgets"):
            self.topic.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=f"{service.capitalize()}Publishes",
                    actions=["sns:Publish"],
                    principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                    resources=[self.topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
                )
            )
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))


def alarm(
    scope: Construct,
    construct_id: str,
    *,
    topic: sns.ITopic,
    metric: cloudwatch.IMetric,
    threshold: float,
    periods: int,
    meaning: str,
    below: bool = False,
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
) -> cloudwatch.Alarm:
    """An alarm that tells the topic when the metric is at or over (or below) the threshold.

    `periods` are as many of the metric's own, one after the other.
    """
    made = cloudwatch.Alarm(
        scope,
        construct_id,
        alarm_description=meaning,
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=(
            cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
            if below
            else cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        treat_missing_data=missing,
    )
    action = actions.SnsAction(topic)
    made.add_alarm_action(action)
    made.add_ok_action(action)
    return made
