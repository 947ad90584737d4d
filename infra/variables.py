"""The environment variables of a deployment: one table, and how each is read.

An empty variable counts as not set, as make leaves them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
"""The retentions that CloudWatch Logs knows, up to two years."""


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"is no whole number from {least} to {most}")
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"is not one of {', '.join(words)}")
        return text

    return parse


def _switch(text: str) -> bool:
    return _one_of("on", "off")(text) == "on"


def _capacity(text: str) -> float:
    # Aurora Serverless v2 goes in halves; 0 would pause it, and the first visitor waits.
    if not re.fullmatch(r"[0-9]{1,3}(\.[05])?", text) or not 0.5 <= float(text) <= 128:
        raise ValueError("is no capacity from 0.5 to 128 in steps of 0.5")
    return float(text)


def _network(text: str) -> IPv4Network:
    try:
        network = IPv4Network(text.strip())
    except ValueError as error:
        raise ValueError(f"is no network: {error}") from None
    if not 16 <= network.prefixlen <= 28:
        raise ValueError("is no network from /16 to /28")
    return network


def _networks(text: str) -> tuple[IPv4Network, ...]:
    return tuple(_network(part) for part in text.split(","))


def _domain(text: str) -> str:
    label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"({label}\.)+[a-z]{{2,63}}", text) or len(text) > 64:
        raise ValueError("is no domain name, such as example.com")
    return text


def _log_days(text: str) -> int:
    days = _whole(1, _LOG_DAYS[-1])(text)
    if days not in _LOG_DAYS:
        raise ValueError(
            f"is none of the days that CloudWatch knows: {', '.join(map(str, _LOG_DAYS))}"
        )
    return days


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", text):
        raise ValueError("is no e-mail address")
    return text


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", text):
        raise ValueError("is no GitHub repository, OWNER/NAME")
    return text


def _or_none(parse: Callable[[str], str]) -> Callable[[str], str | None]:
    """Also `none`, which says that there is to be none where there was one."""
    return lambda text: None if text == "none" else parse(text)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: the field of `Config` that it sets, and how it is read."""

    name: str
    field: str
    meaning: str
    parse: Callable[[str], Any]


VARIABLES = (
    Variable("DATABASE", "database", "rds, aurora or none", _one_of("rds", "aurora", "none")),
    Variable("DOMAIN", "domain", "a domain of yours, or none: HTTP only", _or_none(_domain)),
    Variable(
        "TASKS", "min_tasks", "tasks always running, from 2: one in each zone", _whole(2, 100)
    ),
    Variable("MAX_TASKS", "max_tasks", "tasks at most", _whole(2, 100)),
    Variable("TASK_CPU", "task_cpu", "CPU units of a task, 1024 are one vCPU", _whole(256, 4096)),
    Variable("TASK_MEMORY", "task_memory", "MiB of a task", _whole(512, 30720)),
    Variable("ARCHITECTURE", "architecture", "x86_64 or arm64", _one_of("x86_64", "arm64")),
    Variable("VPC_CIDR", "vpc_cidr", "the VPC's network", _network),
    Variable("PUBLIC_CIDRS", "public_cidrs", "the public subnets, zone by zone", _networks),
    Variable("PRIVATE_CIDRS", "private_cidrs", "the private subnets, zone by zone", _networks),
    Variable("NAT_GATEWAYS", "nat_gateways", "1, or 2: one in each zone", _whole(1, 2)),
    Variable("DATABASE_STORAGE", "database_storage", "GiB of RDS", _whole(20, 65536)),
    Variable("AURORA_MIN_CAPACITY", "aurora_min_capacity", "ACU at least", _capacity),
    Variable("AURORA_MAX_CAPACITY", "aurora_max_capacity", "ACU at most", _capacity),
    Variable("AURORA_READER", "aurora_reader", "on, or off: one instance", _switch),
    Variable("BACKUP_DAYS", "backup_days", "days that backups are kept", _whole(7, 35)),
    Variable(
        "DATABASE_PROTECTION",
        "database_protection",
        "on; off before the database is to be deleted",
        _switch,
    ),
    Variable("WAF", "waf", "off, or on: AWS's managed rules and a rate rule", _switch),
    Variable("LOG_DAYS", "log_days", "days that logs are kept", _log_days),
    Variable("ALARM_EMAIL", "alarm_email", "who is told of alarms, or none", _or_none(_email)),
    Variable("BUDGET_USD", "budget_usd", "USD a month, of the whole account", _whole(1, 1_000_000)),
    Variable(
        "GITHUB_REPOSITORY",
        "github_repository",
        "OWNER/NAME that may deploy, or none",
        _or_none(_repository),
    ),
)
