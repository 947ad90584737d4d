"""The dashboard, the service's alarms and the budget."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.alarms import AlarmTopic, own_metric
from ishizue_ops.design.edge.balancer import Entrance
from ishizue_ops.names import Names
from ishizue_ops.product import Graph, MetricAlarm, Urgency

_MINUTE, _FIVE, _HOUR = (Duration.minutes(count) for count in (1, 5, 60))

QUIET_HOURS = 24
"""A new website has no visitor for a night; CloudWatch's periods of an alarm add up to a day."""

_TARGET_5XX = elb.HttpCodeTarget.TARGET_5XX_COUNT
_ELB_5XX = elb.HttpCodeElb.ELB_5XX_COUNT


class Observability(Construct):
    """The dashboard (optional), the service's alarms, and a monthly budget for the whole account.

    The database's alarms are in `design/database`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        service: ecs.FargateService,
        entrance: Entrance,
        alarms: AlarmTopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._service, self._topic, self._min_tasks = service, alarms.topic, config.min_tasks
        self._alarm = partial(alarms.alarm, self)
        self._balancer, self._names = entrance.load_balancer.metrics, config.names
        groups = filter(None, (entrance.target_group, entrance.canary_group))
        self._groups = [group.metrics for group in groups]
        if config.dashboard:
            self._dashboard(config.product.graphs)
        self._alarms()
        self._own_alarms(config.product.alarms)
        if not config.outside_check:  # whose requests arrive day and night
            self._no_requests()
        if entrance.certificate:
            alarms.expiry(self, entrance.certificate)
        self._budget(config.budget_usd)

    def _dashboard(self, graphs: Iterable[Graph]) -> None:
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
        own_graphs = [_graph(graph.title, *_own_metrics(graph, self._names)) for graph in graphs]
        dashboard.add_widgets(
            _graph(
                "5xx a minute, and unhealthy tasks",
                self._balancer.http_code_target(_TARGET_5XX, period=_MINUTE, label="by tasks"),
                self._balancer.http_code_elb(_ELB_5XX, period=_MINUTE, label="by the balancer"),
                self._unhealthy(label="unhealthy"),
            ),
            *own_graphs[:2],
        )
        for first in range(2, len(own_graphs), 3):
            dashboard.add_widgets(*own_graphs[first : first + 3])

    def _own_alarms(self, wanted: Iterable[MetricAlarm]) -> None:
        for one in wanted:
            self._alarm(
                one.name,
                own_metric(
                    self._names, one.metric, one.statistic, period=Duration.minutes(one.minutes)
                ),
                threshold=one.threshold,
                periods=one.periods,
                below=one.below,
                meaning=one.meaning,
                urgency=one.urgency,
            )

    def _alarms(self) -> None:
        balancer = self._balancer
        self._alarm(
            "Cpu",
            self._service.metric_cpu_utilization(period=_FIVE),
            threshold=90,
            meaning="CPU stays high although auto scaling added tasks: MAX_TASKS may be too low",
            urgency=Urgency.MORNING,
        )
        self._alarm(
            "Memory",
            self._service.metric_memory_utilization(period=_FIVE),
            threshold=90,
            meaning="Memory is nearly full: ECS kills a task that runs out of memory",
            urgency=Urgency.MORNING,
        )
        self._alarm(
            "ResponseTime",
            balancer.target_response_time(period=_FIVE, statistic="p99"),
            threshold=1,
            meaning="1 % of requests take longer than a second",
            urgency=Urgency.NOW,
        )
        self._alarm(
            "TaskErrors",
            balancer.http_code_target(_TARGET_5XX, period=_FIVE),
            threshold=10,
            periods=2,
            meaning="The application responds with 5xx: its log says why",
            urgency=Urgency.NOW,
        )
        self._alarm(
            "BalancerErrors",
            balancer.http_code_elb(_ELB_5XX, period=_FIVE),
            threshold=10,
            periods=2,
            meaning="The load balancer responds with 5xx: it got no response from a task",
            urgency=Urgency.NOW,
        )
        self._alarm(
            "UnhealthyTasks",
            self._unhealthy(statistic="Maximum"),
            threshold=1,
            periods=5,
            meaning="A task fails the load balancer's health check",
            urgency=Urgency.MORNING,
        )
        # A task that was never ready was never registered, so UnhealthyTasks misses it.
        missing = self._alarm(
            "MissingTasks",
            self._healthy(statistic="Minimum"),
            threshold=self._min_tasks,
            periods=10,
            below=True,
            # Without a registered task there is no data.
            missing=cloudwatch.TreatMissingData.BREACHING,
            meaning="Fewer tasks than TASKS are healthy, and no new ones replace them",
            urgency=Urgency.NOW,
        )
        # Otherwise the first deployment triggers it while its tasks start.
        missing.node.add_dependency(self._service)

    def _unhealthy(self, **options: Any) -> cloudwatch.IMetric:
        counts = [group.unhealthy_host_count(period=_MINUTE, **options) for group in self._groups]
        return _sum(counts, "unhealthy")

    def _healthy(self, **options: Any) -> cloudwatch.IMetric:
        counts = [group.healthy_host_count(period=_MINUTE, **options) for group in self._groups]
        return _sum(counts, "healthy")

    def _requests(self) -> cloudwatch.IMetric:
        """Requests an hour; without healthy tasks no data, or one with a canary's two groups."""
        requests = {
            f"requests{i or ''}": group.request_count() for i, group in enumerate(self._groups)
        }
        tasks = {
            f"tasks{i or ''}": group.healthy_host_count() for i, group in enumerate(self._groups)
        }
        if len(self._groups) == 1:
            expression = "FILL(requests, 0) + 0 * tasks"
        else:
            expression = f"IF({_filled(tasks)} > 0, {_filled(requests)}, 1)"
        return cloudwatch.MathExpression(
            expression=expression,
            using_metrics=requests | tasks,
            label="requests while tasks are healthy",
            period=_HOUR,
        )

    def _no_requests(self) -> None:
        """Requests that reach a task; the balancer also counts scanners at its own addresses.

        Without a request there is no data, and without a task nothing to say: MissingTasks fires.
        """
        self._alarm(
            "NoRequests",
            self._requests(),
            threshold=1,
            periods=QUIET_HOURS,
            below=True,
            meaning=f"No request for {QUIET_HOURS} hours: check DNS and the certificate",
            urgency=Urgency.NOW,
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
                # Like docs/cost.md, so that the two can be compared.
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


def _sum(found: Sequence[cloudwatch.Metric], label: str) -> cloudwatch.IMetric:
    """One metric, or the sum of both target groups' if the design has a canary's."""
    if len(found) == 1:
        return found[0]
    named = {f"group{i}": metric for i, metric in enumerate(found)}
    return cloudwatch.MathExpression(
        expression=_filled(named), using_metrics=named, label=label, period=_MINUTE
    )


def _filled(names: Iterable[str]) -> str:
    """A sum in which a group without data is zero."""
    return " + ".join(f"FILL({name}, 0)" for name in names)


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    axis = cloudwatch.YAxisProps(min=0, show_units=False)
    return cloudwatch.GraphWidget(title=title, left=list(metrics), left_y_axis=axis, width=8)


def _own_metrics(graph: Graph, names: Names) -> list[cloudwatch.IMetric]:
    """The application's own metrics, each labeled by what tells it from the others."""
    one = len({name for name, _ in graph.metrics}) < len(graph.metrics)
    return [
        own_metric(names, name, statistic, label=statistic if one else name)
        for name, statistic in graph.metrics
    ]
