"""Fargate's quota: how many vCPUs the account may use at once, and how many the design needs.

One quota covers both architectures, and everything that the account runs on Fargate in the region
without Spot (Amazon ECS endpoints and quotas: "Fargate On-Demand vCPU resource count").
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.config import REGION, Config
from infra.design.migration import CPU as ONE_OFF_CPU

SERVICE, CODE = "fargate", "L-3032A538"
_UNITS = 1024
"""CPU units of a vCPU."""


@dataclass(frozen=True, slots=True)
class Need:
    """vCPUs: to serve with the minimum of tasks, and to replace the maximum of them at once."""

    least: float
    most: float


def need(config: Config) -> Need:
    """What the tasks need, with a one-off task beside them (the migration)."""
    task, one_off = config.task_cpu / _UNITS, ONE_OFF_CPU / _UNITS
    return Need(config.min_tasks * task + one_off, 2 * config.max_tasks * task + one_off)


@dataclass(frozen=True, slots=True)
class Quota:
    """vCPUs of the account in the region; `used` is the latest number, if it is known."""

    allowed: float
    used: float | None


def read(quotas: Any, cloudwatch: Any) -> Quota:
    """The account's quota, else AWS's default. Raises ClientError if AWS refuses to say."""
    asked = {"ServiceCode": SERVICE, "QuotaCode": CODE}
    try:
        found = quotas.get_service_quota(**asked)["Quota"]
    except quotas.exceptions.NoSuchResourceException:
        found = quotas.get_aws_default_service_quota(**asked)["Quota"]
    return Quota(found["Value"], _used(cloudwatch, found.get("UsageMetric")))


def _used(cloudwatch: Any, metric: dict[str, Any] | None) -> float | None:
    if not metric:
        return None
    now = datetime.now(UTC)
    dimensions = metric.get("MetricDimensions", {})
    points = cloudwatch.get_metric_statistics(
        Namespace=metric["MetricNamespace"],
        MetricName=metric["MetricName"],
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(minutes=15),
        EndTime=now,
        Period=300,
        Statistics=["Maximum"],
    )["Datapoints"]
    # Without a running task there is no data.
    latest = max(points, key=lambda point: point["Timestamp"], default={"Maximum": 0.0})
    return float(latest["Maximum"])


def demand(config: Config) -> str:
    """What the tasks need, in words."""
    needed = need(config)
    return (
        f"{config.min_tasks} tasks need {needed.least:g} vCPUs of Fargate at once, "
        f"{config.max_tasks} need {needed.most:g} while a deployment replaces them"
    )


def advice(config: Config, quota: Quota) -> str:
    """What the quota means for this design, and how to ask for more."""
    needed = need(config)
    used = "" if quota.used is None else f", {quota.used:g} are used"
    text = f"{demand(config)}; the account may use {quota.allowed:g}{used}"
    if quota.allowed >= needed.most:
        return text
    return (
        f"{text}. Tasks beyond that do not start. Ask for more; it is free and can take days:\n"
        f"  aws service-quotas request-service-quota-increase --region {REGION} "
        f"--service-code {SERVICE} --quota-code {CODE} --desired-value {math.ceil(needed.most)}"
    )
