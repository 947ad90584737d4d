"""What each resource costs a month: one of the design's by its type and properties, another one by
what its maker says of it. `usage.toml` has the usage that no template states."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]

from ishizue_ops import project
from ishizue_ops.config import ConfigError
from ishizue_ops.cost.book import Book, Price
from ishizue_ops.names import COSTS, Names
from ishizue_ops.resource_types import Unknown
from ishizue_ops.template import Design, Resource, nodes, scaling, watched
from ishizue_ops.words import Text

_HERE = Path(__file__).parent

HOURS = 730
"""Hours in a month, as in AWS's calculator."""


@dataclass(frozen=True)
class Amount:
    """The amount a month for the whole design, and what it is in both languages."""

    value: Decimal
    en: str
    ja: str
    unit: str = ""
    by_requests: bool = False
    """Whether twice the requests are twice the amount."""


USAGE: Mapping[str, Amount] = {
    name: Amount(**{**table, "value": Decimal(table["value"])})
    for name, table in tomllib.loads(
        _HERE.joinpath("usage.toml").read_text(encoding="utf-8"), parse_float=Decimal
    ).items()
}
"""The amounts by their names, in the order of the page."""


def usage() -> Mapping[str, Amount]:
    """The amounts, with the product's own. Raises ConfigError for one that has another name."""
    own = project.product().usage
    if unknown := own.keys() - USAGE.keys():
        raise ConfigError(Text("because", what=f"usage={unknown}", why=", ".join(USAGE)))
    stated = {name: replace(USAGE[name], value=Decimal(str(value))) for name, value in own.items()}
    return {**USAGE, **stated}


class Size(Enum):
    """The end of its range at which whatever scales stays all month."""

    LEAST = "Min"
    MOST = "Max"


@dataclass(frozen=True)
class Month:
    """A design at a size. `traffic` is the share of the assumed requests that the month has."""

    design: Design
    tasks: Size = Size.LEAST
    database: Size = Size.LEAST
    traffic: Decimal = Decimal(1)

    def used(self, of: str) -> Decimal:
        """A usage of the whole design."""
        amount = usage()[of]
        return amount.value * (self.traffic if amount.by_requests else 1)


Found = Iterator[tuple[str, str, Decimal]]
"""Lines of the estimate, each with a key of the price book and how many units."""

RATES: Mapping[str, Any] = tomllib.loads(_HERE.joinpath("rates.toml").read_text(encoding="utf-8"))
_ARCHITECTURES = {"X86_64": "fargate-x86", "ARM64": "fargate-arm"}
_FARGATE = "ECS Fargate"


@dataclass(frozen=True)
class Charge:
    """`quantity` units a month at a price, on a line of the estimate."""

    line: str
    price: Price
    quantity: Decimal


def charges(resource: Resource, month: Month, book: Book) -> Iterator[Charge]:
    """What a resource costs in the month. Raises Unknown, or what a malformed one leads to."""
    stated = resource.raw.get("Metadata", {}).get(COSTS, ())
    for each in stated:
        line, unit, usd = each["line"], each["unit"], Decimal(each["usd"])
        yield Charge(line, Price(f"{line}: {unit} at {usd}", unit, usd), Decimal(each["units"]))
    if not stated and resource.type not in RATES["free"]:
        for line, key, quantity in _priced(resource, month):
            yield Charge(line, book[key], quantity)


def _priced(resource: Resource, month: Month) -> Found:
    """The lines of a resource. Raises Unknown for one that is not the design's: its use is not."""
    if not resource.ours:
        raise Unknown(Text("no-usage"))
    for name, allowed in RATES["only"].get(resource.type, {}).items():
        value = resource.properties.get(name)
        if value is not None and value not in allowed:
            raise Unknown(Text("unpriced", what=f"{name} {value!r}"))
    rates = RATES["rates"].get(resource.type, ())
    by_properties = _BY_PROPERTIES.get(resource.type)
    if not (rates or by_properties or resource.type in RATES["as_used_here"]):
        raise Unknown(Text("not-known-free"))
    alike = sum(each.ours for each in month.design.of_type(resource.type))
    for rate in rates:
        units = rate["units"]
        share = month.used(units) / alike if isinstance(units, str) else Decimal(units)
        times = jmespath.search(rate["times"], resource.properties) if "times" in rate else 1
        if times:
            yield rate["line"], rate["key"], share * Decimal(times) / rate.get("per", 1)
    if by_properties:
        yield from by_properties(resource, month)


def _service(resource: Resource, month: Month) -> Found:
    """Tasks are priced by the size of their definition; auto scaling decides their number.

    Their public addresses, if they have any, are priced too, and so are the metrics that all
    services send as one. A service without a load balancer has a line of its own.
    """
    scaled = scaling(month.design, resource)
    fixed = resource.properties.get("DesiredCount", 1)
    tasks = scaled.properties[f"{month.tasks.value}Capacity"] if scaled else fixed
    hours = Decimal(tasks) * HOURS
    [definition] = month.design.resolve_all(resource.properties["TaskDefinition"], resource.stack)
    web = resource.properties.get("LoadBalancers")
    yield from _fargate(_FARGATE if web else f"{_FARGATE}: {resource.title}", definition, hours)
    if any(node.get("AssignPublicIp") == "ENABLED" for node in nodes(resource.properties)):
        yield "Public IPv4 addresses", "public-ipv4", hours
    product = project.product()
    sends = {"Name": Names(product.name, None).setting("METRICS"), "Value": "on"}
    if resource == month.design.of_type(resource.type)[0] and sends in nodes(definition.properties):
        sent = {name for graph in product.graphs for name, _ in graph.metrics}
        yield "The application's metrics", "custom-metric", Decimal(len(sent))


def _fargate(line: str, definition: Resource, hours: Decimal) -> Found:
    size = definition.properties
    platform = _ARCHITECTURES[size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")]
    for name, key in (("Cpu", "vcpu"), ("Memory", "memory")):
        yield line, f"{platform}-{key}", Decimal(size[name]) / 1024 * hours


def _schedule(resource: Resource, month: Month) -> Found:
    """A schedule is free; the task that it starts is not."""
    for target in nodes(resource.properties):
        if "TaskDefinitionArn" in target:
            [task] = month.design.resolve_all(target["TaskDefinitionArn"], resource.stack)
            yield from _fargate(f"{_FARGATE}: {resource.title}", task, month.used("jobs"))


def _instance(resource: Resource, month: Month) -> Found:
    """RDS costs by its class and disk, whose price includes backups of its size; Aurora by ACUs."""
    properties = resource.properties
    kind = properties["DBInstanceClass"]
    cluster = month.design.resolve(properties.get("DBClusterIdentifier"), resource.stack)
    if cluster and kind == "db.serverless":
        units = cluster.properties["ServerlessV2ScalingConfiguration"]
        hours = Decimal(units[f"{month.database.value}Capacity"]) * HOURS
        yield "Aurora Serverless v2", "aurora-acu", hours
        return
    zones = "-multi-az" if properties.get("MultiAZ") else ""
    yield "RDS PostgreSQL", f"rds-{kind.replace('.', '-')}{zones}", Decimal(HOURS)
    yield "RDS PostgreSQL", f"rds-gp3{zones}", Decimal(properties["AllocatedStorage"])


def _log_group(resource: Resource, month: Month) -> Found:
    """The firewall's log has its own amount; the others share the containers' logs."""
    firewall = _of_firewall(resource)
    if firewall and not month.design.of_type("AWS::WAFv2::LoggingConfiguration"):
        return
    groups = [each for each in month.design.of_type(resource.type) if each.ours]
    alike = sum(_of_firewall(each) == firewall for each in groups)
    written = month.used("firewall-logs" if firewall else "logs") / alike
    stored = written * Decimal(resource.properties["RetentionInDays"]) / 30
    yield "CloudWatch Logs", "log-ingestion", written
    yield "Stored logs", "log-storage", stored


def _of_firewall(group: Resource) -> bool:
    return str(group.properties.get("LogGroupName")).startswith("aws-waf-logs-")


def _alarm(resource: Resource, _: Month) -> Found:
    """An alarm costs as many alarms as it watches metrics; AWS makes two with a policy."""
    if metrics := watched(resource):
        yield "Alarms", "alarm", Decimal(metrics)


_BY_PROPERTIES: Mapping[str, Callable[[Resource, Month], Found]] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _alarm,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ECS::Service": _service,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::RDS::DBInstance": _instance,
    "AWS::Scheduler::Schedule": _schedule,
}
"""The types whose price depends on properties."""
