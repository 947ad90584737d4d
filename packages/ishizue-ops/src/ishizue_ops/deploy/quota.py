"""Fargate's quota: how many vCPUs the account may use at once, and how many the design needs.

One quota covers both architectures, and everything that the account runs on Fargate in the region
without Spot (Amazon ECS endpoints and quotas: "Fargate On-Demand vCPU resource count").
"""

import math
from typing import Any

from ishizue_ops.config import Config, in_shares
from ishizue_ops.design.migration import CPU as ONE_OFF_CPU
from ishizue_ops.words import Text

_SERVICE = "fargate"
_CODE = "L-3032A538"
_UNITS = 1024
"""A vCPU has so many CPU units."""


def need(config: Config, *, most: bool = False) -> dict[str, float]:
    """The vCPUs of each part of the service at its start, or while a deployment replaces the most.

    One of them is for a one-off task, the migration.
    """
    web = {"tasks": (2 * config.max_tasks if most else config.min_tasks) * config.task_cpu}
    product = config.product
    units = (web if product.web else {}) | {
        worker.name: (2 * worker.max_tasks if most else worker.min_tasks) * worker.cpu
        for worker in product.workers
    }
    units |= {job.name: job.cpu for job in product.jobs} | {"one-off": ONE_OFF_CPU}
    return {name: number / _UNITS for name, number in units.items()}


def read(quotas: Any) -> float:
    """The account's quota, else AWS's default, in vCPUs. Raises ClientError."""
    try:
        response = quotas.get_service_quota(ServiceCode=_SERVICE, QuotaCode=_CODE)
    except quotas.exceptions.NoSuchResourceException:
        response = quotas.get_aws_default_service_quota(ServiceCode=_SERVICE, QuotaCode=_CODE)
    return float(response["Quota"]["Value"])


def advice(config: Config, allowed: float) -> Text:
    """What the tasks need, what this quota means for them, and how to ask for more."""
    shares = need(config, most=True)
    least = sum(need(config).values())
    most = sum(shares.values())
    name = config.product.name
    text = Text("service-needs", name=name, least=least, most=most, shares=in_shares(shares))
    text = Text("allowed", needs=text, allowed=allowed)
    if allowed >= most:
        return text
    command = (
        f"aws service-quotas request-service-quota-increase --region {config.region} "
        f"--service-code {_SERVICE} --quota-code {_CODE} --desired-value {math.ceil(most)}"
    )
    return Text("ask-for-quota", needs=text, command=command)
