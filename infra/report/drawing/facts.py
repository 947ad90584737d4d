"""What the drawing says of the design: values, without words or places."""

from dataclasses import dataclass
from typing import Literal

from infra.report.security_groups import Ports


@dataclass(frozen=True)
class Subnet:
    """A subnet and what stands in it; `way` is where its default route leads, if anywhere."""

    cidr: str
    way: str | None
    nat: bool
    balancer: bool
    tasks: bool
    database: bool


@dataclass(frozen=True)
class Zone:
    """An availability zone with its two subnets."""

    name: str
    public: Subnet
    private: Subnet


@dataclass(frozen=True)
class Listener:
    """A port of the load balancer; `action` as CloudFormation calls it: forward or redirect."""

    port: int
    protocol: str
    action: str


@dataclass(frozen=True)
class Task:
    """One Fargate task's size (CPU units of 1/1024 vCPU, memory in MiB) and its container."""

    cpu: int
    memory: int
    container: str
    port: int


@dataclass(frozen=True)
class Scaling:
    """How many tasks there are, and the targets in percent that decide it."""

    minimum: int
    maximum: int
    cpu: float
    memory: float


@dataclass(frozen=True)
class Database:
    """The database; `instances` counts what stands in zones of its own (a standby is one)."""

    kind: Literal["rds", "aurora"]
    version: str
    size: tuple[str, ...]
    instances: int
    encrypted: bool
    backup_days: int


@dataclass(frozen=True)
class Rule:
    """One rule of a security group; the peer is a network or another group's name."""

    group: str
    inbound: bool
    ports: Ports
    peer: str


@dataclass(frozen=True)
class Groups:
    """The security groups' names in the document's order, and all their rules."""

    names: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Watching:
    """What watches the service: days that logs are kept, number of alarms, who is told."""

    log_days: int
    alarms: int
    notifies: bool


@dataclass(frozen=True)
class Facts:
    """The whole design as the drawing has it."""

    vpc: str
    zones: tuple[Zone, Zone]
    domain: str
    certificate: str
    listeners: tuple[Listener, ...]
    firewall: bool
    task: Task
    scaling: Scaling
    database: Database | None
    secrets: int
    image_scan: bool
    watching: Watching
    groups: Groups

    @property
    def region(self) -> str:
        """A zone's name without its letter."""
        return self.zones[0].name[:-1]
