"""What each resource costs a month, from its type and properties."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from ishizue_ops import project
from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.cost import usage
from ishizue_ops.cost.charge import Charge, Line, Month, number, unpriced
from ishizue_ops.cost.free import FREE
from ishizue_ops.cost.usage import HOURS, MILLION, Amount
from ishizue_ops.names import Names
from ishizue_ops.template import Resource, nodes, watched

Charges = Iterator[Charge]

_ARCHITECTURES = {"X86_64": "fargate-x86", "ARM64": "fargate-arm"}
_SLOW = 30
"""Seconds between two requests of a health check without surcharge."""

_STANDARD_PERIOD = 60
_DAYS = Decimal(30)


class Rate(NamedTuple):
    """What a resource of a type always costs: a number of units, or its share of a usage.

    A usage is counted in units of `per`.
    """

    type: str
    line: Line
    key: str
    units: Amount | int
    per: int = 1


RATES = (
    # A distribution's access log is as large as a load balancer's.
    Rate("AWS::CloudFront::Distribution", Line.CDN, "cloudfront-data", usage.EGRESS),
    Rate("AWS::CloudFront::Distribution", Line.CDN, "cloudfront-requests", usage.REQUESTS, 10**4),
    Rate("AWS::CloudFront::Distribution", Line.STORED, "s3-storage", usage.ACCESS_LOGS),
    Rate("AWS::CloudWatch::Dashboard", Line.DASHBOARD, "dashboard", 1),
    Rate("AWS::EC2::EIP", Line.IPV4, "public-ipv4", HOURS),
    Rate("AWS::EC2::NatGateway", Line.NAT, "nat-gateway", HOURS),
    Rate("AWS::EC2::NatGateway", Line.NAT_DATA, "nat-gateway-data", usage.NAT_DATA),
    Rate("AWS::ECR::Repository", Line.ECR, "ecr-storage", usage.IMAGES),
    # The key in the region of the copies, where backups and images are kept.
    Rate("AWS::KMS::Key", Line.COPIES, "kms-key", 1),
    Rate("AWS::KMS::Key", Line.COPIES, "ecr-storage", usage.IMAGES),
    Rate("AWS::KMS::Key", Line.COPIES, "rds-backup", usage.COPIES_KEPT),
    Rate("AWS::KMS::Key", Line.COPIES, "region-egress", usage.COPIES_SENT),
    Rate("AWS::RDS::DBCluster", Line.AURORA, "aurora-storage", usage.AURORA_STORAGE),
    Rate("AWS::RDS::DBCluster", Line.AURORA, "aurora-io", usage.AURORA_IO, MILLION),
    Rate("AWS::Route53::HealthCheck", Line.OUTSIDE, "health-check", 1),
    Rate("AWS::Route53::HostedZone", Line.DNS, "hosted-zone", 1),
    Rate("AWS::Route53::HostedZone", Line.QUERIES, "dns-queries", usage.DNS_QUERIES, MILLION),
    Rate("AWS::S3::Bucket", Line.STORED, "s3-storage", usage.ACCESS_LOGS),
    Rate("AWS::SecretsManager::Secret", Line.SECRETS, "secret", 1),
    Rate("AWS::SecretsManager::Secret", Line.SECRETS, "secret-calls", usage.SECRET_READS, 10**4),
)

_DATABASE = {
    "Iops": (None,),
    "ManageMasterUserPassword": (None, False),
    "MonitoringInterval": (None, 0),
    "PerformanceInsightsRetentionPeriod": (None, 7),
}
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
"""The prices and `FREE` hold for these values of properties; None means that one is absent."""


def charges(month: Month) -> list[Charge]:
    """Every charge of the month, in the templates' order.

    Raises CostError for a resource, or a property of it, that has no price and is not known to be
    free.
    """
    return [charge for resource in month.design.resources for charge in _of(resource, month)]


def _of(resource: Resource, month: Month) -> Charges:
    for name, allowed in ONLY.get(resource.type, {}).items():
        value = resource.properties.get(name)
        if value not in allowed:
            raise unpriced(resource, f"{name} {value!r} has no price")
    rates = [rate for rate in RATES if rate.type == resource.type]
    if not rates and resource.type not in (*PRICED, *FREE):
        raise unpriced(resource, "no price, and not known to be free")
    for _, line, key, units, per in rates:
        share = Decimal(units) if isinstance(units, int) else month.share(units, resource)
        yield Charge(line, key, share / per)
    if resource.type in PRICED:
        yield from PRICED[resource.type](resource, month)


def _load_balancer(resource: Resource, month: Month) -> Charges:
    yield Charge(Line.ALB, "alb", Decimal(HOURS))
    yield Charge(Line.LCU, "alb-lcu", month.share(usage.LCUS, resource) * HOURS)
    if resource.properties.get("Scheme") == "internet-facing":
        zones = len(resource.properties.get("Subnets", []))
        yield Charge(Line.IPV4, "public-ipv4", Decimal(zones * HOURS))
        yield Charge(Line.EGRESS, "internet-egress", month.share(usage.EGRESS, resource))


def _service(resource: Resource, month: Month) -> Charges:
    """Tasks are priced by the size of their definition; auto scaling decides their number.

    Their public addresses, if they have any, and the metrics that they send are priced too.
    """
    definition = month.design.resolve(resource.properties.get("TaskDefinition"), resource.stack)
    if definition is None:
        raise unpriced(resource, "its task definition is in no template")
    size = definition.properties
    own = size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")
    platform = month.architecture or own
    if platform not in _ARCHITECTURES:
        raise unpriced(definition, f"{platform} has no price")
    tasks = _tasks(resource, month)
    prices = _ARCHITECTURES[platform]
    for name, key in (("Cpu", "vcpu"), ("Memory", "memory")):
        units = number(definition, name, size.get(name)) / 1024
        yield Charge(Line.FARGATE, f"{prices}-{key}", tasks * units * HOURS)
    if any(node.get("AssignPublicIp") == "ENABLED" for node in nodes(resource.properties)):
        yield Charge(Line.IPV4, "public-ipv4", tasks * HOURS)
    if sent := _metrics(definition):
        yield Charge(Line.METRICS, "custom-metric", Decimal(sent))


def _tasks(service: Resource, month: Month) -> Decimal:
    for target in month.design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in str(target.properties.get("ResourceId")):
            name = f"{month.tasks.value}Capacity"
            return number(target, name, target.properties.get(name))
    return number(service, "DesiredCount", service.properties.get("DesiredCount", 1))


def _health_check(resource: Resource, _: Month) -> Charges:
    """A check of an endpoint in AWS has a price, and HTTPS adds one. Other options have none."""
    settings = resource.properties["HealthCheckConfig"]
    if settings.get("RequestInterval", _SLOW) != _SLOW or settings.get("MeasureLatency"):
        raise unpriced(resource, f"only a plain check every {_SLOW} s has a price")
    if settings["Type"] not in ("HTTP", "HTTPS"):
        raise unpriced(resource, f"{settings['Type']} has no price")
    if settings["Type"] == "HTTPS":
        yield Charge(Line.OUTSIDE, "health-check-option", Decimal(1))


def _web_acl(resource: Resource, month: Month) -> Charges:
    edge = "-edge" if resource.properties.get("Scope") == "CLOUDFRONT" else ""
    rules = len(resource.properties.get("Rules", []))
    yield Charge(Line.WAF, f"waf-acl{edge}", Decimal(1))
    yield Charge(Line.WAF, f"waf-rule{edge}", Decimal(rules))
    requests = month.share(usage.REQUESTS, resource) / MILLION
    yield Charge(Line.WAF, f"waf-requests{edge}", requests)


def _instance(resource: Resource, month: Month) -> Charges:
    """RDS costs by class and disk, which includes as much of backups; Aurora by its units."""
    properties = resource.properties
    kind = properties.get("DBInstanceClass", "")
    disk = properties.get("StorageType")
    if "DBClusterIdentifier" in properties:
        if kind != "db.serverless":
            raise unpriced(resource, f"DBInstanceClass {kind!r} has no price in Aurora")
        cluster = month.design.resolve(properties["DBClusterIdentifier"], resource.stack)
        if cluster is None:
            raise unpriced(resource, "its cluster is in no template")
        name = f"{month.database.value}Capacity"
        scaling = cluster.properties.get("ServerlessV2ScalingConfiguration", {})
        units = number(cluster, name, scaling.get(name))
        yield Charge(Line.AURORA, "aurora-acu", units * HOURS)
        return
    if disk != "gp3":
        raise unpriced(resource, f"StorageType {disk!r} has no price")
    zones = "-multi-az" if str(properties.get("MultiAZ", False)).lower() == "true" else ""
    gigabytes = number(resource, "AllocatedStorage", properties.get("AllocatedStorage"))
    yield Charge(Line.RDS, f"rds-{kind.replace('.', '-')}{zones}", Decimal(HOURS))
    yield Charge(Line.RDS, f"rds-gp3{zones}", gigabytes)
    yield from _database_log(resource, month)


def _database_log(resource: Resource, _: Month) -> Charges:
    """RDS writes its log to a group of its own, which is in no template."""
    if resource.properties.get("EnableCloudwatchLogsExports"):
        yield Charge(Line.DATABASE_LOG, "log-ingestion", usage.DATABASE_LOG.value)


def _log_group(resource: Resource, month: Month) -> Charges:
    """The firewall's log has its own amount; the others share the containers' logs."""
    retention = resource.properties.get("RetentionInDays")
    if retention is None:
        raise unpriced(resource, "without a retention it has no monthly price")
    others = [each for each in month.design.of_type(resource.type) if not _of_firewall(each)]
    firewall = _of_firewall(resource)
    written = usage.FIREWALL_LOGS.value if firewall else usage.LOGS.value / len(others)
    stored = written * number(resource, "RetentionInDays", retention) / _DAYS
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
        raise unpriced(resource, "high resolution has no price")
    yield Charge(Line.ALARMS, "alarm", Decimal(watched(resource)))


def _scaling_policy(resource: Resource, _: Month) -> Charges:
    """AWS makes an alarm in each direction with the policy, and charges for both."""
    if both := watched(resource):
        yield Charge(Line.ALARMS, "alarm", Decimal(both))


def _backup_plan(resource: Resource, month: Month) -> Charges:
    """Aurora's copies are priced with their key. RDS's are there beside those that RDS makes."""
    if not month.design.of_type("AWS::RDS::DBCluster"):
        yield Charge(Line.COPIES, "rds-backup", month.share(usage.COPIES_KEPT, resource))
        yield Charge(Line.COPIES, "region-egress", month.share(usage.COPIES_SENT, resource))


def _metrics(definition: Resource) -> int:
    """The number of the application's own metrics, if its tasks send them."""
    product = project.product()
    sends = {"Name": Names(product.name, None).setting("METRICS"), "Value": "on"}
    if sends not in nodes(definition.properties):
        return 0
    return len({name for graph in product.graphs for name, _ in graph.metrics})


PRICED: Mapping[str, Callable[[Resource, Month], Charges]] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::Backup::BackupPlan": _backup_plan,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ECS::Service": _service,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::RDS::DBCluster": _database_log,
    "AWS::RDS::DBInstance": _instance,
    "AWS::Route53::HealthCheck": _health_check,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::WAFv2::WebACL": _web_acl,
}
"""The types whose price depends on properties. A type that is in none of PRICED, RATES and FREE
fails the estimate."""
