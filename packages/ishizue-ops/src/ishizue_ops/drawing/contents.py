"""What the drawing says, read from the synthesized template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ishizue_ops.checks import topology
from ishizue_ops.checks.security_groups import ANYWHERE, PrefixList, Rule
from ishizue_ops.checks.topology import INTERNET_GATEWAY, Subnet, Topology
from ishizue_ops.drawing.drawio import shortened
from ishizue_ops.product import Product
from ishizue_ops.template import Design, Resource, alarms
from ishizue_ops.words import Words

Label = tuple[str, ...]
"""The lines beside an icon."""

Row = tuple[str, str, str, str]
"""A security group rule: group, direction, ports, peer."""

STORES = {"rds": ("RDS", "RDS for PostgreSQL"), "aurora": ("Aurora", "Aurora PostgreSQL")}
"""Short and full names of the databases."""

_PORTS = {443: "443 (HTTPS)", 80: "80 (HTTP)", 5432: "5432 (PostgreSQL)"}
_NOWHERE = "255.255.255.255/32"
"""The egress rule of a group that allows nothing."""


class MissingComponent(Exception):
    """The template lacks something that the drawing shows; the message is one line."""


@dataclass(frozen=True)
class Zone:
    """An availability zone with its two subnets, and whether a NAT gateway is in the public one."""

    name: str
    public: Subnet
    private: Subnet
    nat: bool

    @property
    def key(self) -> str:
        """Its short name, such as `1a`."""
        return _short(self.name)


@dataclass(frozen=True)
class Contents:
    """The design's components, and what connects them."""

    vpc: str
    zones: tuple[Zone, ...]
    labels: Mapping[str, Label]
    """The label of each kind of icon; a component that the design lacks has none."""
    store: str
    """The kind of database: `rds`, `aurora` or empty."""
    tasks: int
    """The number of tasks that are drawn, one in a zone."""
    public_tasks: bool
    """Whether the tasks are in the public subnets."""
    instances: tuple[Label, ...]
    """The labels of the database's instances; RDS's standby is one."""
    rules: tuple[Row, ...]
    """The rules of the security groups, from the internet inwards."""
    title: str
    words: Words

    @property
    def cdn(self) -> bool:
        """Whether CloudFront is in front of the load balancer, which is then internal."""
        return "cloudfront" in self.labels

    @property
    def task_subnets(self) -> str:
        """Which subnets the tasks are in: `Public` or `Private`."""
        return "Public" if self.public_tasks else "Private"

    @property
    def description(self) -> str:
        """The picture in a sentence, for those who do not see it."""
        way = "CloudFront" if self.cdn else "Internet Gateway"
        words = self.words
        zones = words.conjunction.join(zone.name for zone in self.zones)
        store = STORES[self.store][1] if self.store else words.none
        return words.description.format(way, zones, store, self.task_subnets)


def read(design: Design, product: Product) -> Contents:
    """Read a design. Raises MissingComponent, or TopologyError for an unsupported network."""
    network = topology.read(design)
    words = product.words
    kinds = {"AWS::RDS::DBCluster": "aurora", "AWS::RDS::DBInstance": "rds"}
    store = next((kind for type_, kind in kinds.items() if design.of_type(type_)), "")
    labels = {**_edge(design, words), **_region(design, words)}
    public_tasks = any(one.party == "tasks" and one.subnet.public for one in network.places)
    if public_tasks and "cloudfront" in labels:
        raise MissingComponent("tasks with public addresses are not drawn behind CloudFront")
    return Contents(
        vpc=str(network.network),
        zones=_zones(network),
        labels=labels,
        store=store,
        tasks=min(2, _scaling(design)["MinCapacity"]),
        public_tasks=public_tasks,
        instances=tuple(_instances(design, store, words)) if store else (),
        rules=tuple(_rules(network, store, words)),
        title=words.title.format(product.name),
        words=words,
    )


def _one(design: Design, type_: str) -> Resource:
    """The first resource of a type."""
    for found in design.of_type(type_):
        return found
    raise MissingComponent(f"the template has no {type_}")


def _scaling(design: Design) -> Mapping[str, Any]:
    return _one(design, "AWS::ApplicationAutoScaling::ScalableTarget").properties


def _short(zone: str) -> str:
    return zone.rsplit("-", 1)[-1]


def _zones(network: Topology) -> tuple[Zone, ...]:
    found = {(one.zone, one.public): one for one in network.subnets}
    names = sorted({one.zone for one in network.subnets})
    if len(names) != 2 or len(found) != 4:
        raise MissingComponent("the template has no public and private subnet in each of two zones")
    routes = {subnet.route for subnet in network.subnets}
    return tuple(
        Zone(name, found[name, True], found[name, False], f"NAT gateway in {name}" in routes)
        for name in names
    )


def title(kind: str, subnet: Subnet, words: Words) -> Label:
    """A subnet's name and network, and where its default route leads."""
    gateway, _, zone = (subnet.route or "").partition(" in ")
    name = "Internet Gateway" if gateway == INTERNET_GATEWAY else "NAT Gateway"
    route = f"{ANYWHERE} → {name}" + (f" ({_short(zone)})" if zone else "")
    return f"{kind} Subnet {subnet.network}", route if subnet.route else words.no_route


def _rules(network: Topology, store: str, words: Words) -> Iterator[Row]:
    names = {"alb": "ALB", "internal alb": "ALB", "tasks": "ECS", "smoke test": "Lambda"}
    names |= {"database": STORES[store][0]} if store else {}
    owners = {group: names[place.party] for place in network.places for group in place.groups}
    for name in dict.fromkeys(names.values()):
        own = [network.groups[group] for group, owner in owners.items() if owner == name]
        if not own:
            continue
        for direction, rules in (
            ("Inbound", [rule for group in own for rule in group.ingress]),
            ("Outbound", [rule for group in own for rule in group.egress]),
        ):
            rows = [
                (name, direction, _ports(rule, words), peer)
                for rule in sorted(rules, key=lambda rule: rule.ports.first)
                if (peer := _peer(rule, owners, direction))
            ]
            yield from rows or [(name, direction, words.none, "")]


def _peer(rule: Rule, owners: Mapping[Resource, str], direction: str) -> str:
    """The peer of a rule; empty if nobody can be it: no network, or a group without members."""
    preposition = "from" if direction == "Inbound" else "to"
    peer = rule.peer
    if isinstance(peer, Resource):
        return f"{preposition} {owners[peer]} Security Group" if peer in owners else ""
    if isinstance(peer, PrefixList):
        return f"{preposition} CloudFront"
    if peer == ANYWHERE and direction == "Outbound":
        return f"to Internet ({peer})"
    return "" if str(peer) == _NOWHERE else f"{preposition} {peer}"


def _ports(rule: Rule, words: Words) -> str:
    ports = rule.ports
    if ports.protocol == "tcp" and ports.first == ports.last:
        return _PORTS.get(ports.first, str(ports.first))
    return words.all_ports if ports.protocol == "any" else str(ports)


def _edge(design: Design, words: Words) -> dict[str, Label]:
    """What requests pass before the tasks."""
    cdn = bool(design.of_type("AWS::CloudFront::Distribution"))
    records = [one.properties for one in design.of_type("AWS::Route53::RecordSet")]
    domains = [one["Name"].rstrip(".") for one in records if "AliasTarget" in one]
    made = design.of_type("AWS::CertificateManager::Certificate")
    # A certificate that exists has been checked against the domain.
    names = [*(one.properties["DomainName"] for one in made), *domains]
    listeners = design.of_type("AWS::ElasticLoadBalancingV2::Listener")
    ports = [
        f"{one['Protocol']} {one['Port']}: {words.actions[one['DefaultActions'][0]['Type']]}"
        for one in sorted((each.properties for each in listeners), key=lambda one: -one["Port"])
    ]
    labels: dict[str, Label] = {"alb": ("Application Load Balancer", *ports)}
    if domains:
        labels["route53"] = ("Route 53", shortened(domains[0], 490))
    if cdn:
        labels["cloudfront"] = ("CloudFront", words.vpc_origin)
    if names:
        service = "ACM (us-east-1)" if cdn else "ACM"
        name = shortened(names[0], 150)
        labels["acm"] = (service, words.certificate, name)
    if design.of_type("AWS::WAFv2::WebACL"):
        labels["waf"] = ("AWS WAF", words.protects_cloudfront if cdn else words.protects_alb)
    return labels


def _region(design: Design, words: Words) -> dict[str, Label]:
    """The service with its tasks, and the services of the region that it uses."""
    service = _one(design, "AWS::ECS::Service")
    task = design.resolve(service.properties["TaskDefinition"], service.stack)
    if task is None:
        raise MissingComponent("the service's AWS::ECS::TaskDefinition is not in the template")
    size = task.properties
    [container] = [one for one in size["ContainerDefinitions"] if one.get("PortMappings")]
    cpus, gigabytes = (int(size[name]) / 1024 for name in ("Cpu", "Memory"))
    port = container["PortMappings"][0]["ContainerPort"]
    group = container["LogConfiguration"]["Options"]["awslogs-group"]
    log = design.resolve(group, task.stack) or _one(design, "AWS::Logs::LogGroup")
    kept = words.kept.format(log.properties["RetentionInDays"])
    scaling = _scaling(design)
    tasks = words.tasks.format(scaling["MinCapacity"], scaling["MaxCapacity"])
    image = _one(design, "AWS::ECR::Repository").properties.get("ImageScanningConfiguration", {})
    scanned = [words.scanned] if image.get("ScanOnPush") else []
    counted = alarms(design)
    others = [one["Name"] for one in size["ContainerDefinitions"] if one is not container]
    labels: dict[str, Label] = {
        "ecs": ("ECS Cluster", words.service, tasks, words.list.join(_targets(design, words))),
        "fargate": (words.task, f"{cpus:g} vCPU", f"{gigabytes:g} GB"),
        "container": (words.container, container["Name"], words.port.format(port)),
        "ecr": ("ECR", words.images, *scanned),
        "logs": ("CloudWatch Logs", words.logs, kept),
        "metrics": ("CloudWatch Metrics", *words.metrics),
        "alarms": (
            "CloudWatch Alarms",
            words.alarms.format(counted.notifying),
            words.release_alarms.format(counted.releasing),
        ),
    }
    if others:
        labels["gate"] = (words.container, *others, words.gate.format(container["Name"]))
    if any(".s3" in str(one.properties) for one in design.of_type("AWS::EC2::VPCEndpoint")):
        labels["endpoint"] = words.endpoint
    if secrets := design.of_type("AWS::SecretsManager::Secret"):
        labels["secrets"] = ("Secrets Manager", words.secrets.format(len(secrets)))
    if design.of_type("AWS::CloudWatch::Dashboard"):
        labels["dashboard"] = ("CloudWatch", words.dashboard)
    return labels


def _targets(design: Design, words: Words) -> Iterator[str]:
    for policy in design.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = policy.properties["TargetTrackingScalingPolicyConfiguration"]
        metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        yield words.targets[metric].format(tracking["TargetValue"])


def _instances(design: Design, store: str, words: Words) -> Iterator[Label]:
    """A label for each instance of the database, the primary first."""
    count = len(design.of_type("AWS::RDS::DBInstance"))
    if store == "rds":
        own = _one(design, "AWS::RDS::DBInstance").properties
        size = [own["DBInstanceClass"], f"{own['AllocatedStorage']} GB {own['StorageType']}"]
        count += 1 if own.get("MultiAZ") else 0
    else:
        own = _one(design, "AWS::RDS::DBCluster").properties
        units = own["ServerlessV2ScalingConfiguration"]
        size = [f"{units['MinCapacity']:g}-{units['MaxCapacity']:g} ACU"]
    days = own.get("BackupRetentionPeriod")
    kept = (
        words.encrypted if own.get("StorageEncrypted") else words.not_encrypted,
        words.backups.format(days) if days else words.no_backups,
    )
    for role in words.roles[store][:count]:
        name = f"{STORES[store][1]} {own['EngineVersion']}"
        yield name, words.list.join((role, *size)), words.list.join(kept)
