"""When CloudWatch would put an alarm of a template into ALARM.

CloudWatch user guide: "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data".
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from infra.checks.template import Resource

Series = Callable[[int], float | None]
"""A metric's value in each minute; None for none."""

_EXTRA_PERIODS = 2
"""The evaluation range is longer than the evaluation periods; the guide's examples have 5 for 3."""

_STATISTICS: Mapping[str, Callable[[list[float]], float]] = {
    "Average": fmean,
    "Maximum": max,
    "Minimum": min,
    "Sum": sum,
}


@dataclass(frozen=True)
class Metrics:
    """The model of what AWS emits: a series by the metric's name.

    `delay` is in minutes, from a minute's end until CloudWatch has its value.
    """

    series: Mapping[str, Series]
    delay: Mapping[str, int]

    def value(self, name: str, statistic: str, first: int, end: int, now: int) -> float | None:
        """The statistic over the minutes from `first` until before `end`, as known `now`."""
        known = range(first, min(end, now - self.delay.get(name, 1)))
        found = [value for minute in known if (value := self.series[name](minute)) is not None]
        # A percentile is at most the maximum.
        return _STATISTICS.get(statistic, max)(found) if found else None


def fires(alarm: Resource, metrics: Metrics, *, made: int, until: int) -> int | None:
    """The first minute in ALARM between its creation and `until`, or None."""
    return next((now for now in range(made, until) if _in_alarm(alarm, metrics, now)), None)


def _in_alarm(alarm: Resource, metrics: Metrics, now: int) -> bool:
    properties = alarm.properties
    count = properties["EvaluationPeriods"]
    needed = properties.get("DatapointsToAlarm", count)
    values = [_datapoint(properties, metrics, now, back) for back in range(count + _EXTRA_PERIODS)]
    real = [_breaches(properties, value) for value in values if value is not None][:count]
    missing = properties["TreatMissingData"]
    # With `missing` and `ignore` an alarm may start on breaching data alone.
    filler = missing == "breaching" or (missing != "notBreaching" and bool(real) and all(real))
    return bool(sum(real) + filler * (count - len(real)) >= needed)


def _datapoint(
    properties: Mapping[str, Any], metrics: Metrics, now: int, back: int
) -> float | None:
    if "MetricName" in properties:
        statistic = properties.get("Statistic") or properties["ExtendedStatistic"]
        return _window(
            metrics, properties["MetricName"], statistic, properties["Period"], now, back
        )
    [expression] = [entry for entry in properties["Metrics"] if entry.get("ReturnData", True)]
    names = {
        entry["Id"]: _window(
            metrics,
            entry["MetricStat"]["Metric"]["MetricName"],
            entry["MetricStat"]["Stat"],
            entry["MetricStat"]["Period"],
            now,
            back,
        )
        for entry in properties["Metrics"]
        if "MetricStat" in entry
    }
    return _calculated(expression["Expression"], names)


def _window(
    metrics: Metrics, name: str, statistic: str, seconds: int, now: int, back: int
) -> float | None:
    minutes = seconds // 60
    end = now - back * minutes
    return metrics.value(name, statistic, end - minutes, end, now)


def _calculated(expression: str, values: Mapping[str, float | None]) -> float | None:
    """Metric math: a missing operand makes the result missing, but for FILL."""
    functions: dict[str, Any] = {
        "FILL": lambda value, filler: filler if math.isnan(value) else value,
        "IF": lambda condition, then, otherwise: then if condition else otherwise,
    }
    known = {name: math.nan if value is None else value for name, value in values.items()}
    try:
        result = float(eval(expression, {"__builtins__": {}}, functions | known))
    except ZeroDivisionError:
        return None
    return None if math.isnan(result) else result


def _breaches(properties: Mapping[str, Any], value: float) -> bool:
    threshold = properties["Threshold"]
    if properties["ComparisonOperator"] == "LessThanThreshold":
        return value < float(threshold)
    if properties["ComparisonOperator"] == "GreaterThanThreshold":
        return value > float(threshold)
    assert properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    return value >= float(threshold)


def refers_to(alarm: Resource, logical_id: str) -> bool:
    """Whether CloudFormation makes that resource first."""
    return f'"{logical_id}"' in json.dumps(alarm.raw)
