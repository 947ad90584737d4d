"""Alarms on an expression, which ministack's CloudFormation refuses."""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

from .resources import Properties

_COPIED = ("MetricName", "Namespace", "Dimensions")


def accept_expressions() -> None:
    """Store such an alarm as one on the first of its metrics: nothing evaluates it here."""
    own: Callable[[str, Properties], dict[str, Any]] = provisioners._cw_metric_alarm_record

    def record(name: str, properties: Properties) -> dict[str, Any]:
        stats = [
            entry["MetricStat"] for entry in properties.get("Metrics", ()) if "MetricStat" in entry
        ]
        if not stats:
            return own(name, properties)
        plain = {key: value for key, value in properties.items() if key != "Metrics"}
        metric = {key: stats[0]["Metric"][key] for key in _COPIED if key in stats[0]["Metric"]}
        return own(name, {**plain, **metric, "Period": stats[0]["Period"]})

    provisioners._cw_metric_alarm_record = record
