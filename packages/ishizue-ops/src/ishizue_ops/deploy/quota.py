"""Fargate's quota: how many vCPUs the account may use at once, and how many the design needs.

One quota covers both architectures, and everything that the account runs on Fargate in the region
without Spot (Amazon ECS endpoints and quotas: "Fargate On-Demand vCPU resource count").
"""

import math
from typing import Any

from ishizue_ops.config import Config
from ishizue_ops.design.migration import CPU as ONE_OFF_CPU

_SERVICE, _CODE = "fargate", "L-3032A538"
_UNITS = 1024
"""A vCPU has so many CPU units."""


def need(config: Config, tasks: int) -> float:
    """The vCPUs of so many tasks, with a one-off task beside them (the migration)."""
    return (tasks * config.task_cpu + ONE_OFF_CPU) / _UNITS


def read(quotas: Any) -> float:
    """The account's quota, else AWS's default, in vCPUs. Raises ClientError."""
    try:
        found = quotas.get_service_quota(ServiceCode=_SERVICE, QuotaCode=_CODE)
    except quotas.exceptions.NoSuchResourceException:
        found = quotas.get_aws_default_service_quota(ServiceCode=_SERVICE, QuotaCode=_CODE)
    return float(found["Quota"]["Value"])


def advice(config: Config, allowed: float | None) -> str:
    """What the tasks need, what this quota means for them, and how to ask for more."""
    least = need(config, config.min_tasks)
    most = need(config, 2 * config.max_tasks)
    text = (
        f"{config.min_tasks} tasks need {least:g} vCPUs of Fargate at once, "
        f"{config.max_tasks} need {most:g} while a deployment replaces them"
    )
    if allowed is None:
        return text
    text += f"; the account may use {allowed:g}"
    if allowed >= most:
        return text
    return (
        f"{text}. Tasks beyond that do not start. Ask for more; it is free and can take days:\n"
        f"  aws service-quotas request-service-quota-increase --region {config.region} "
        f"--service-code {_SERVICE} --quota-code {_CODE} --desired-value {math.ceil(most)}"
    )
