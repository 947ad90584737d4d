"""What each type of resource costs a month, from the properties that its template gives it."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from infra.report.cost import database, monitoring
from infra.report.cost.charge import Charge, CostError, Line, Month, number, plain
from infra.report.cost.free import FREE
from infra.report.cost.usage import HOURS
from infra.report.template import Resource

Charges = Iterator[Charge]

_ARCHITECTURES = {"X86_64": "x86", "ARM64": "ARM"}
_CPU_UNITS = 1024
_MB = 1024


def charges(month: Month) -> list[Charge]:
    """Every charge of the month, in the order of the templates.

    Raises CostError naming the resource whose type has neither a price nor a reason to be free,
    or whose properties ask for something that is not priced here.
    """
    return [charge for resource in month.design.resources for charge in _of(resource, month)]


def _of(resource: Resource, month: Month) -> Charges:
    if resource.type in PRICED:
        return PRICED[resource.type](resource, month)
    if resource.type not in FREE:
        raise CostError(
            f"{resource.type} {resource.name} has neither a price nor a reason to be free"
        )
    return iter(())


def _load_balancer(resource: Resource, month: Month) -> Charges:
    if resource.properties.get("Type", "application") != "application":
        raise CostError(f"{resource.type} {resource.name}: only application ones have a price")
    yield Charge(Line.ALB, "alb", Decimal(HOURS), f"{{}} x {HOURS} h")
    lcus = month.share(month.usage.lcus, resource)
    yield Charge(Line.LCU, "alb-lcu", lcus * HOURS, f"{lcus:.2f} LCUs on average")
    if resource.properties.get("Scheme") == "internet-facing":
        zones = Decimal(len(resource.properties.get("Subnets", [])))
        yield Charge(Line.IPV4, "public-ipv4", zones * HOURS, "of the ALB: {}", zones)
        egress = month.share(month.usage.internet_egress.value, resource)
        yield Charge(Line.EGRESS, "internet-egress", egress, "{} GB", egress)


def _nat_gateway(resource: Resource, month: Month) -> Charges:
    data = month.share(month.usage.nat_data.value, resource)
    yield Charge(Line.NAT, "nat-gateway", Decimal(HOURS), f"{{}} x {HOURS} h")
    yield Charge(Line.NAT_DATA, "nat-gateway-data", data, "{} GB", data)


def _elastic_ip(_: Resource, __: Month) -> Charges:
    yield Charge(Line.IPV4, "public-ipv4", Decimal(HOURS), "of NAT gateways: {}")


def _endpoint(resource: Resource, _: Month) -> Charges:
    if resource.properties.get("VpcEndpointType", "Gateway") == "Interface":
        zones = Decimal(len(resource.properties.get("SubnetIds", [])))
        yield Charge(Line.ENDPOINTS, "interface-endpoint", zones * HOURS, "zones: {}", zones)


def _service(resource: Resource, month: Month) -> Charges:
    """Tasks are charged by their definition's size; how many there are, auto scaling decides."""
    definition = month.design.resolve(resource.properties.get("TaskDefinition"), resource.stack)
    if definition is None:
        raise CostError(f"{resource.type} {resource.name}: its task definition is in no template")
    size = definition.properties
    if "EphemeralStorage" in size:
        raise CostError(f"{definition.type} {definition.name}: EphemeralStorage has no price")
    platform = size.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")
    if platform not in _ARCHITECTURES:
        raise CostError(f"{definition.type} {definition.name}: {platform} has no price")
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
            raise CostError(f"{resource.type} {resource.name}: Container Insights has no price")
    return iter(())


def _repository(resource: Resource, month: Month) -> Charges:
    stored = month.share(month.usage.images.value, resource)
    yield Charge(Line.ECR, "ecr-storage", stored, "{} GB", stored)


def _hosted_zone(resource: Resource, month: Month) -> Charges:
    queries = month.share(month.usage.dns_queries.value, resource)
    yield Charge(Line.DNS, "hosted-zone", Decimal(1), "zones: {}")
    yield Charge(Line.QUERIES, "dns-queries", queries / 10**6, "{} queries", queries)


def _secret(resource: Resource, month: Month) -> Charges:
    calls = month.share(month.usage.secret_calls.value, resource)
    yield Charge(Line.SECRETS, "secret", Decimal(1), "secrets: {}")
    yield Charge(Line.SECRETS, "secret-calls", calls / 10**4, "calls: {}", calls)


def _key(_: Resource, __: Month) -> Charges:
    yield Charge(Line.KEYS, "kms-key", Decimal(1), "keys: {}")


def _web_acl(resource: Resource, month: Month) -> Charges:
    rules = Decimal(len(resource.properties.get("Rules", [])))
    requests = month.share(month.usage.requests.value, resource)
    yield Charge(Line.WAF, "waf-acl", Decimal(1), "web ACLs: {}")
    yield Charge(Line.WAF, "waf-rule", rules, "rules: {}", rules)
    yield Charge(Line.WAF, "waf-requests", requests / 10**6, "requests: {}", requests)


def _bucket(resource: Resource, month: Month) -> Charges:
    stored = month.share(month.usage.access_logs.value, resource)
    yield Charge(Line.STORED, "s3-storage", stored, "{} GB in S3", stored)


PRICED: Mapping[str, Callable[[Resource, Month], Charges]] = {
    "AWS::EC2::EIP": _elastic_ip,
    "AWS::EC2::NatGateway": _nat_gateway,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::ECR::Repository": _repository,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ECS::Service": _service,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::KMS::Key": _key,
    "AWS::Route53::HostedZone": _hosted_zone,
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::WAFv2::WebACL": _web_acl,
    **database.PRICED,
    **monitoring.PRICED,
}
"""A type's charges; a type is here or in `free.FREE`, and else the estimate fails."""
