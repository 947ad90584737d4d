"""The dashboard, the service's alarms and the budget."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_sns as sns
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.alarms import (
    FEW,
    MINUTES,
    AlarmTopic,
    failed_share,
    metric_of,
    own_metric,
    slow_share,
    unless_away,
)
from ishizue_ops.design.edge import waf
from ishizue_ops.design.edge.balancer import Entrance
from ishizue_ops.design.workloads import WorkerService
from ishizue_ops.names import Names
from ishizue_ops.product import Graph, Urgency

_MINUTE = Duration.minutes(1)
_FIVE = Duration.minutes(5)

_TARGET_5XX = elb.HttpCodeTarget.TARGET_5XX_COUNT
_ELB_5XX = elb.HttpCodeElb.ELB_5XX_COUNT

_USE = "CPU and memory, %"

_PERCENT = 1
"""The share of a minute's requests that fail: one in a thousand on a busy day wakes nobody. A
release is taken back at five times this share."""

_MIN_BAD = 2
"""At least so many requests of a minute fail: one in the night wakes nobody."""


class Observability(Construct):
    """The dashboard (optional), the service's alarms, and the budget where the region has any.

    The database's alarms are in `design/database`. Without an `entrance` nothing serves.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        alarms: AlarmTopic,
        service: ecs.FargateService | None = None,
        entrance: Entrance | None = None,
        workers: Sequence[WorkerService] = (),
        metrics: Mapping[str, cloudwatch.IMetric] = {},
    ) -> None:
        super().__init__(scope, construct_id)
        self._alarm = partial(alarms.alarm, self)
        self._config = config
        self._text = config.text
        if config.dashboard:
            self._dashboard(service, entrance, workers)
        if service and entrance:
            self._web_alarms(service, entrance)
        self._own_alarms(metrics)
        if workers:
            self._missing_workers(workers)
        if entrance and not config.cdn:
            waf.tell_of_blocked(self, config=config, alarms=alarms)
        if entrance and entrance.certificate:
            alarms.expiry(self, entrance.certificate)
        if config.speaks_for_account and not config.budget_outside:
            budget(self, config.budget_usd, alarms.topic)

    def _dashboard(
        self,
        service: ecs.FargateService | None,
        entrance: Entrance | None,
        workers: Iterable[WorkerService],
    ) -> None:
        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.hours(12))
        others = []
        if service and entrance:
            dashboard.add_widgets(*self._first_row(service, entrance))
            others.append(self._errors(entrance))
        for graph in self._config.product.graphs:
            metrics = _own_metrics(graph, self._config.names)
            others.append(_graph(self._text(graph.title), *metrics))
        for worker in workers:
            title = f"{worker.worker.name}: {self._text(_USE)}"
            others.append(_use(title, self._text("memory"), worker.service))
        for first in range(0, len(others), 3):
            dashboard.add_widgets(*others[first : first + 3])

    def _missing_workers(self, workers: Sequence[WorkerService]) -> None:
        running = {f"running{i}": _running(worker.service) for i, worker in enumerate(workers)}
        minimums = [worker.worker.min_tasks for worker in workers]
        missing = (
            f"IF({least} > FILL({name}, 0), {least} - FILL({name}, 0), 0)"
            for name, least in zip(running, minimums, strict=True)
        )
        self._alarm(
            "MissingWorkers",
            cloudwatch.MathExpression(
                expression=" + ".join(missing),
                using_metrics=running,
                label=self._text("workers that do not run"),
                period=_MINUTE,
            ),
            threshold=1,
            periods=10,
            missing=cloudwatch.TreatMissingData.BREACHING,
            urgency=Urgency.NOW,
        )

    def _own_alarms(self, metrics: Mapping[str, cloudwatch.IMetric]) -> None:
        for alarm in self._config.product.alarms:
            self._alarm(
                alarm.name,
                metric_of(
                    self._config,
                    alarm.metric,
                    alarm.statistic,
                    metrics,
                    Duration.minutes(alarm.minutes),
                ),
                threshold=alarm.threshold,
                periods=alarm.periods,
                below=alarm.below,
                meaning=self._text(alarm.meaning),
                urgency=alarm.urgency,
            )

    def _first_row(
        self, service: ecs.FargateService, entrance: Entrance
    ) -> list[cloudwatch.GraphWidget]:
        balancer = entrance.load_balancer.metrics
        return [
            _use(self._text(_USE), self._text("memory"), service),
            _graph(
                self._text("Requests a minute, at the load balancer"),
                balancer.request_count(period=_MINUTE, label=self._text("requests")),
            ),
            _graph(
                self._text("Response time, s, at the load balancer"),
                balancer.target_response_time(period=_MINUTE, statistic="p50", label="p50"),
                balancer.target_response_time(period=_MINUTE, statistic="p99", label="p99"),
            ),
        ]

    def _errors(self, entrance: Entrance) -> cloudwatch.GraphWidget:
        balancer = entrance.load_balancer.metrics
        return _graph(
            self._text("5xx a minute, and unhealthy tasks"),
            balancer.http_code_target(_TARGET_5XX, period=_MINUTE, label=self._text("by tasks")),
            balancer.http_code_elb(_ELB_5XX, period=_MINUTE, label=self._text("by the balancer")),
            cloudwatch.MathExpression(
                expression="FILL(group0, 0)",
                using_metrics={"group0": entrance.target_group.metrics.unhealthy_host_count()},
                label=self._text("unhealthy"),
                period=_MINUTE,
            ),
        )

    def _web_alarms(self, service: ecs.FargateService, entrance: Entrance) -> None:
        balancer = entrance.load_balancer.metrics
        for name, use in (
            ("Cpu", service.metric_cpu_utilization(period=_FIVE)),
            ("Memory", service.metric_memory_utilization(period=_FIVE)),
        ):
            self._alarm(name, use, threshold=90, urgency=Urgency.MORNING)
        self._alarm(
            "ResponseTime",
            unless_away(
                self._config,
                slow_share(self._config, balancer, at_least=_MIN_BAD),
                instead=0,
            ),
            threshold=_PERCENT,
            periods=3 * MINUTES,
            breaching=3 * FEW,
            urgency=Urgency.NOW,
        )
        share = partial(failed_share, self._config, balancer, at_least=_MIN_BAD)
        errors = share(balancer.http_code_target(_TARGET_5XX))
        for name, failed in (
            ("TaskErrors", unless_away(self._config, errors, instead=0)),
            # Its count of requests lacks those for which it found no task (ELB user guide).
            (
                "BalancerErrors",
                share(balancer.http_code_elb(_ELB_5XX), of="(FILL(requests, 0) + errors)"),
            ),
        ):
            self._alarm(
                name,
                failed,
                threshold=_PERCENT,
                periods=MINUTES,
                breaching=FEW,
                urgency=Urgency.NOW,
            )
        # It names the service, so it is made after its first tasks have started.
        self._alarm(
            "MissingTasks",
            self._missing(service, entrance),
            threshold=1,
            periods=10,
            # Without a registered task there is no data.
            missing=cloudwatch.TreatMissingData.BREACHING,
            urgency=Urgency.NOW,
        )

    def _missing(self, service: ecs.FargateService, entrance: Entrance) -> cloudwatch.IMetric:
        """The number of unhealthy tasks, of those that run and of at least TASKS.

        How many ECS wants is no free metric (containers-roadmap #2718): of tasks that it cannot
        start it sends events.
        """
        running = "FILL(running, 0)"
        least = self._config.min_tasks
        return cloudwatch.MathExpression(
            expression=f"IF({running} > {least}, {running}, {least}) - (healthy)",
            using_metrics={
                "healthy": entrance.target_group.metrics.healthy_host_count(statistic="Minimum"),
                "running": _running(service),
            },
            label=self._text("tasks that are not healthy"),
            period=_MINUTE,
        )


def budget(scope: Construct, usd: int, topic: sns.ITopic) -> None:
    """A monthly budget for the whole account, which tells the topic."""
    subscriber = budgets.CfnBudget.SubscriberProperty(
        subscription_type="SNS", address=topic.topic_arn
    )
    budgets.CfnBudget(
        scope,
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


def _running(service: ecs.FargateService) -> cloudwatch.IMetric:
    """How many tasks run: each sends its use of the processor once a minute."""
    return service.metric("CPUUtilization", statistic="SampleCount")


def _use(title: str, memory: str, service: ecs.FargateService) -> cloudwatch.GraphWidget:
    return _graph(
        title,
        service.metric_cpu_utilization(period=_MINUTE, label="CPU"),
        service.metric_memory_utilization(period=_MINUTE, label=memory),
    )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    axis = cloudwatch.YAxisProps(min=0, show_units=False)
    return cloudwatch.GraphWidget(title=title, left=list(metrics), left_y_axis=axis, width=8)


def _own_metrics(graph: Graph, names: Names) -> list[cloudwatch.IMetric]:
    """The application's own metrics, each labeled by what tells it from the others."""
    repeated = len({name for name, _ in graph.metrics}) < len(graph.metrics)
    return [
        own_metric(names, name, statistic, label=statistic if repeated else name)
        for name, statistic in graph.metrics
    ]
