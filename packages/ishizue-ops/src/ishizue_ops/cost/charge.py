"""The terms of an estimate: a charge, its line, and the month it is for."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from ishizue_ops.cost.usage import Amount
from ishizue_ops.template import Design, Resource


class CostError(Exception):
    """Something in the design has no price; the message is one line."""


class Line(StrEnum):
    """A line of the estimate, in the page's order."""

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
    def size(self) -> str:
        """How many tasks the month has, and between which sizes its database scales."""
        scaling = "AWS::RDS::DBCluster", "ServerlessV2ScalingConfiguration"
        units = " to ".join(filter(None, (self._end(scaling[0], end, scaling[1]) for end in Size)))
        tasks = self._end("AWS::ApplicationAutoScaling::ScalableTarget", self.tasks)
        return f"{tasks} tasks" + (f", {units} ACU" if units else "")

    def _end(self, type_: str, size: Size, *inside: str) -> str:
        for resource in self.design.of_type(type_):
            found = resource.properties
            for name in inside:
                found = found[name]
            return plain(number(resource, size.value, found.get(f"{size.value}Capacity")))
        return ""

    def share(self, of: Amount, resource: Resource) -> Decimal:
        """One resource's share of a usage; resources of a type share equally."""
        return self.traffic * of.value / len(self.design.of_type(resource.type))


@dataclass(frozen=True)
class Charge:
    """`quantity` units a month of the price `key`."""

    line: Line
    key: str
    quantity: Decimal


def number(resource: Resource, name: str, value: Any) -> Decimal:
    """A property as a number; templates may have it as a string.

    Raises CostError if it is absent or only known at deployment.
    """
    if isinstance(value, int | float | str):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            pass
    raise unpriced(resource, f"{name} is not a number: {value!r}")


def unpriced(resource: Resource, why: str) -> CostError:
    """The error for a resource, or a property of it, that has no price."""
    return CostError(f"{resource.type} {resource.name}: {why}")


def plain(value: Decimal) -> str:
    """A number as short as possible, with thousands separators."""
    return f"{round(value, 6).normalize():,f}"  # a third of 1,000, three times
