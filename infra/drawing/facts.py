"""The values that the drawing shows."""

from dataclasses import dataclass
from typing import Literal

from infra.checks.security_groups import Ports


@dataclass(frozen=True)
class Subnet:
    """A subnet, the gateway of its default route, and whether a NAT gateway is in it."""

    cidr: str
    route: str | None
    nat: bool


@dataclass(frozen=True)
class Zone:
    """An availability zone with its two subnets."""

    name: str
    public: Subnet
    private: Subnet


@dataclass(frozen=True)
class Listener:
    """A port of the load balancer; `action` is `forward` or `redirect`."""

    port: int
    protocol: str
    action: str


@dataclass(frozen=True)
class Database:
    """The database; `instances` includes a standby."""

    kind: Literal["rds", "aurora"]
    version: str
    size: tuple[str, ...]
    instances: int
    encrypted: bool
    backup_days: int


@dataclass(frozen=True)
class Rule:
    """A security group rule; the peer is a network or another group's name."""

    group: str
    inbound: bool
    ports: Ports
    peer: str


@dataclass(frozen=True)
class Facts:
    """The design."""

    vpc: str
    zones: tuple[Zone, Zone]
    domain: str
    certificate: str
    listeners: tuple[Listener, ...]
    cdn: bool
    """Whether CloudFront is in front of the load balancer, which is then internal."""
    firewall: bool
    cpu_units: int
    memory_mib: int
    container: str
    port: int
    least_tasks: int
    most_tasks: int
    cpu_target: float
    memory_target: float
    database: Database | None
    secrets: int
    image_scan: bool
    log_days: int
    alarms: int
    topic: bool
    groups: tuple[str, ...]
    """The security groups' names from the internet inwards."""
    rules: tuple[Rule, ...]

    @property
    def region(self) -> str:
        """A zone's name without its letter."""
        return self.zones[0].name[:-1]
