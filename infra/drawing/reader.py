"""Read the drawing's facts from the synthesized template."""

from collections.abc import Mapping
from typing import Any

from infra.checks import topology
from infra.checks.security_groups import PrefixList
from infra.checks.template import Design, Resource
from infra.checks.topology import Topology
from infra.config import DatabaseKind
from infra.drawing.facts import Database, Facts, Listener, Rule, Subnet, Zone

NOWHERE = "255.255.255.255/32"
"""The egress rule of a group that allows nothing."""

REQUIRED = (
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroup",
    "AWS::Route53::HostedZone",
    "AWS::Route53::RecordSet",
    "AWS::CertificateManager::Certificate",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::ECR::Repository",
    "AWS::Logs::LogGroup",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
)
"""The drawing's components, by their CloudFormation types; the database depends on its kind."""


_PARTIES = {
    "alb": "alb",
    "internal alb": "alb",
    "tasks": "tasks",
    "database": "database",
}
"""What the drawing calls the network's parties."""


class MissingComponent(Exception):
    """The template lacks something that the drawing shows; the message is one line."""


def read(design: Design, database: DatabaseKind) -> Facts:
    """The facts of a design with this database.

    Raises MissingComponent, or TopologyError for an unsupported network.
    """
    for required in REQUIRED:
        if required not in _existing(design):
            _some(design, required)
    stored = _database(design, database)
    cdn = bool(design.of_type("AWS::CloudFront::Distribution"))
    network = topology.read(design)
    groups = _groups(network, database)
    task = _task(design)
    container = _container(task)
    scaling = _one(design, "AWS::ApplicationAutoScaling::ScalableTarget").properties
    repository = _one(design, "AWS::ECR::Repository").properties
    return Facts(
        vpc=str(network.network),
        zones=_zones(design, network, cdn, stored is not None),
        domain=_domain(design),
        certificate=_certificate(design),
        listeners=_listeners(design),
        cdn=cdn,
        firewall=bool(design.of_type("AWS::WAFv2::WebACL")),
        cpu_units=int(task.properties["Cpu"]),
        memory_mib=int(task.properties["Memory"]),
        container=container["Name"],
        port=int(container["PortMappings"][0]["ContainerPort"]),
        least_tasks=int(scaling["MinCapacity"]),
        most_tasks=int(scaling["MaxCapacity"]),
        cpu_target=_target(design, "ECSServiceAverageCPUUtilization"),
        memory_target=_target(design, "ECSServiceAverageMemoryUtilization"),
        database=stored,
        secrets=len(design.of_type("AWS::SecretsManager::Secret")),
        image_scan=bool(repository.get("ImageScanningConfiguration", {}).get("ScanOnPush")),
        log_days=_log_days(design, task, container),
        alarms=len(_some(design, "AWS::CloudWatch::Alarm")),
        topic=bool(design.of_type("AWS::SNS::Topic")),
        groups=tuple(groups.values()),
        rules=_rules(network, groups),
    )


def _some(design: Design, type_name: str) -> list[Resource]:
    found = design.of_type(type_name)
    if not found:
        raise MissingComponent(f"the template has no {type_name}")
    return found


def _one(design: Design, type_name: str) -> Resource:
    return _some(design, type_name)[0]


def _zones(design: Design, network: Topology, cdn: bool, stores: bool) -> tuple[Zone, Zone]:
    homes = {"alb": set[str](), "tasks": set[str](), "database": set[str](), "nat": set[str]()}
    for place in network.places:
        homes[_PARTIES[place.party]].add(str(place.subnet.network))
    for nat in _some(design, "AWS::EC2::NatGateway"):
        home = design.resolve(nat.properties["SubnetId"], nat.stack)
        homes["nat"].add(home.properties["CidrBlock"] if home else "")
    found = {
        (one.zone, one.public): Subnet(
            str(one.network), one.route, str(one.network) in homes["nat"]
        )
        for one in network.subnets
    }
    names = sorted({zone for zone, _ in found})
    if len(names) != 2 or len(found) != 4 or len(network.subnets) != 4:
        raise MissingComponent("the template has no public and private subnet in each of two zones")
    first, second = (Zone(name, found[name, True], found[name, False]) for name in names)
    public = {zone.public.cidr for zone in (first, second)}
    private = {zone.private.cidr for zone in (first, second)}
    entered, where = (private, "private") if cdn else (public, "public")
    needed = {
        "NAT gateway in a public subnet": bool(homes["nat"] & public),
        f"load balancer in both {where} subnets": homes["alb"] >= entered,
        "tasks in both private subnets": homes["tasks"] >= private,
        "database in both private subnets": not stores or homes["database"] >= private,
    }
    for what, is_there in needed.items():
        if not is_there:
            raise MissingComponent(f"the template has no {what}")
    return first, second


def _domain(design: Design) -> str:
    """The zone's name, or that of the alias in a zone that exists."""
    records = design.of_type("AWS::Route53::RecordSet")
    aliases = [one for one in records if "AliasTarget" in one.properties]
    if not aliases:
        raise MissingComponent("the template has no AWS::Route53::RecordSet with an AliasTarget")
    named = (*design.of_type("AWS::Route53::HostedZone"), *aliases)[0]
    return str(named.properties["Name"]).rstrip(".")


def _certificate(design: Design) -> str:
    """The name on the certificate; one that exists has been checked against the domain."""
    for made in design.of_type("AWS::CertificateManager::Certificate"):
        return str(made.properties["DomainName"])
    return _domain(design)


def _existing(design: Design) -> set[str]:
    """The required types of which the design uses one that exists, by its id or ARN."""
    # The stacks hand nothing over by a literal but the id of a zone that exists.
    zone = any(
        isinstance(one.properties["Value"], str) for one in design.of_type("AWS::SSM::Parameter")
    )
    certificate = any(
        isinstance(held["CertificateArn"], str)
        for one in design.of_type("AWS::ElasticLoadBalancingV2::Listener")
        for held in one.properties.get("Certificates", ())
    )
    return {
        *(["AWS::Route53::HostedZone"] if zone else []),
        *(["AWS::CertificateManager::Certificate"] if certificate else []),
    }


def _listeners(design: Design) -> tuple[Listener, ...]:
    properties = (one.properties for one in _some(design, "AWS::ElasticLoadBalancingV2::Listener"))
    listeners = (
        Listener(int(one["Port"]), one["Protocol"], one["DefaultActions"][0]["Type"])
        for one in properties
    )
    return tuple(sorted(listeners, key=lambda one: -one.port))


def _task(design: Design) -> Resource:
    """The service's task definition; the migration has another."""
    service = _one(design, "AWS::ECS::Service")
    found = design.resolve(service.properties["TaskDefinition"], service.stack)
    if found is None:
        raise MissingComponent("the service's AWS::ECS::TaskDefinition is not in the template")
    return found


def _container(task: Resource) -> Mapping[str, Any]:
    containers: list[Mapping[str, Any]] = task.properties["ContainerDefinitions"]
    for one in containers:
        if one.get("PortMappings"):
            return one
    raise MissingComponent("the template has no container that listens on a port")


def _target(design: Design, metric: str) -> float:
    """The percentage of a metric at which the service scales."""
    for policy in _some(design, "AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = policy.properties["TargetTrackingScalingPolicyConfiguration"]
        if tracking["PredefinedMetricSpecification"]["PredefinedMetricType"] == metric:
            return float(tracking["TargetValue"])
    raise MissingComponent(f"the service does not scale on {metric}")


def _database(design: Design, kind: DatabaseKind) -> Database | None:
    if kind == "none":
        return None
    type_ = "AWS::RDS::DBInstance" if kind == "rds" else "AWS::RDS::DBCluster"
    properties = _one(design, type_).properties
    if kind == "rds":
        disk = f"{properties['AllocatedStorage']} GB {properties['StorageType']}"
        size: tuple[str, ...] = (properties["DBInstanceClass"], disk)
        instances = 2 if properties.get("MultiAZ") else 1
    else:
        capacity = properties["ServerlessV2ScalingConfiguration"]
        size = (f"{capacity['MinCapacity']:g}-{capacity['MaxCapacity']:g} ACU",)
        instances = len(_some(design, "AWS::RDS::DBInstance"))
    return Database(
        kind=kind,
        version=str(properties["EngineVersion"]),
        size=size,
        instances=instances,
        encrypted=bool(properties.get("StorageEncrypted")),
        backup_days=int(properties.get("BackupRetentionPeriod", 0)),
    )


def _log_days(design: Design, task: Resource, container: Mapping[str, Any]) -> int:
    options = container.get("LogConfiguration", {}).get("Options", {})
    logs = design.resolve(options.get("awslogs-group"), task.stack)
    if logs is None:
        raise MissingComponent("the container's AWS::Logs::LogGroup is not in the template")
    return int(logs.properties.get("RetentionInDays", 0))


def _groups(network: Topology, database: DatabaseKind) -> dict[Resource, str]:
    """The security groups and their names."""
    store = "Aurora" if database == "aurora" else "RDS"
    parties = {"alb": "ALB", "tasks": "ECS", "database": store}
    owners = {group: _PARTIES[place.party] for place in network.places for group in place.groups}
    return {
        group: name
        for party, name in parties.items()
        for group, owner in owners.items()
        if owner == party
    }


def _rules(network: Topology, groups: Mapping[Resource, str]) -> tuple[Rule, ...]:
    found = []
    for group, name in groups.items():
        directions = ((True, network.groups[group].ingress), (False, network.groups[group].egress))
        for inbound, rules in directions:
            for rule in rules:
                peer = rule.peer
                # A group that nobody is in is the public load balancer's, with CDN=on.
                named = groups.get(peer) if isinstance(peer, Resource) else str(peer)
                if isinstance(peer, PrefixList):
                    named = "CloudFront"
                if named and named != NOWHERE:
                    found.append(Rule(name, inbound, rule.ports, named))
    return tuple(sorted(found, key=lambda rule: (rule.group, not rule.inbound, rule.ports.first)))
