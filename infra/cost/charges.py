"""What each resource costs a month, from its type and properties."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from infra.checks.template import Resource
from infra.cost import cdn, database, monitoring, usage
from infra.cost.charge import Charge, Line, Month, number, plain, unpriced
from infra.cost.free import FREE
from infra.cost.usage import HOURS

Charges = Iterator[Charge]

_ARCHITECTURES = {"X86_64": "x86", "ARM64": "ARM"}
_CPU_UNITS = 1024
_MB = 1024
_SLOW = 30
"""Seconds between two requests of a health check without surcharge."""


def charges(month: Month) -> list[Charge]:
    """Every charge of the month, in the templates' order.

    Raises CostError for a resource, or a property of it, that has no price and is not known to be
    free.
    """
    return [charge for resource in month.design.resources for charge in _of(resource, month)]


def _of(resource: Resource, month: Month) -> Charges:
    if resource.type in PRICED:
        return PRICED[resource.type](resource, month)
    if resource.type in FREE:
        return iter(())
    raise unpriced(resource, "no price, and not known to be free")


def _load_balancer(resource: Resource, month: Month) -> Charges:
    if resource.properties.get("Type", "application") != "application":
        raise unpriced(resource, "only application load balancers have a price")
    yield Charge(Line.ALB, "alb", Decimal(HOURS), f"{{}} x {HOURS} h")
    lcus = month.share(usage.LCUS, resource)
    yield Charge(Line.LCU, "alb-lcu", lcus * HOURS, f"{lcus:.2f} LCUs on average")
    if resource.properties.get("Scheme") == "internet-facing":
        zones = Decimal(len(resource.properties.get("Subnets", [])))
        yield Charge(Line.IPV4, "public-ipv4", zones * HOURS, "of the ALB: {}", zones)
        egress = month.share(usage.EGRESS, resource)
        yield Charge(Line.EGRESS, "internet-egress", egress, "{} GB", egress)


def _nat_gateway(resource: Resource, month: Month) -> Charges:
    data = month.share(usage.NAT_DATA, resource)
    yield Charge(Line.NAT, "nat-gateway", Decimal(HOURS), f"{{}} x {HOURS} h")
    yield Charge(Line.NAT_DATA, "nat-gateway-data", data, "{} GB", data)


def _elastic_ip(_: Resource, __: Month) -> Charges:
    yield Charge(Line.IPV4, "public-ipv4", Decimal(HOURS), "of NAT gateways: {}")


def _endpoint(resource: Resource, _: Month) -> Charges:
    """A gateway endpoint is free."""
    if resource.properties.get("VpcEndpointType", "Gateway") != "Gateway":
        raise unpriced(resource, "only gateway endpoints have a price, which is none")
    return iter(())


def _service(resource: Resource, month: Month) -> Charges:
    """Tasks by the size of their definition; auto scaling decides their number."""
    definition = month.design.resolve(resource.properties.get("TaskDefinition"), resource.stack)
    if definition is None:
        raise unpriced(resource, "its task definition is in no template")
    size = definition.properties
    if "EphemeralStorage" in size:
        raise unpriced(definition, "EphemeralStorage has no price")
    own = size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")
    platform = month.architecture or own
    if platform not in _ARCHITECTURES:
        raise unpriced(definition, f"{platform} has no price")
    cpus = number(definition, "Cpu", size.get("Cpu")) / _CPU_UNITS
    memory = number(definition, "Memory", size.get("Memory")) / _MB
    kind = _ARCHITECTURES[platform]
    tasks, prices = _tasks(resource, month), f"fargate-{kind.lower()}"
    of = f"{{}} x ({plain(cpus)} vCPU, {plain(memory)} GB, {kind}) x {HOURS} h"
    yield Charge(Line.FARGATE, f"{prices}-vcpu", tasks * cpus * HOURS, of, tasks)
    yield Charge(Line.FARGATE, f"{prices}-memory", tasks * memory * HOURS, of, tasks)


def _tasks(service: Resource, month: Month) -> Decimal:
    for target in month.design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in str(target.properties.get("ResourceId")):
            name = f"{month.tasks.value}Capacity"
            return number(target, name, target.properties.get(name))
    return number(service, "DesiredCount", service.properties.get("DesiredCount", 1))


def _cluster(resource: Resource, _: Month) -> Charges:
    for setting in resource.properties.get("ClusterSettings", []):
        if setting["Name"] == "containerInsights" and setting["Value"] != "disabled":
            raise unpriced(resource, "Container Insights has no price")
    return iter(())


def _repository(resource: Resource, month: Month) -> Charges:
    stored = month.share(usage.IMAGES, resource)
    yield Charge(Line.ECR, "ecr-storage", stored, "{} GB", stored)


def _hosted_zone(resource: Resource, month: Month) -> Charges:
    queries = month.share(usage.DNS_QUERIES, resource)
    yield Charge(Line.DNS, "hosted-zone", Decimal(1), "zones: {}")
    yield Charge(Line.QUERIES, "dns-queries", queries / 10**6, "{} queries", queries)


def _health_check(resource: Resource, _: Month) -> Charges:
    """A check of an endpoint in AWS; what HTTPS, its text, its speed and its latency add."""
    settings = resource.properties["HealthCheckConfig"]
    if settings.get("RequestInterval", _SLOW) != _SLOW or settings.get("MeasureLatency"):
        raise unpriced(resource, f"only a plain check every {_SLOW} s has a price")
    yield Charge(Line.OUTSIDE, "health-check", Decimal(1), "checks: {}")
    if settings["Type"] == "HTTPS":
        yield Charge(Line.OUTSIDE, "health-check-option", Decimal(1), "of HTTPS: {}")
    elif settings["Type"] != "HTTP":
        raise unpriced(resource, f"{settings['Type']} has no price")


def _secret(resource: Resource, month: Month) -> Charges:
    calls = month.share(usage.SECRET_READS, resource)
    yield Charge(Line.SECRETS, "secret", Decimal(1), "secrets: {}")
    yield Charge(Line.SECRETS, "secret-calls", calls / 10**4, "calls: {}", calls)


def _web_acl(resource: Resource, month: Month) -> Charges:
    rules = Decimal(len(resource.properties.get("Rules", [])))
    requests = month.share(usage.REQUESTS, resource)
    edge = "-edge" if resource.properties.get("Scope") == "CLOUDFRONT" else ""
    yield Charge(Line.WAF, f"waf-acl{edge}", Decimal(1), "web ACLs: {}")
    yield Charge(Line.WAF, f"waf-rule{edge}", rules, "rules: {}", rules)
    yield Charge(Line.WAF, f"waf-requests{edge}", requests / 10**6, "requests: {}", requests)


def _bucket(resource: Resource, month: Month) -> Charges:
    stored = month.share(usage.ACCESS_LOGS, resource)
    yield Charge(Line.STORED, "s3-storage", stored, "{} GB in S3", stored)


PRICED: Mapping[str, Callable[[Resource, Month], Charges]] = {
    "AWS::EC2::EIP": _elastic_ip,
    "AWS::EC2::NatGateway": _nat_gateway,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::ECR::Repository": _repository,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ECS::Service": _service,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Route53::HealthCheck": _health_check,
    "AWS::Route53::HostedZone": _hosted_zone,
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::WAFv2::WebACL": _web_acl,
    **cdn.PRICED,
    **database.PRICED,
    **monitoring.PRICED,
}
"""The charges of a type. A type that is neither here nor in `free.FREE` fails the estimate."""
