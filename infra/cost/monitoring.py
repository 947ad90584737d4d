"""What monitoring costs a month: logs, alarms, the dashboard and the application's metrics."""

import re
from collections.abc import Iterator
from decimal import Decimal

from infra.app_contract import METRICS_NAMESPACE
from infra.checks.template import Resource
from infra.config import OUTSIDE_REGION
from infra.cost import usage
from infra.cost.charge import Charge, Line, Month, number, unpriced

_ALARMS_OF_TARGET_TRACKING = 2
"""AWS makes one in each direction with the policy, and charges for them."""

_STANDARD_PERIOD = 60
_OWN_METRIC = re.compile(rf'"{METRICS_NAMESPACE}"\s*,\s*"(\w+)"')
_DAYS = Decimal(30)


def _log_group(resource: Resource, month: Month) -> Iterator[Charge]:
    retention = resource.properties.get("RetentionInDays")
    if retention is None:
        raise unpriced(resource, "without a retention it has no monthly price")
    written = _written(resource, month)
    days = number(resource, "RetentionInDays", retention)
    stored = written * days / _DAYS
    where = f"-{OUTSIDE_REGION}" if _at_edge(resource, month) else ""
    yield Charge(Line.LOGS, f"log-ingestion{where}", written, "{} GB", written)
    yield Charge(Line.STORED, f"log-storage{where}", stored, f"{{}} GB, kept {days} days", stored)


def _at_edge(group: Resource, month: Month) -> bool:
    """Whether it is the log of CloudFront's firewall, which is in another region."""
    return any(
        acl.properties.get("Scope") == "CLOUDFRONT"
        for acl in month.design.of_type("AWS::WAFv2::WebACL")
        if acl.stack == group.stack
    )


def _written(group: Resource, month: Month) -> Decimal:
    """GB a month: the firewall's own amount, or the group's share of the containers' logs."""
    others = [each for each in month.design.of_type(group.type) if not _of_firewall(each)]
    if group not in others:
        return usage.FIREWALL_LOGS.value
    return usage.LOGS.value / len(others)


def _of_firewall(group: Resource) -> bool:
    return str(group.properties.get("LogGroupName")).startswith("aws-waf-logs-")


def _alarm(resource: Resource, _: Month) -> Iterator[Charge]:
    """An alarm on an expression costs as many alarms as it has metrics."""
    metrics = resource.properties.get("Metrics", [])
    stats = [metric["MetricStat"] for metric in metrics if "MetricStat" in metric]
    periods = [resource.properties.get("Period"), *(stat.get("Period") for stat in stats)]
    if any(period is not None and int(period) < _STANDARD_PERIOD for period in periods):
        raise unpriced(resource, "high resolution has no price")
    count = Decimal(max(1, len(stats)))
    yield Charge(Line.ALARMS, "alarm", count, "alarms: {}", count)


def _scaling_policy(resource: Resource, _: Month) -> Iterator[Charge]:
    if resource.properties.get("PolicyType") == "TargetTrackingScaling":
        count = Decimal(_ALARMS_OF_TARGET_TRACKING)
        yield Charge(Line.ALARMS, "alarm", count, "of target tracking: {}", count)


def _dashboard(resource: Resource, _: Month) -> Iterator[Charge]:
    """The dashboard, and the application's own metrics, which only it names in the template."""
    yield Charge(Line.DASHBOARD, "dashboard", Decimal(1), "dashboards: {}")
    metrics = set(_OWN_METRIC.findall(_body(resource)))
    if metrics:
        count = Decimal(len(metrics))
        yield Charge(Line.METRICS, "custom-metric", count, "metrics: {}", count)


def _body(resource: Resource) -> str:
    """The dashboard's JSON, without the references if it is an Fn::Join."""
    body = resource.properties.get("DashboardBody")
    if isinstance(body, str):
        return body
    if isinstance(body, dict) and "Fn::Join" in body:
        separator, pieces = body["Fn::Join"]
        return str(separator).join(piece for piece in pieces if isinstance(piece, str))
    raise unpriced(resource, "DashboardBody is neither a string nor an Fn::Join")


PRICED = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Logs::LogGroup": _log_group,
}
