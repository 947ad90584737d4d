"""The alarms that ECS watches while it deploys, as the template has them, on minutes of requests.

A missing data point of any metric is one of the expression (CloudWatch's user guide, "Using metric
math"). Its arithmetic, comparisons and IF are written like Python's, and the expression is our own
template's, so Python evaluates it.
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
            most = float(statistic.removeprefix("PR(:").removesuffix(")"))
            within = sum(seconds <= most for seconds in self.seconds)
            return 100 * within / len(self.seconds) if self.seconds else None
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
    """Of the expression on its metrics."""
    names, expression = dict[str, float | None](), ""
    for entry in alarm.properties["Metrics"]:
        if "MetricStat" in entry:
            metric = entry["MetricStat"]
            names[entry["Id"]] = minute.value(metric["Metric"]["MetricName"], metric["Stat"])
        else:
            expression = entry["Expression"]
    if None in names.values():
        return None
    known = {"__builtins__": {}, "IF": lambda condition, then, other: then if condition else other}
    return float(eval(expression, known, names))
