"""What each resource costs a month, from its type and properties."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from ishizue_ops import project
from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Charge, Line, Month, number
from ishizue_ops.cost.usage import HOURS, MILLION, USAGE
from ishizue_ops.names import Names
from ishizue_ops.resource_types import USUAL, Finding, ResourceType, Unknown
from ishizue_ops.template import Resource, nodes, referred, understanding, watched
from ishizue_ops.words import Text

Charges = Iterator[Charge]

_ARCHITECTURES = {"X86_64": "fargate-x86", "ARM64": "fargate-arm"}
_SLOW = 30
"""Seconds between two requests of a health check without surcharge."""

_STANDARD_PERIOD = 60
_LOGS = {"Key": "access_logs.s3.enabled", "Value": "true"}
_DAYS = Decimal(30)

_DATABASE = {
    "Iops": (None,),
    "ManageMasterUserPassword": (None, False),
    "MonitoringInterval": (None, 0),
    "PerformanceInsightsRetentionPeriod": (None, 7),
}
STARTERS = ("AWS::Events::Rule", "AWS::Scheduler::Schedule")
"""The types that may start tasks at their times."""

ONLY: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "AWS::EC2::VPCEndpoint": {"VpcEndpointType": (None, "Gateway")},
    "AWS::ECS::Cluster": {
        "ClusterSettings": (None, [{"Name": "containerInsights", "Value": "disabled"}])
    },
    "AWS::ECS::TaskDefinition": {"EphemeralStorage": (None,)},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {"Type": (None, "application")},
    "AWS::RDS::DBCluster": {
        **_DATABASE,
        "Engine": ("aurora-postgresql",),
        "StorageType": (None, "aurora"),
    },
    "AWS::RDS::DBInstance": {**_DATABASE, "Engine": ("postgres", "aurora-postgresql")},
}
"""The prices, and what is free, hold for these values of properties; None is an absent one."""


def charges(month: Month, book: Book) -> tuple[list[Charge], list[Finding]]:
    """Every charge of the month, in the templates' order, and what has no price.

    A resource whose type or properties have no price, and that is not known to be free, is left
    out whole.
    """
    own = {type_.type: type_ for type_ in book.types if type_.free or type_.prices is not None}
    made: list[Charge] = []
    findings: list[Finding] = []
    for resource in month.design.resources:
        with understanding("price", resource, findings):
            priced = [*_of(resource, month, own.get(resource.type))]
            for charge in priced:
                book[charge.key]  # raises BookError
            made += priced
    return made, findings


def _of(resource: Resource, month: Month, own: ResourceType | None) -> Charges:
    """The charges of a resource, by what the product says of its type, if it does."""
    for name, allowed in ONLY.get(resource.type, {}).items() if own is None else ():
        value = resource.properties.get(name)
        if value not in allowed:
            raise Unknown(Text("unpriced", what=f"{name} {value!r}"))
    stated = own or USUAL.get(resource.type)
    by_properties = PRICED.get(resource.type) if own is None else None
    if stated is None or not (stated.free or stated.prices or by_properties):
        raise Unknown(Text("not-known-free"))
    for line, key, units, per, *_ in stated.prices or ():
        share = month.share(units, resource) if isinstance(units, str) else Decimal(units)
        yield Charge(line, key, share / per)
    if by_properties:
        yield from by_properties(resource, month)


def _load_balancer(resource: Resource, month: Month) -> Charges:
    yield Charge(Line.ALB, "alb", Decimal(HOURS))
    yield Charge(Line.LCU, "alb-lcu", month.share("lcus", resource) * HOURS)
    if resource.properties.get("Scheme") == "internet-facing":
        zones = len(resource.properties.get("Subnets", []))
        yield Charge(Line.IPV4, "public-ipv4", Decimal(zones * HOURS))
        yield Charge(Line.EGRESS, "internet-egress", month.share("egress", resource))
    if _LOGS in resource.properties.get("LoadBalancerAttributes", []):
        yield Charge(Line.STORED, "s3-storage", month.share("access-logs", resource))


def _service(resource: Resource, month: Month) -> Charges:
    """Tasks are priced by the size of their definition; auto scaling decides their number.

    Their public addresses, if they have any, and the metrics that they send are priced too. A
    service without a load balancer has a line of its own.
    """
    tasks = _tasks(resource, month) * HOURS
    definition = _definition(resource.properties.get("TaskDefinition"), resource, month)
    services = month.design.of_type("AWS::ECS::Service")
    balanced = any(service.properties.get("LoadBalancers") for service in services)
    web = resource.properties.get("LoadBalancers") or not balanced
    line = Line.FARGATE if web else f"{Line.FARGATE}: {resource.title}"
    yield from _fargate(line, definition, tasks, month)
    if any(node.get("AssignPublicIp") == "ENABLED" for node in nodes(resource.properties)):
        yield Charge(Line.IPV4, "public-ipv4", tasks)
    if sent := _metrics(definition) if web else 0:
        yield Charge(Line.METRICS, "custom-metric", Decimal(sent))


def _definition(value: object, resource: Resource, month: Month) -> Resource:
    definition = month.design.resolve(value, resource.stack)
    if definition is None or definition.type != "AWS::ECS::TaskDefinition":
        raise Unknown(Text("no-definition"))
    return definition


def _fargate(line: str, definition: Resource, hours: Decimal, month: Month) -> Charges:
    size = definition.properties
    own = size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")
    platform = month.architecture or own
    if platform not in _ARCHITECTURES:
        raise Unknown(Text("unpriced", what=platform))
    for name, key in (("Cpu", "vcpu"), ("Memory", "memory")):
        units = number(name, size.get(name)) / 1024
        yield Charge(line, f"{_ARCHITECTURES[platform]}-{key}", units * hours)


def _tasks(service: Resource, month: Month) -> Decimal:
    for target in month.design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in map(referred, nodes(target.properties.get("ResourceId"))):
            name = f"{month.tasks.value}Capacity"
            return number(name, target.properties.get(name))
    return number("DesiredCount", service.properties.get("DesiredCount", 1))


def _schedule(resource: Resource, month: Month) -> Charges:
    """A schedule, or a rule of EventBridge, is free; the tasks that it starts are not."""
    properties = resource.properties
    for target in [properties.get("Target"), *properties.get("Targets", ())]:
        for task in nodes(target):
            if "TaskDefinitionArn" in task:
                definition = _definition(task["TaskDefinitionArn"], resource, month)
                count = number("TaskCount", task.get("TaskCount", 1))
                hours = USAGE["jobs"].value * month.traffic * count
                yield from _fargate(f"{Line.FARGATE}: {resource.title}", definition, hours, month)


def _health_check(resource: Resource, _: Month) -> Charges:
    """A check of an endpoint in AWS has a price, and HTTPS adds one. Other options have none."""
    settings = resource.properties["HealthCheckConfig"]
    if settings.get("RequestInterval", _SLOW) != _SLOW or settings.get("MeasureLatency"):
        raise Unknown(Text("plain-check", seconds=_SLOW))
    if settings["Type"] not in ("HTTP", "HTTPS"):
        raise Unknown(Text("unpriced", what=settings["Type"]))
    if settings["Type"] == "HTTPS":
        yield Charge(Line.OUTSIDE, "health-check-option", Decimal(1))


def _web_acl(resource: Resource, month: Month) -> Charges:
    edge = "-edge" if resource.properties.get("Scope") == "CLOUDFRONT" else ""
    rules = len(resource.properties.get("Rules", []))
    yield Charge(Line.WAF, f"waf-acl{edge}", Decimal(1))
    yield Charge(Line.WAF, f"waf-rule{edge}", Decimal(rules))
    requests = month.share("requests", resource) / MILLION
    yield Charge(Line.WAF, f"waf-requests{edge}", requests)


def _instance(resource: Resource, month: Month) -> Charges:
    """RDS costs by its class and disk, whose price includes backups of its size; Aurora by ACUs."""
    properties = resource.properties
    kind = properties.get("DBInstanceClass", "")
    disk = properties.get("StorageType")
    if "DBClusterIdentifier" in properties:
        if kind != "db.serverless":
            raise Unknown(Text("unpriced", what=f"Aurora's DBInstanceClass {kind!r}"))
        cluster = month.design.resolve(properties["DBClusterIdentifier"], resource.stack)
        if cluster is None:
            raise Unknown(Text("no-cluster"))
        name = f"{month.database.value}Capacity"
        scaling = cluster.properties.get("ServerlessV2ScalingConfiguration", {})
        units = number(name, scaling.get(name))
        yield Charge(Line.AURORA, "aurora-acu", units * HOURS)
        return
    if disk != "gp3":
        raise Unknown(Text("unpriced", what=f"StorageType {disk!r}"))
    zones = "-multi-az" if str(properties.get("MultiAZ", False)).lower() == "true" else ""
    gigabytes = number("AllocatedStorage", properties.get("AllocatedStorage"))
    yield Charge(Line.RDS, f"rds-{kind.replace('.', '-')}{zones}", Decimal(HOURS))
    yield Charge(Line.RDS, f"rds-gp3{zones}", gigabytes)
    yield from _database_log(resource, month)


def _database_log(resource: Resource, _: Month) -> Charges:
    """RDS writes its log to a group of its own, which is in no template."""
    if resource.properties.get("EnableCloudwatchLogsExports"):
        yield Charge(Line.DATABASE_LOG, "log-ingestion", USAGE["database-log"].value)


def _log_group(resource: Resource, month: Month) -> Charges:
    """The firewall's log has its own amount; the others share the containers' logs."""
    retention = resource.properties.get("RetentionInDays")
    if retention is None:
        raise Unknown(Text("no-retention"))
    others = [each for each in month.design.of_type(resource.type) if not _of_firewall(each)]
    firewall = _of_firewall(resource)
    if firewall and not month.design.of_type("AWS::WAFv2::LoggingConfiguration"):
        return
    written = USAGE["firewall-logs"].value if firewall else USAGE["logs"].value / len(others)
    stored = written * number("RetentionInDays", retention) / _DAYS
    # CloudFront's firewall and its log are in another region.
    acls = month.design.of_type("AWS::WAFv2::WebACL")
    edge = firewall and any(acl.properties.get("Scope") == "CLOUDFRONT" for acl in acls)
    where = f"-{OUTSIDE_REGION}" if edge else ""
    yield Charge(Line.LOGS, f"log-ingestion{where}", written)
    yield Charge(Line.STORED, f"log-storage{where}", stored)


def _of_firewall(group: Resource) -> bool:
    return str(group.properties.get("LogGroupName")).startswith("aws-waf-logs-")


def _secret(resource: Resource, _: Month) -> Charges:
    """Each replica costs as much as the secret."""
    if replicas := len(resource.properties.get("ReplicaRegions", [])):
        yield Charge(Line.COPIES, "secret", Decimal(replicas))


def _alarm(resource: Resource, _: Month) -> Charges:
    """An alarm on an expression costs as many alarms as it has metrics."""
    metrics = resource.properties.get("Metrics", [])
    stats = [metric["MetricStat"] for metric in metrics if "MetricStat" in metric]
    periods = [resource.properties.get("Period"), *(stat.get("Period") for stat in stats)]
    if any(period is not None and int(period) < _STANDARD_PERIOD for period in periods):
        raise Unknown(Text("high-resolution"))
    yield Charge(Line.ALARMS, "alarm", Decimal(watched(resource)))


def _scaling_policy(resource: Resource, _: Month) -> Charges:
    """AWS makes an alarm in each direction with the policy, and charges for both."""
    if both := watched(resource):
        yield Charge(Line.ALARMS, "alarm", Decimal(both))


def _metrics(definition: Resource) -> int:
    """The number of the application's own metrics, if its tasks send them."""
    product = project.product()
    sends = {"Name": Names(product.name, None).setting("METRICS"), "Value": "on"}
    if sends not in nodes(definition.properties):
        return 0
    return len({name for graph in product.graphs for name, _ in graph.metrics})


PRICED: Mapping[str, Callable[[Resource, Month], Charges]] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ECS::Service": _service,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::RDS::DBCluster": _database_log,
    "AWS::RDS::DBInstance": _instance,
    "AWS::Route53::HealthCheck": _health_check,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::WAFv2::WebACL": _web_acl,
    **dict.fromkeys(STARTERS, _schedule),
}
"""The types whose price depends on properties."""
