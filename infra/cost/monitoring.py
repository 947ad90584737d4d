"""What monitoring costs a month: logs, alarms, the dashboard and the application's metrics."""

import re
from collections.abc import Iterator
from decimal import Decimal

from infra.app_contract import METRICS_NAMESPACE
from infra.config import OUTSIDE_REGION
from infra.cost import usage
from infra.cost.charge import Charge, Line, Month, number, unpriced
from infra.template import Resource

_STANDARD_PERIOD = 60
_OWN_METRIC = re.compile(rf'"{METRICS_NAMESPACE}"\s*,\s*"(\w+)"')
_DAYS = Decimal(30)


def _log_group(resource: Resource, month: Month) -> Iterator[Charge]:
    """The firewall's log has its own amount; the others share the containers' logs."""
    retention = resource.properties.get("RetentionInDays")
    if retention is None:
        raise unpriced(resource, "without a retention it has no monthly price")
    others = [each for each in month.design.of_type(resource.type) if not _of_firewall(each)]
    firewall = _of_firewall(resource)
    written = usage.FIREWALL_LOGS.value if firewall else usage.LOGS.value / len(others)
    stored = written * number(resource, "RetentionInDays", retention) / _DAYS
    # CloudFront's firewall and its log are in another region.
    acls = month.design.of_type("AWS::WAFv2::WebACL")
    edge = firewall and any(acl.properties.get("Scope") == "CLOUDFRONT" for acl in acls)
    where = f"-{OUTSIDE_REGION}" if edge else ""
    yield Charge(Line.LOGS, f"log-ingestion{where}", written)
    yield Charge(Line.STORED, f"log-storage{where}", stored)


def _of_firewall(group: Resource) -> bool:
    return str(group.properties.get("LogGroupName")).startswith("aws-waf-logs-")


def _alarm(resource: Resource, _: Month) -> Iterator[Charge]:
    """An alarm on an expression costs as many alarms as it has metrics."""
    metrics = resource.properties.get("Metrics", [])
    stats = [metric["MetricStat"] for metric in metrics if "MetricStat" in metric]
    periods = [resource.properties.get("Period"), *(stat.get("Period") for stat in stats)]
    if any(period is not None and int(period) < _STANDARD_PERIOD for period in periods):
        raise unpriced(resource, "high resolution has no price")
    yield Charge(Line.ALARMS, "alarm", Decimal(max(1, len(stats))))


def _scaling_policy(resource: Resource, _: Month) -> Iterator[Charge]:
    """AWS makes an alarm in each direction with the policy, and charges for both."""
    if resource.properties.get("PolicyType") == "TargetTrackingScaling":
        yield Charge(Line.ALARMS, "alarm", Decimal(2))


def _dashboard(resource: Resource, _: Month) -> Iterator[Charge]:
    """The dashboard, and the application's own metrics, which only it names in the template."""
    yield Charge(Line.DASHBOARD, "dashboard", Decimal(1))
    metrics = set(_OWN_METRIC.findall(str(resource.properties.get("DashboardBody"))))
    yield Charge(Line.METRICS, "custom-metric", Decimal(len(metrics)))


PRICED = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Logs::LogGroup": _log_group,
}
