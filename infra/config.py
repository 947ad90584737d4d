"""The deployment's settings: one frozen dataclass, checked as a whole before anything is made.

What is refused here never reaches CloudFormation. Where each comes from: `variables.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any, Literal

from infra.variables import VARIABLES

DatabaseKind = Literal["rds", "aurora", "none"]
Architecture = Literal["x86_64", "arm64"]

REGION = "ap-northeast-1"
ZONES = ("ap-northeast-1a", "ap-northeast-1c")

DATABASE_CONNECTIONS = 80
"""What the database accepts, and what the application counts on in `kirosample.limits`."""

CONNECTIONS_PER_TASK = 3
"""Two that read and one that writes."""

OTHER_CONNECTIONS = 4
"""One for the migration, three that PostgreSQL keeps for its superuser."""

_FARGATE_MEMORY = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
}
"""MiB that Fargate offers for each number of CPU units (AWS: Fargate task sizes)."""

_VPC = IPv4Network("10.0.0.0/16")
_PUBLIC = (IPv4Network("10.0.1.0/24"), IPv4Network("10.0.2.0/24"))
_PRIVATE = (IPv4Network("10.0.11.0/24"), IPv4Network("10.0.12.0/24"))


class ConfigError(Exception):
    """A setting that is out of form, or that does not fit another; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What is deployed. Sizes in CPU units (1024 are one vCPU), MiB, GiB and Aurora units (ACU)."""

    database: DatabaseKind = "rds"
    domain: str | None = None

    vpc_cidr: IPv4Network = _VPC
    public_cidrs: tuple[IPv4Network, ...] = _PUBLIC
    private_cidrs: tuple[IPv4Network, ...] = _PRIVATE
    nat_gateways: int = 1

    min_tasks: int = 2
    max_tasks: int = 10
    task_cpu: int = 1024
    task_memory: int = 2048
    architecture: Architecture = "x86_64"

    database_storage: int = 20
    aurora_min_capacity: float = 0.5
    aurora_max_capacity: float = 2.0
    aurora_reader: bool = True
    backup_days: int = 7
    database_protection: bool = True

    waf: bool = False
    log_days: int = 30
    alarm_email: str | None = field(default=None, repr=False)
    budget_usd: int = 400
    github_repository: str | None = None

    stated: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The variables that were set, at their default or not, with their texts."""

    def __post_init__(self) -> None:
        """Check what holds only between settings. Raises ConfigError."""
        self._check_networks()
        self._check_tasks()
        if self.aurora_min_capacity > self.aurora_max_capacity:
            raise ConfigError(
                f"AURORA_MIN_CAPACITY {self.aurora_min_capacity} is over "
                f"AURORA_MAX_CAPACITY {self.aurora_max_capacity}"
            )

    def _check_networks(self) -> None:
        for name, cidrs in (("PUBLIC", self.public_cidrs), ("PRIVATE", self.private_cidrs)):
            if len(cidrs) != len(ZONES):
                raise ConfigError(f"{name}_CIDRS needs {len(ZONES)} subnets, one in each zone")
        subnets = (*self.public_cidrs, *self.private_cidrs)
        for subnet in subnets:
            if not subnet.subnet_of(self.vpc_cidr):
                raise ConfigError(f"{subnet} is outside of VPC_CIDR {self.vpc_cidr}")
        for one, other in combinations(subnets, 2):
            if one.overlaps(other):
                raise ConfigError(f"PUBLIC_CIDRS, PRIVATE_CIDRS: {one} and {other} overlap")

    def _check_tasks(self) -> None:
        if self.min_tasks > self.max_tasks:
            raise ConfigError(f"TASKS {self.min_tasks} is over MAX_TASKS {self.max_tasks}")
        offered = _FARGATE_MEMORY.get(self.task_cpu, ())
        if self.task_memory not in offered:
            raise ConfigError(
                f"TASK_CPU {self.task_cpu} with TASK_MEMORY {self.task_memory} "
                "is no pair that Fargate has"
            )
        # A deployment runs twice the tasks for a while.
        connections = 2 * self.max_tasks * CONNECTIONS_PER_TASK + OTHER_CONNECTIONS
        if self.database != "none" and connections > DATABASE_CONNECTIONS:
            raise ConfigError(
                f"MAX_TASKS {self.max_tasks} takes {connections} database connections "
                f"of {DATABASE_CONNECTIONS}"
            )


def read(environ: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigError, naming the variable, for anything out of form."""
    values: dict[str, Any] = {}
    stated: dict[str, str] = {}
    for variable in VARIABLES:
        text = environ.get(variable.name, "").strip()
        if not text:
            continue
        stated[variable.name] = text
        try:
            values[variable.field] = variable.parse(text)
        except ValueError as error:
            raise ConfigError(f"{variable.name} {error} ({text})") from None
    return Config(**values, stated=stated)
