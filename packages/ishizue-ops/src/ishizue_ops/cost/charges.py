"""What each resource costs a month: one of the design's by its type and properties, another one by
what its maker says of it."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ishizue_ops import project
from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.cost.book import Book, Price
from ishizue_ops.cost.charge import Charge, Month
from ishizue_ops.cost.usage import HOURS, MILLION
from ishizue_ops.names import COSTS, Names
from ishizue_ops.resource_types import Finding, Unknown
from ishizue_ops.template import Resource, nodes, referred, understanding, watched
from ishizue_ops.words import Text

Found = Iterator[tuple[str, str, Decimal]]
"""Lines of the estimate, each with a key of the price book and how many units."""

RATES: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("rates.toml").read_text(encoding="utf-8")
)
_ARCHITECTURES = {"X86_64": "fargate-x86", "ARM64": "fargate-arm"}
_REQUESTS_PER_LCU_HOUR = 25 * 3600
"""Of a capacity unit's dimensions, new connections is the largest here. AWS bills fractions."""

_LOGS = {"Key": "access_logs.s3.enabled", "Value": "true"}
_DAYS = Decimal(30)
_FARGATE = "ECS Fargate"
_IPV4 = "Public IPv4 addresses"


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
        yield rate["line"], rate["key"], share / rate.get("per", 1)
    if by_properties:
        yield from by_properties(resource, month)


def _load_balancer(resource: Resource, month: Month) -> Found:
    yield "ALB", "alb", Decimal(HOURS)
    units = month.share("requests", resource) / _REQUESTS_PER_LCU_HOUR
    yield "Load balancer capacity", "alb-lcu", units
    if resource.properties.get("Scheme") == "internet-facing":
        zones = len(resource.properties.get("Subnets", []))
        yield _IPV4, "public-ipv4", Decimal(zones * HOURS)
        yield "Data out to the internet", "internet-egress", month.share("egress", resource)
    if _LOGS in resource.properties.get("LoadBalancerAttributes", []):
        yield "Stored logs", "s3-storage", month.share("access-logs", resource)


def _service(resource: Resource, month: Month) -> Found:
    """Tasks are priced by the size of their definition; auto scaling decides their number.

    Their public addresses, if they have any, and the metrics that they send are priced too. A
    service without a load balancer has a line of its own.
    """
    hours = _tasks(resource, month) * HOURS
    definition = month.design.resolve(resource.properties["TaskDefinition"], resource.stack)
    services = month.design.of_type(resource.type)
    balanced = any(service.properties.get("LoadBalancers") for service in services)
    web = resource.properties.get("LoadBalancers") or not balanced
    yield from _fargate(_FARGATE if web else f"{_FARGATE}: {resource.title}", definition, hours)
    if any(node.get("AssignPublicIp") == "ENABLED" for node in nodes(resource.properties)):
        yield _IPV4, "public-ipv4", hours
    if sent := _metrics(definition) if web else 0:
        yield "The application's metrics", "custom-metric", Decimal(sent)


def _fargate(line: str, definition: Resource | None, hours: Decimal) -> Found:
    if definition is None:
        raise Unknown(Text("no-definition"))
    size = definition.properties
    platform = _ARCHITECTURES[size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")]
    for name, key in (("Cpu", "vcpu"), ("Memory", "memory")):
        yield line, f"{platform}-{key}", Decimal(size[name]) / 1024 * hours


def _tasks(service: Resource, month: Month) -> Decimal:
    for target in month.design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in map(referred, nodes(target.properties["ResourceId"])):
            return Decimal(target.properties[f"{month.tasks.value}Capacity"])
    return Decimal(service.properties.get("DesiredCount", 1))


def _metrics(definition: Resource | None) -> int:
    """The number of the application's own metrics, if its tasks send them."""
    product = project.product()
    sends = {"Name": Names(product.name, None).setting("METRICS"), "Value": "on"}
    if definition is None or sends not in nodes(definition.properties):
        return 0
    return len({name for graph in product.graphs for name, _ in graph.metrics})


def _schedule(resource: Resource, month: Month) -> Found:
    """A schedule, or a rule of EventBridge, is free; the tasks that it starts are not."""
    for task in nodes(resource.properties):
        if "TaskDefinitionArn" in task:
            definition = month.design.resolve(task["TaskDefinitionArn"], resource.stack)
            hours = month.used("jobs") * Decimal(task.get("TaskCount", 1))
            yield from _fargate(f"{_FARGATE}: {resource.title}", definition, hours)


def _health_check(resource: Resource, _: Month) -> Found:
    """A check of an endpoint in AWS has a price, and HTTPS adds one."""
    if resource.properties["HealthCheckConfig"]["Type"] == "HTTPS":
        yield "External check", "health-check-option", Decimal(1)


def _web_acl(resource: Resource, month: Month) -> Found:
    edge = "-edge" if resource.properties.get("Scope") == "CLOUDFRONT" else ""
    line = "Web application firewall"
    yield line, f"waf-acl{edge}", Decimal(1)
    yield line, f"waf-rule{edge}", Decimal(len(resource.properties.get("Rules", [])))
    yield line, f"waf-requests{edge}", month.share("requests", resource) / MILLION


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
    yield from _database_log(resource, month)


def _database_log(resource: Resource, month: Month) -> Found:
    """RDS writes its log to a group of its own, which is in no template."""
    if resource.properties.get("EnableCloudwatchLogsExports"):
        yield "The database's log", "log-ingestion", month.used("database-log")


def _log_group(resource: Resource, month: Month) -> Found:
    """The firewall's log has its own amount; the others share the containers' logs."""
    firewall = _of_firewall(resource)
    if firewall and not month.design.of_type("AWS::WAFv2::LoggingConfiguration"):
        return
    groups = [each for each in month.design.of_type(resource.type) if each.ours]
    alike = sum(_of_firewall(each) == firewall for each in groups)
    written = month.used("firewall-logs" if firewall else "logs") / alike
    stored = written * Decimal(resource.properties["RetentionInDays"]) / _DAYS
    # CloudFront's firewall and its log are in another region.
    acls = month.design.of_type("AWS::WAFv2::WebACL")
    edge = firewall and any(acl.properties.get("Scope") == "CLOUDFRONT" for acl in acls)
    where = f"-{OUTSIDE_REGION}" if edge else ""
    yield "CloudWatch Logs", f"log-ingestion{where}", written
    yield "Stored logs", f"log-storage{where}", stored


def _of_firewall(group: Resource) -> bool:
    return str(group.properties.get("LogGroupName")).startswith("aws-waf-logs-")


def _secret(resource: Resource, _: Month) -> Found:
    """Each replica costs as much as the secret."""
    if replicas := len(resource.properties.get("ReplicaRegions", [])):
        yield "Copies in another region", "secret", Decimal(replicas)


def _alarm(resource: Resource, _: Month) -> Found:
    """An alarm costs as many alarms as it watches metrics; AWS makes two with a policy."""
    if metrics := watched(resource):
        yield "Alarms", "alarm", Decimal(metrics)


BY_PROPERTIES: Mapping[str, Callable[[Resource, Month], Found]] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _alarm,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ECS::Service": _service,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Events::Rule": _schedule,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::RDS::DBCluster": _database_log,
    "AWS::RDS::DBInstance": _instance,
    "AWS::Route53::HealthCheck": _health_check,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::WAFv2::WebACL": _web_acl,
}
"""The types whose price depends on properties."""
