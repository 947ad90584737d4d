"""The alarms that ECS watches while it deploys, as the template has them, on minutes of requests.

A missing data point of any metric is one of the expression (CloudWatch's user guide, "Using metric
math"). Its arithmetic, comparisons and IF are written like Python's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ishizue_ops.template import Design, Resource


@dataclass(frozen=True, slots=True)
class Minute:
    """What the load balancer measured: requests, 5xx responses of tasks, and seconds of each."""

    requests: int
    errors: int
    seconds: Sequence[float]

    def value(self, metric: str, statistic: str) -> float | None:
        """A metric's data point; None without one. Raises KeyError for another metric."""
        if metric == "TargetResponseTime":
            ordered = sorted(self.seconds)
            place = int(len(ordered) * float(statistic.removeprefix("p")) / 100)
            return ordered[min(len(ordered) - 1, place)] if ordered else None
        # The load balancer reports a count only when it is not zero.
        counts = {"RequestCount": self.requests, "HTTPCode_Target_5XX_Count": self.errors}
        assert statistic == "Sum"
        return counts[metric] or None


def release_alarms(design: Design) -> list[Resource]:
    """The alarms that the service names in its deployment configuration."""
    [service] = design.of_type("AWS::ECS::Service")
    names = service.properties["DeploymentConfiguration"]["Alarms"]["AlarmNames"]
    found = design.resolve_all(names, service.stack)
    assert found, "no release is taken back by an alarm"
    return found


def fires(alarm: Resource, minutes: Sequence[Minute]) -> bool:
    """Whether it is in ALARM after these minutes."""
    properties = alarm.properties
    assert properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert properties["TreatMissingData"] == "notBreaching"
    looked_at = minutes[-int(properties["EvaluationPeriods"]) :]
    values = [_value(alarm, minute) for minute in looked_at]
    breaching = [
        value for value in values if value is not None and value >= properties["Threshold"]
    ]
    return len(breaching) >= int(properties["DatapointsToAlarm"])


def _value(alarm: Resource, minute: Minute) -> float | None:
    """Of its metric, or of the expression on its metrics."""
    properties = alarm.properties
    if "MetricName" in properties:
        return minute.value(properties["MetricName"], properties["ExtendedStatistic"])
    names, expression = dict[str, float | None](), ""
    for entry in properties["Metrics"]:
        if "MetricStat" in entry:
            metric = entry["MetricStat"]
            names[entry["Id"]] = minute.value(metric["Metric"]["MetricName"], metric["Stat"])
        else:
            expression = entry["Expression"]
    if None in names.values():
        return None
    known = {"__builtins__": {}, "IF": lambda condition, then, other: then if condition else other}
    return float(eval(expression, known, names))
