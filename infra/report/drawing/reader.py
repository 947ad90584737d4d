"""The drawing's facts, read from the synthesized template."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.config import DatabaseKind
from infra.report import topology
from infra.report.drawing.facts import (
    Database,
    Facts,
    Groups,
    Listener,
    Rule,
    Scaling,
    Subnet,
    Task,
    Watching,
    Zone,
)
from infra.report.template import Design, Resource
from infra.report.topology import Topology

NOWHERE = "255.255.255.255/32"
"""The rule of a group that lets nothing out: it matches no traffic."""

METRICS = ("CPUUtilization", "MemoryUtilization", "RequestCount", "TargetResponseTime")
"""The metrics that the document names, as CloudWatch calls them."""


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
    "AWS::SecretsManager::Secret",
)
"""What the document names, as CloudFormation calls it; the database is asked for by its kind."""


class MissingComponent(Exception):
    """The template lacks what the drawing shows; the message is one line that names it."""


def read(design: Design, database: DatabaseKind) -> Facts:
    """The facts of a design that was synthesized for this database.

    Raises MissingComponent for the first component that the template does not have, and
    TopologyError for a network that is not understood.
    """
    for required in REQUIRED:
        _some(design, required)
    stored = _database(design, database)
    network = topology.read(design)
    return Facts(
        vpc=str(network.network),
        zones=_zones(design, network, stored is not None),
        domain=_domain(design),
        certificate=_one(design, "AWS::CertificateManager::Certificate").properties["DomainName"],
        listeners=_listeners(design),
        firewall=bool(design.of_type("AWS::WAFv2::WebACL")),
        task=_task(design),
        scaling=_scaling(design),
        database=stored,
        secrets=len(_some(design, "AWS::SecretsManager::Secret")),
        image_scan=_scans(_one(design, "AWS::ECR::Repository")),
        watching=_watching(design),
        groups=_groups(network, database),
    )


def _some(design: Design, type_name: str) -> list[Resource]:
    found = design.of_type(type_name)
    if not found:
        raise MissingComponent(f"the template has no {type_name}")
    return found


def _one(design: Design, type_name: str) -> Resource:
    return _some(design, type_name)[0]


def _zones(design: Design, network: Topology, stores: bool) -> tuple[Zone, Zone]:
    parties: dict[topology.Subnet, set[str]] = {}
    for place in network.places:
        parties.setdefault(place.subnet, set()).add(place.party)
    nats = set()
    for nat in _some(design, "AWS::EC2::NatGateway"):
        home = design.resolve(nat.properties["SubnetId"], nat.stack)
        nats.add(home.properties["CidrBlock"] if home else "")
    found = {}
    for subnet in network.subnets:
        there = parties.get(subnet, set())
        found[subnet.zone, subnet.faces_internet] = Subnet(
            cidr=str(subnet.network),
            way=subnet.way,
            nat=str(subnet.network) in nats,
            balancer="alb" in there,
            tasks="tasks" in there,
            database="database" in there,
        )
    names = sorted({zone for zone, _ in found})
    if len(names) != 2 or len(found) != 4 or len(network.subnets) != 4:
        raise MissingComponent("the template has no public and private subnet in each of two zones")
    first, second = (Zone(name, found[name, True], found[name, False]) for name in names)
    publics, privates = (first.public, second.public), (first.private, second.private)
    needed = {
        "NAT gateway in a public subnet": any(one.nat for one in publics),
        "load balancer in both public subnets": all(one.balancer for one in publics),
        "tasks in both private subnets": all(one.tasks for one in privates),
        "database in both private subnets": not stores or all(one.database for one in privates),
    }
    for what, is_there in needed.items():
        if not is_there:
            raise MissingComponent(f"the template has no {what}")
    return first, second


def _domain(design: Design) -> str:
    zone = _one(design, "AWS::Route53::HostedZone")
    if not any(
        "AliasTarget" in one.properties for one in design.of_type("AWS::Route53::RecordSet")
    ):
        raise MissingComponent("the template has no AWS::Route53::RecordSet with an AliasTarget")
    return str(zone.properties["Name"]).rstrip(".")


def _listeners(design: Design) -> tuple[Listener, ...]:
    said = (one.properties for one in _some(design, "AWS::ElasticLoadBalancingV2::Listener"))
    listeners = (
        Listener(int(one["Port"]), one["Protocol"], one["DefaultActions"][0]["Type"])
        for one in said
    )
    return tuple(sorted(listeners, key=lambda one: -one.port))


def _definition(design: Design) -> Resource:
    """The service's own task definition: the migration has another."""
    service = _one(design, "AWS::ECS::Service")
    found = design.resolve(service.properties["TaskDefinition"], service.stack)
    if found is None:
        raise MissingComponent("the service runs no AWS::ECS::TaskDefinition of the template")
    return found


def _container(design: Design) -> Mapping[str, Any]:
    containers: list[Mapping[str, Any]] = _definition(design).properties["ContainerDefinitions"]
    for one in containers:
        if one.get("PortMappings"):
            return one
    raise MissingComponent("the template has no container that listens on a port")


def _task(design: Design) -> Task:
    said, container = _definition(design).properties, _container(design)
    port = int(container["PortMappings"][0]["ContainerPort"])
    return Task(int(said["Cpu"]), int(said["Memory"]), container["Name"], port)


def _scaling(design: Design) -> Scaling:
    target = _one(design, "AWS::ApplicationAutoScaling::ScalableTarget").properties
    targets: dict[str, float] = {}
    for policy in _some(design, "AWS::ApplicationAutoScaling::ScalingPolicy"):
        said = policy.properties["TargetTrackingScalingPolicyConfiguration"]
        metric = said["PredefinedMetricSpecification"]["PredefinedMetricType"]
        targets[metric] = float(said["TargetValue"])
    try:
        return Scaling(
            int(target["MinCapacity"]),
            int(target["MaxCapacity"]),
            targets["ECSServiceAverageCPUUtilization"],
            targets["ECSServiceAverageMemoryUtilization"],
        )
    except KeyError as error:
        raise MissingComponent(f"the service does not scale on {error.args[0]}") from None


def _database(design: Design, kind: DatabaseKind) -> Database | None:
    if kind == "none":
        return None
    said = _one(
        design, "AWS::RDS::DBInstance" if kind == "rds" else "AWS::RDS::DBCluster"
    ).properties
    if kind == "rds":
        size: tuple[str, ...] = (
            said["DBInstanceClass"],
            f"{said['AllocatedStorage']} GB {said['StorageType']}",
        )
        instances = 2 if said.get("MultiAZ") else 1
    else:
        capacity = said["ServerlessV2ScalingConfiguration"]
        size = (f"{capacity['MinCapacity']:g}-{capacity['MaxCapacity']:g} ACU",)
        instances = len(_some(design, "AWS::RDS::DBInstance"))
    return Database(
        kind=kind,
        version=str(said["EngineVersion"]),
        size=size,
        instances=instances,
        encrypted=bool(said.get("StorageEncrypted")),
        backup_days=int(said.get("BackupRetentionPeriod", 0)),
    )


def _scans(repository: Resource) -> bool:
    return bool(repository.properties.get("ImageScanningConfiguration", {}).get("ScanOnPush"))


def _watching(design: Design) -> Watching:
    dashboard = json.dumps(_one(design, "AWS::CloudWatch::Dashboard").properties)
    for metric in METRICS:
        if metric not in dashboard:
            raise MissingComponent(f"the dashboard has no metric {metric}")
    options = _container(design).get("LogConfiguration", {}).get("Options", {})
    logs = design.resolve(options.get("awslogs-group"), _definition(design).stack)
    if logs is None:
        raise MissingComponent("the container logs to no AWS::Logs::LogGroup of the template")
    return Watching(
        log_days=int(logs.properties.get("RetentionInDays", 0)),
        alarms=len(_some(design, "AWS::CloudWatch::Alarm")),
        notifies=bool(design.of_type("AWS::SNS::Topic")),
    )


def _groups(network: Topology, database: DatabaseKind) -> Groups:
    parties = {
        "alb": "ALB",
        "tasks": "ECS",
        "database": "Aurora" if database == "aurora" else "RDS",
    }
    worn = {group: parties[place.party] for place in network.places for group in place.groups}
    rules = sorted(
        (rule for group in worn for rule in _rules(network, group, worn)),
        key=lambda rule: (rule.group, not rule.inbound, rule.ports.first),
    )
    names = tuple(name for name in parties.values() if name in worn.values())
    return Groups(names, tuple(rules))


def _rules(network: Topology, group: Resource, worn: Mapping[Resource, str]) -> Iterator[Rule]:
    ways = ((True, network.groups[group].ingress), (False, network.groups[group].egress))
    for inbound, rules in ways:
        for rule in rules:
            peer = rule.peer
            named = worn.get(peer, peer.name) if isinstance(peer, Resource) else str(peer)
            if named != NOWHERE:
                yield Rule(worn[group], inbound, rule.ports, named)
