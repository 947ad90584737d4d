"""The alarms that ECS watches while it deploys, as the template has them, on minutes of requests.

A missing data point of any metric is one of the expression (CloudWatch's user guide, "Using metric
math"). Its arithmetic, comparisons and IF are written like Python's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.template import Design


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


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm's properties in the template."""

    properties: Mapping[str, Any]

    @property
    def periods(self) -> int:
        """How many minutes it looks at."""
        return int(self.properties["EvaluationPeriods"])

    def fires(self, minutes: Sequence[Minute]) -> bool:
        """Whether it is in ALARM after these minutes."""
        assert self.properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert self.properties["TreatMissingData"] == "notBreaching"
        values = [self._value(minute) for minute in minutes[-self.periods :]]
        threshold = float(self.properties["Threshold"])
        breaching = sum(value is not None and value >= threshold for value in values)
        return breaching >= int(self.properties["DatapointsToAlarm"])

    def _value(self, minute: Minute) -> float | None:
        if "MetricName" in self.properties:
            return minute.value(self.properties["MetricName"], self.properties["ExtendedStatistic"])
        entries = self.properties["Metrics"]
        values = {
            each["Id"]: minute.value(
                each["MetricStat"]["Metric"]["MetricName"], each["MetricStat"]["Stat"]
            )
            for each in entries
            if "MetricStat" in each
        }
        if None in values.values():
            return None
        [expression] = [each["Expression"] for each in entries if "Expression" in each]
        names = {"__builtins__": {}, "IF": lambda condition, then, other: (other, then)[condition]}
        return float(eval(expression, names, values))


def release_alarms(design: Design) -> list[Alarm]:
    """The alarms that the service names in its deployment configuration."""
    [service] = design.of_type("AWS::ECS::Service")
    names = service.properties["DeploymentConfiguration"]["Alarms"]["AlarmNames"]
    found = design.resolve_all(names, service.stack)
    assert found, "no release is taken back by an alarm"
    return [Alarm(alarm.properties) for alarm in found]
