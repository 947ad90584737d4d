"""What seeing costs a month: logs, alarms, the dashboard and the application's own metrics."""

import re
from collections.abc import Iterator
from decimal import Decimal

from infra.report.cost.charge import Charge, CostError, Line, Month, number
from infra.report.template import Resource

_ALARMS_OF_TARGET_TRACKING = 2
"""One for each direction, which AWS makes with the policy and charges as any other."""

_STANDARD_PERIOD = 60
_OWN_METRIC = re.compile(r'"(KiroSample)"\s*,\s*"(\w+)"')
_DAYS = Decimal(30)


def _log_group(resource: Resource, month: Month) -> Iterator[Charge]:
    retention = resource.properties.get("RetentionInDays")
    if retention is None:
        raise CostError(f"{resource.type} {resource.name}: kept for ever, it has no monthly price")
    written = month.share(month.usage.logs.value, resource)
    days = number(resource, "RetentionInDays", retention)
    stored = written * days / _DAYS
    yield Charge(Line.LOGS, "log-ingestion", written, "{} GB", written)
    yield Charge(Line.STORED, "log-storage", stored, f"{{}} GB, kept {days} days", stored)


def _alarm(resource: Resource, _: Month) -> Iterator[Charge]:
    """An alarm on an expression is charged for each metric in it."""
    metrics = resource.properties.get("Metrics", [])
    stats = [metric["MetricStat"] for metric in metrics if "MetricStat" in metric]
    periods = [resource.properties.get("Period"), *(stat.get("Period") for stat in stats)]
    if any(period is not None and int(period) < _STANDARD_PERIOD for period in periods):
        raise CostError(f"{resource.type} {resource.name}: high resolution has no price")
    count = Decimal(max(1, len(stats)))
    yield Charge(Line.ALARMS, "alarm", count, "alarms: {}", count)


def _scaling_policy(resource: Resource, _: Month) -> Iterator[Charge]:
    if resource.properties.get("PolicyType") == "TargetTrackingScaling":
        count = Decimal(_ALARMS_OF_TARGET_TRACKING)
        yield Charge(Line.ALARMS, "alarm", count, "of target tracking: {}", count)


def _dashboard(resource: Resource, _: Month) -> Iterator[Charge]:
    """The metrics that it shows of the application itself are charged where they are written.

    The dashboard is the one place in the template that names them all.
    """
    yield Charge(Line.DASHBOARD, "dashboard", Decimal(1), "dashboards: {}")
    metrics = set(_OWN_METRIC.findall(_body(resource)))
    if metrics:
        count = Decimal(len(metrics))
        yield Charge(Line.METRICS, "custom-metric", count, "metrics: {}", count)


def _body(resource: Resource) -> str:
    """The dashboard's JSON, which may be joined of pieces, without the references between them."""
    body = resource.properties.get("DashboardBody")
    if isinstance(body, str):
        return body
    if isinstance(body, dict) and "Fn::Join" in body:
        separator, pieces = body["Fn::Join"]
        return str(separator).join(piece for piece in pieces if isinstance(piece, str))
    raise CostError(
        f"{resource.type} {resource.name}: DashboardBody is neither a text nor an Fn::Join"
    )


PRICED = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Logs::LogGroup": _log_group,
}
