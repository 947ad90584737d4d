"""The terms of an estimate: a charge, its line, and the month it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from ishizue_ops.cost.usage import USAGE
from ishizue_ops.resource_types import Unknown
from ishizue_ops.template import Design, Resource
from ishizue_ops.words import Text


class Line(StrEnum):
    """A line of the estimate, in the page's order; lines of other names come after these."""

    ALB = "ALB"
    FARGATE = "ECS Fargate"
    NAT = "NAT Gateway"
    ECR = "ECR"
    LOGS = "CloudWatch Logs"
    DNS = "Route 53"
    RDS = "RDS PostgreSQL"
    AURORA = "Aurora Serverless v2"
    IPV4 = "Public IPv4 addresses"
    LCU = "Load balancer capacity"
    NAT_DATA = "NAT gateway data"
    EGRESS = "Data out to the internet"
    CDN = "CloudFront"
    QUERIES = "DNS queries"
    DATABASE_LOG = "The database's log"
    COPIES = "Copies in another region"
    STORED = "Stored logs"
    ALARMS = "Alarms"
    DASHBOARD = "Dashboard"
    METRICS = "The application's metrics"
    SECRETS = "Secrets"
    WAF = "Web application firewall"
    OUTSIDE = "External check"


class Size(Enum):
    """The end of its range at which whatever scales stays all month."""

    LEAST = "Min"
    MOST = "Max"


@dataclass(frozen=True)
class Month:
    """A design at a size, with its tasks on another architecture if there is one.

    `traffic` is the share of the assumed usage that the month has.
    """

    design: Design
    tasks: Size = Size.LEAST
    database: Size = Size.LEAST
    architecture: str = ""
    traffic: Decimal = Decimal(1)

    @property
    def count(self) -> Decimal:
        """How many tasks the month has."""
        targets = self.design.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
        return sum((_end(target.properties, self.tasks) for target in targets), Decimal(0))

    @property
    def size(self) -> str:
        """How many tasks the month has, and between which sizes its database scales."""
        text = f"{plain(self.count)} task{'s' if self.count != 1 else ''}"
        for cluster in self.design.of_type("AWS::RDS::DBCluster"):
            scaling = cluster.properties.get("ServerlessV2ScalingConfiguration", {})
            text += f", {' to '.join(plain(_end(scaling, end)) for end in Size)} ACU"
        return text

    def share(self, of: str, resource: Resource) -> Decimal:
        """One resource's share of a usage; resources of a type share equally."""
        return self.traffic * USAGE[of].value / len(self.design.of_type(resource.type))


@dataclass(frozen=True)
class Charge:
    """`quantity` units a month of the price `key`."""

    line: str
    key: str
    quantity: Decimal


def _end(scaling: Mapping[str, Any], size: Size) -> Decimal:
    """The capacity at one end of its range; 0 if that is not known."""
    try:
        return number(size.value, scaling.get(f"{size.value}Capacity"))
    except Unknown:
        return Decimal(0)


def number(name: str, value: Any) -> Decimal:
    """A property as a number; templates may have it as a string.

    Raises Unknown if it is absent or only known at deployment.
    """
    if isinstance(value, int | float | str):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            pass
    raise Unknown(Text("no-number", name=name, value=value))


def plain(value: Decimal) -> str:
    """A number as short as possible, with thousands separators."""
    return f"{round(value, 6).normalize():,f}"  # a third of 1,000, three times
