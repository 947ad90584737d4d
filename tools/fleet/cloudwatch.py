"""The alarms that ECS watches while it deploys, as the template has them, on minutes of requests.

Metric math and the two-of-three rule are CloudWatch's (its user guide, "Using metric math" and
"Using Amazon CloudWatch alarms"): a missing data point of any metric is one of the expression.
"""

import ast
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.checks.template import Design, Resource


@dataclass(frozen=True, slots=True)
class Minute:
    """What the load balancer measured: requests, 5xx responses of tasks, and seconds of each."""

    requests: int
    errors: int
    seconds: Sequence[float]

    def value(self, metric: str, statistic: str) -> float | None:
        """A metric's data point; None without one. Raises KeyError for another metric."""
        if metric == "TargetResponseTime":
            return _percentile(self.seconds, float(statistic.removeprefix("p")))
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
        breaching = [
            value for value in values if value is not None and value >= self.properties["Threshold"]
        ]
        return len(breaching) >= int(self.properties["DatapointsToAlarm"])

    def _value(self, minute: Minute) -> float | None:
        if "MetricName" in self.properties:
            statistic = self.properties.get("ExtendedStatistic") or self.properties["Statistic"]
            return minute.value(self.properties["MetricName"], statistic)
        values, expression = {}, ""
        for entry in self.properties["Metrics"]:
            if "Expression" in entry:
                expression = entry["Expression"]
                continue
            stat = entry["MetricStat"]
            value = minute.value(stat["Metric"]["MetricName"], stat["Stat"])
            if value is None:
                return None
            values[entry["Id"]] = value
        return _evaluate(ast.parse(expression, mode="eval").body, values)


def release_alarms(design: Design) -> list[Alarm]:
    """The alarms that the service names in its deployment configuration."""
    [service] = design.of_type("AWS::ECS::Service")
    names = service.properties["DeploymentConfiguration"]["Alarms"]["AlarmNames"]
    found: list[Resource] = design.resolve_all(names, service.stack)
    assert found, "no release is taken back by an alarm"
    return [Alarm(alarm.properties) for alarm in found]


_OPERATORS: Mapping[type, Any] = {
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
}


def _evaluate(node: ast.expr, values: Mapping[str, float]) -> float:
    """CloudWatch's arithmetic, comparisons and IF, whose syntax is Python's too."""
    match node:
        case ast.Constant(value=float() | int() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return float(_OPERATORS[type(op)](_evaluate(left, values), _evaluate(right, values)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return float(_OPERATORS[type(op)](_evaluate(left, values), _evaluate(right, values)))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            return _evaluate(then if _evaluate(condition, values) else otherwise, values)
    raise ValueError(f"not modelled: {ast.unparse(node)}")


def _percentile(values: Sequence[float], percent: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
