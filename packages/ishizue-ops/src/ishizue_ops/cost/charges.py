"""What each resource costs a month: one of the design's by its type and properties, another one by
what its maker says of it."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]

from ishizue_ops import project
from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.cost.book import Book, Price
from ishizue_ops.cost.month import HOURS, Month
from ishizue_ops.names import COSTS, Names
from ishizue_ops.resource_types import Finding, Unknown
from ishizue_ops.template import Resource, nodes, scaling, understanding, watched
from ishizue_ops.words import Text

Found = Iterator[tuple[str, str, Decimal]]
"""Lines of the estimate, each with a key of the price book and how many units."""

RATES: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("rates.toml").read_text(encoding="utf-8")
)
_ARCHITECTURES = {"X86_64": "fargate-x86", "ARM64": "fargate-arm"}
_FARGATE = "ECS Fargate"
_IPV4 = "Public IPv4 addresses"


@dataclass(frozen=True)
class Charge:
    """`quantity` units a month at a price, on a line of the estimate."""

    line: str
    price: Price
    quantity: Decimal


def charges(month: Month, book: Book) -> tuple[list[Charge], list[Finding]]:
    """Every charge of the month, in the templates' order, and what has no price."""
    made: list[Charge] = []
    findings: list[Finding] = []
    for resource in month.design.resources:
        with understanding("price", resource, findings):
            stated = resource.raw.get("Metadata", {}).get(COSTS, ())
            for each in stated:
                price = Price.stated(each["line"], each["unit"], Decimal(each["usd"]))
                made.append(Charge(each["line"], price, Decimal(each["units"])))
            if not stated and resource.type not in RATES["free"]:
                found = [*_priced(resource, month)]
                made += [Charge(line, book[key], quantity) for line, key, quantity in found]
    return made, findings


def _priced(resource: Resource, month: Month) -> Found:
    """The lines of a resource. Raises Unknown for one that is not the design's: its use is not."""
    if not resource.ours:
        raise Unknown(Text("no-usage"))
    for name, allowed in RATES["only"].get(resource.type, {}).items():
        value = resource.properties.get(name)
        if value is not None and value not in allowed:
            raise Unknown(Text("unpriced", what=f"{name} {value!r}"))
    rates = RATES["rates"].get(resource.type, ())
    by_properties = BY_PROPERTIES.get(resource.type)
    if not (rates or by_properties or resource.type in RATES["as_used_here"]):
        raise Unknown(Text("not-known-free"))
    for rate in rates:
        units = rate["units"]
        share = month.share(units, resource) if isinstance(units, str) else Decimal(units)
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
    definition = _definition(resource.properties["TaskDefinition"], resource, month)
    web = resource.properties.get("LoadBalancers")
    yield from _fargate(_FARGATE if web else f"{_FARGATE}: {resource.title}", definition, hours)
    if any(node.get("AssignPublicIp") == "ENABLED" for node in nodes(resource.properties)):
        yield _IPV4, "public-ipv4", hours
    product = project.product()
    sends = {"Name": Names(product.name, None).setting("METRICS"), "Value": "on"}
    if resource == month.design.of_type(resource.type)[0] and sends in nodes(definition.properties):
        sent = {name for graph in product.graphs for name, _ in graph.metrics}
        yield "The application's metrics", "custom-metric", Decimal(len(sent))


def _definition(value: object, resource: Resource, month: Month) -> Resource:
    definition = month.design.resolve(value, resource.stack)
    if definition is None:
        raise Unknown(Text("no-definition"))
    return definition


def _fargate(line: str, definition: Resource, hours: Decimal) -> Found:
    size = definition.properties
    platform = _ARCHITECTURES[size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")]
    for name, key in (("Cpu", "vcpu"), ("Memory", "memory")):
        yield line, f"{platform}-{key}", Decimal(size[name]) / 1024 * hours


def _schedule(resource: Resource, month: Month) -> Found:
    """A schedule, or a rule of EventBridge, is free; the tasks that it starts are not."""
    for task in nodes(resource.properties):
        if "TaskDefinitionArn" in task:
            definition = _definition(task["TaskDefinitionArn"], resource, month)
            hours = month.used("jobs") * Decimal(task.get("TaskCount", 1))
            yield from _fargate(f"{_FARGATE}: {resource.title}", definition, hours)


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
    # CloudFront's firewall and its log are in another region.
    acls = month.design.of_type("AWS::WAFv2::WebACL")
    edge = firewall and any(acl.properties.get("Scope") == "CLOUDFRONT" for acl in acls)
    where = f"-{OUTSIDE_REGION}" if edge else ""
    yield "CloudWatch Logs", f"log-ingestion{where}", written
    yield "Stored logs", f"log-storage{where}", stored


def _of_firewall(group: Resource) -> bool:
    return str(group.properties.get("LogGroupName")).startswith("aws-waf-logs-")


def _alarm(resource: Resource, _: Month) -> Found:
    """An alarm costs as many alarms as it watches metrics; AWS makes two with a policy."""
    if metrics := watched(resource):
        yield "Alarms", "alarm", Decimal(metrics)


BY_PROPERTIES: Mapping[str, Callable[[Resource, Month], Found]] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _alarm,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ECS::Service": _service,
    "AWS::Events::Rule": _schedule,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::RDS::DBInstance": _instance,
    "AWS::Scheduler::Schedule": _schedule,
}
"""The types whose price depends on properties."""
