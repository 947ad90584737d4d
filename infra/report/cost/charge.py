"""The words of an estimate: a charge, the line it belongs to, and the month it is for."""

import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from infra.report.cost.usage import ASSUMED, Usage
from infra.report.template import Design, Resource


class CostError(Exception):
    """Something in the design has no price; the message is one line that names it."""


class Line(StrEnum):
    """A line of the estimate, in the order of the page: the document's, then the others."""

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
    QUERIES = "DNS queries"
    STORED = "Stored logs"
    ALARMS = "Alarms"
    DASHBOARD = "Dashboard"
    METRICS = "The application's metrics"
    SECRETS = "Secrets"
    KEYS = "Encryption keys"
    WAF = "Web application firewall"
    ENDPOINTS = "Interface endpoints"


class Size(Enum):
    """Which end of its range something that scales is at, all month long."""

    LEAST = "Min"
    MOST = "Max"


@dataclass(frozen=True)
class Month:
    """What is priced: a design at a size, under an assumed usage."""

    design: Design
    tasks: Size = Size.LEAST
    database: Size = Size.LEAST
    usage: Usage = ASSUMED

    def share(self, of: Decimal, resource: Resource) -> Decimal:
        """One resource's part of a usage that all of its type have together."""
        return of / len(self.design.of_type(resource.type))

    def on(self, architecture: str) -> "Month":
        """The month with its tasks on `X86_64` or `ARM64`; nothing else depends on that."""
        templates = copy.deepcopy(dict(self.design.templates))
        for template in templates.values():
            for resource in template.get("Resources", {}).values():
                if resource["Type"] == "AWS::ECS::TaskDefinition":
                    platform = resource["Properties"].setdefault("RuntimePlatform", {})
                    platform["CpuArchitecture"] = architecture
        return replace(self, design=Design(templates))


@dataclass(frozen=True)
class Charge:
    """`quantity` units a month of the price `key`.

    `of` says what they are, for the reader: `{}` in it stands for `count`, which is summed over
    the charges that say the same.
    """

    line: Line
    key: str
    quantity: Decimal
    of: str
    count: Decimal = Decimal(1)


def number(resource: Resource, name: str, value: Any) -> Decimal:
    """A property as a number, that templates write as one or as a string.

    Raises CostError where the property is absent or decided only at deployment.
    """
    if isinstance(value, int | float | str):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            pass
    raise CostError(f"{resource.type} {resource.name}: {name} is no number: {value!r}")


def plain(value: Decimal) -> str:
    """A number for the reader: as short as it goes, thousands separated."""
    return f"{value.normalize():,f}"
