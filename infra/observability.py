"""What an operator sees and is told of: the dashboard, the service's alarms and the budget."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.alarms import alarm

NAMESPACE = "KiroSample"
"""Of the metrics that the application writes into its log, in CloudWatch's embedded format."""

SERVICE_DIMENSION = {"Service": "kirosample"}

_MINUTE, _FIVE, _FIFTEEN = (Duration.minutes(count) for count in (1, 5, 15))

_TARGET_5XX = elb.HttpCodeTarget.TARGET_5XX_COUNT
_ELB_5XX = elb.HttpCodeElb.ELB_5XX_COUNT


class Observability(Construct):
    """The dashboard, the alarms that tell `topic`, and a budget a month for the whole account.

    The database's alarms stand beside the database.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: ecs.FargateService,
        load_balancer: elb.ApplicationLoadBalancer,
        target_group: elb.ApplicationTargetGroup,
        topic: sns.ITopic,
        min_tasks: int,
        budget_usd: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self._service, self._topic, self._min_tasks = service, topic, min_tasks
        self._balancer, self._targets = load_balancer.metrics, target_group.metrics
        self._dashboard()
        self._alarms()
        self._budget(budget_usd)

    def _dashboard(self) -> None:
        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.hours(12))
        dashboard.add_widgets(
            _graph(
                "CPU and memory, %",
                self._service.metric_cpu_utilization(period=_MINUTE, label="CPU"),
                self._service.metric_memory_utilization(period=_MINUTE, label="memory"),
            ),
            _graph(
                "Requests a minute, at the load balancer",
                self._balancer.request_count(period=_MINUTE, label="requests"),
            ),
            _graph(
                "Response time, s, at the load balancer",
                self._balancer.target_response_time(period=_MINUTE, statistic="p50", label="p50"),
                self._balancer.target_response_time(period=_MINUTE, statistic="p99", label="p99"),
            ),
        )
        dashboard.add_widgets(
            _graph(
                "5xx a minute, and tasks that do not answer",
                self._balancer.http_code_target(_TARGET_5XX, period=_MINUTE, label="by tasks"),
                self._balancer.http_code_elb(_ELB_5XX, period=_MINUTE, label="by the balancer"),
                self._targets.unhealthy_host_count(period=_MINUTE, label="unhealthy"),
            ),
            _graph(
                "Requests and errors a minute, in the application",
                _own("Requests", "Sum"),
                _own("Errors", "Sum"),
            ),
            _graph(
                "Latency, ms, in the application",
                _own("LatencyMs", "p50", label="p50"),
                _own("LatencyMs", "p99", label="p99"),
            ),
        )
        dashboard.add_widgets(
            _graph("Writes that wait, at most", _own("WriteQueue", "Maximum")),
            _graph("Database connections in use by a task, at most", _own("PoolInUse", "Maximum")),
        )

    def _alarms(self) -> None:
        targets, balancer = self._targets, self._balancer
        self._alarm(
            "Cpu",
            self._service.metric_cpu_utilization(period=_FIVE),
            threshold=90,
            meaning="The tasks' CPU is busy although more were started: MAX_TASKS may be too few",
        )
        self._alarm(
            "Memory",
            self._service.metric_memory_utilization(period=_FIVE),
            threshold=90,
            meaning="The tasks' memory is nearly full: ECS kills a task that has no more",
        )
        self._alarm(
            "ResponseTime",
            balancer.target_response_time(period=_FIVE, statistic="p99"),
            threshold=1,
            meaning="One request in a hundred takes longer than a second",
        )
        self._alarm(
            "TaskErrors",
            balancer.http_code_target(_TARGET_5XX, period=_FIVE),
            threshold=10,
            periods=2,
            meaning="The application answers 5xx: its log says why",
        )
        self._alarm(
            "BalancerErrors",
            balancer.http_code_elb(_ELB_5XX, period=_FIVE),
            threshold=10,
            periods=2,
            meaning="The load balancer answers 5xx itself: no task answered it",
        )
        self._alarm(
            "UnhealthyTasks",
            targets.unhealthy_host_count(period=_MINUTE, statistic="Maximum"),
            threshold=1,
            periods=5,
            meaning="A task does not answer its health check",
        )
        # A task that was never ready was never registered, so it is not among the unhealthy.
        missing = self._alarm(
            "MissingTasks",
            targets.healthy_host_count(period=_MINUTE, statistic="Minimum"),
            threshold=self._min_tasks,
            periods=10,
            below=True,
            # Without a registered task there is no data either.
            missing=cloudwatch.TreatMissingData.BREACHING,
            meaning="Fewer tasks than TASKS are healthy, and others do not take their place",
        )
        # Else the first deployment sets it off, while its tasks start.
        missing.node.add_dependency(self._service)
        self._alarm(
            "NoRequests",
            balancer.request_count(period=_FIFTEEN),
            threshold=1,
            periods=1,
            below=True,
            # Without a request there is no data either.
            missing=cloudwatch.TreatMissingData.BREACHING,
            meaning="Nobody has come for 15 minutes: look at the name, the certificate, the zone",
        )

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        meaning: str,
        periods: int = 3,
        **options: Any,
    ) -> cloudwatch.Alarm:
        return alarm(
            self,
            f"{name}Alarm",
            topic=self._topic,
            metric=metric,
            threshold=threshold,
            periods=periods,
            meaning=meaning,
            **options,
        )

    def _budget(self, usd: int) -> None:
        subscriber = budgets.CfnBudget.SubscriberProperty(
            subscription_type="SNS", address=self._topic.topic_arn
        )
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=usd, unit="USD"),
                # As docs/cost.md counts, so that the two can be compared.
                cost_types=budgets.CfnBudget.CostTypesProperty(include_tax=False),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    axis = cloudwatch.YAxisProps(min=0, show_units=False)
    return cloudwatch.GraphWidget(title=title, left=list(metrics), left_y_axis=axis, width=8)


def _own(name: str, statistic: str, *, label: str | None = None) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=SERVICE_DIMENSION,
        statistic=statistic,
        period=_MINUTE,
        label=label or name,
    )
