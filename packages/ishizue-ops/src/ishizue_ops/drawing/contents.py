"""What the drawing says, read from the synthesized template."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ishizue_ops.checks import reachability, topology
from ishizue_ops.checks.security_groups import ANYWHERE, Rule
from ishizue_ops.checks.topology import INTERNET_GATEWAY, Subnet, Topology
from ishizue_ops.drawing.shapes import shortened
from ishizue_ops.product import Product
from ishizue_ops.template import Design, Resource, alarms, nodes, referred
from ishizue_ops.words import Words

Label = tuple[str, ...]
"""The lines beside an icon."""

Row = tuple[str, str, str, str]
"""A security group rule: group, direction, ports, peer."""

STORES = {"rds": ("RDS", "RDS for PostgreSQL"), "aurora": ("Aurora", "Aurora PostgreSQL")}
"""Short and full names of the databases."""

USED = {"ecr": "AWS::ECR::", "secrets": "AWS::SecretsManager::", "logs": "AWS::Logs::"}
"""The services to which a task's definition refers."""

_PORTS = {443: "443 (HTTPS)", 80: "80 (HTTP)", 5432: "5432 (PostgreSQL)"}
_NOWHERE = "255.255.255.255/32"
"""The egress rule of a group that allows nothing."""

_PARTS = re.compile(r"AWS::IAM::|.*(Policy|Permission|Attachment|Association|Ingress|Egress)$")
"""The types that are parts of other resources, or rights to them."""


class DrawingError(Exception):
    """The layout has no place for the design; the message is one line."""


class Zone(NamedTuple):
    """An availability zone by its short name, such as `1a`, with its two subnets."""

    key: str
    public: Subnet
    private: Subnet


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
    arrows: frozenset[tuple[str, str]]
    """Who refers to whom, or may connect: kinds of icons, or with their zone, as in `task-1a`."""
    beside: tuple[Label, ...]
    """What has no place in the layout, by name."""
    title: str
    description: str
    """The picture in a sentence, for those who do not see it."""
    words: Words

    @property
    def cdn(self) -> bool:
        """Whether CloudFront is in front of the load balancer, which is then internal."""
        return "cloudfront" in self.labels

    @property
    def task_subnets(self) -> str:
        """Which subnets the tasks are in: `Public` or `Private`."""
        return "Public" if self.public_tasks else "Private"


def read(design: Design, product: Product) -> Contents:
    """Read a design. Raises DrawingError for one that has no place."""
    words = product.words
    network = topology.read(design, product.resource_types)
    services = _ours(design, "AWS::ECS::Service")
    web = next((each for each in services if each.properties.get("LoadBalancers")), None)
    store, instances = _database(design, words)
    labels = {**dict(_edge(design, words)), **dict(_region(design, words))}
    tasks = 0
    if web:
        labels |= _service(design, web, words)
        scaling = _scaling(design, web)
        tasks = min(2, int(scaling.properties["MinCapacity"])) if scaling else 1
    public_tasks = any(place.party == "tasks" and place.subnet.public for place in network.places)
    if public_tasks and "cloudfront" in labels:
        raise DrawingError("tasks with public addresses are not drawn behind CloudFront")
    subnets = {(subnet.zone, subnet.public): subnet for subnet in network.subnets}
    zones = sorted({zone for zone, _ in subnets})
    if len(zones) != 2 or len(subnets) != 4:
        raise DrawingError("only a public and a private subnet in each of two zones are drawn")
    way = "CloudFront" if "cloudfront" in labels else "Internet Gateway"
    kind = STORES[store][1] if store else words.none
    where = "Public" if public_tasks else "Private"
    return Contents(
        vpc=str(network.network),
        zones=tuple(Zone(short(zone), subnets[zone, True], subnets[zone, False]) for zone in zones),
        labels=labels,
        store=store,
        tasks=tasks,
        public_tasks=public_tasks,
        instances=instances,
        rules=tuple(_rules(network, store, words)),
        arrows=frozenset([*_references(design, web), *_connections(network)]),
        beside=tuple(_beside(design, web, words)),
        title=words.title.format(product.name),
        description=words.description.format(way, words.conjunction.join(zones), kind, where),
        words=words,
    )


def _references(design: Design, web: Resource | None) -> Iterator[tuple[str, str]]:
    """The references of the template that are drawn."""
    ways = {
        "AWS::ElasticLoadBalancingV2::LoadBalancer": "igw",
        "AWS::CloudFront::Distribution": "cloudfront",
    }
    for record in _ours(design, "AWS::Route53::RecordSet"):
        for node in nodes(record.properties.get("AliasTarget")):
            target = design.resolve(node, record.stack)
            if target and target.type in ways:
                yield "users", "route53"
                yield "route53", ways[target.type]
    if _ours(design, "AWS::CloudFront::Distribution"):
        yield "users", "cloudfront"
    if any("Subnets" in each.properties for each in _ours(design, next(iter(ways)))):
        yield "alb", "alb"
    task = design.resolve(web.properties["TaskDefinition"], web.stack) if web else None
    if task:
        yield "ecs", "task"
        for target in (design.resolve(node, task.stack) for node in nodes(task.properties)):
            yield from (("ecs", kind) for kind, of in USED.items() if target and of in target.type)


def _connections(network: Topology) -> Iterator[tuple[str, str]]:
    """The connections that the network allows, between icons."""
    for flow in reachability.flows(network):
        source, target = _node(flow.source), _node(flow.target)
        if flow.target == reachability.INTERNET and flow.via.startswith("NAT"):
            nat = f"nat-{short(flow.via)}"
            yield source, nat
            yield nat, "igw"
        elif flow.source == reachability.INTERNET and flow.answered:
            yield "users", "igw"
            yield "igw", target
        elif flow.answered:
            yield source, target
            yield source.partition("-")[0], target


def _node(party: str) -> str:
    """The icon of a party: `alb`, `db`, `endpoint`, or a task with its zone."""
    name, _, zone = party.removeprefix("internal ").partition(" in ")
    icon = {"database": "db", "s3": "endpoint", "tasks": f"task-{short(zone)}"}
    return icon.get(name, name)


def _beside(design: Design, web: Resource | None, words: Words) -> Iterator[Label]:
    """Workers, jobs, and what the service added."""
    for each in design.resources:
        kind = each.type.removeprefix("AWS::").replace("::", " ")
        runs = any("TaskDefinitionArn" in node for node in nodes(each.properties))
        if each.type == "AWS::ECS::Service" and each.ours and each != web:
            yield kind, each.title, *filter(None, _tasks(design, each, words))
        elif runs and "ScheduleExpression" in each.properties and each.ours:
            yield kind, each.title, str(each.properties["ScheduleExpression"])
        elif not each.ours and not _PARTS.match(each.type):
            yield kind, each.name


def _scaling(design: Design, service: Resource) -> Resource | None:
    """The service's ScalableTarget."""
    for target in design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in map(referred, nodes(target.properties.get("ResourceId"))):
            return target
    return None


def short(zone: str) -> str:
    """A zone's name without its region."""
    return zone.rsplit("-", 1)[-1]


def title(kind: str, subnet: Subnet, words: Words) -> Label:
    """A subnet's name and network, and where its default route leads."""
    gateway, _, zone = (subnet.route or "").partition(" in ")
    name = "Internet Gateway" if gateway == INTERNET_GATEWAY else "NAT Gateway"
    route = f"{ANYWHERE} → {name}" + (f" ({short(zone)})" if zone else "")
    return f"{kind} Subnet {subnet.network}", route if subnet.route else words.no_route


def _rules(network: Topology, store: str, words: Words) -> Iterator[Row]:
    names = {"alb": "ALB", "internal alb": "ALB", "tasks": "ECS", "function": "Lambda"}
    names |= {"database": STORES[store][0]} if store else {}
    owners: dict[Resource, str] = {}
    for place in network.places:
        for group in place.groups:
            owners.setdefault(group, names.get(place.party, place.party.capitalize()))
    for name in dict.fromkeys([*names.values(), *owners.values()]):
        own = [network.groups[group] for group, owner in owners.items() if owner == name]
        for direction, rules in (
            ("Inbound", [rule for group in own for rule in group.ingress]),
            ("Outbound", [rule for group in own for rule in group.egress]),
        ):
            rows = [
                (name, direction, _ports(rule, words), peer)
                for rule in sorted(rules, key=lambda rule: rule.ports.first)
                if (peer := _peer(rule, owners, direction))
            ]
            if own:
                yield from rows or [(name, direction, words.none, "")]


def _peer(rule: Rule, owners: Mapping[Resource, str], direction: str) -> str:
    """The peer of a rule; empty if nobody can be it: no network, or a group without members."""
    preposition = "from" if direction == "Inbound" else "to"
    peer = rule.peer
    if isinstance(peer, Resource):
        return f"{preposition} {owners[peer]} Security Group" if peer in owners else ""
    if isinstance(peer, str):
        return f"{preposition} CloudFront"
    if peer == ANYWHERE and direction == "Outbound":
        return f"to Internet ({peer})"
    return "" if str(peer) == _NOWHERE else f"{preposition} {peer}"


def _ports(rule: Rule, words: Words) -> str:
    ports = rule.ports
    if ports.protocol == "tcp" and ports.first == ports.last:
        return _PORTS.get(ports.first, str(ports.first))
    return words.all_ports if ports.protocol == "any" else str(ports)


def _ours(design: Design, type_: str) -> list[Resource]:
    return [each for each in design.of_type(type_) if each.ours]


def _edge(design: Design, words: Words) -> Iterator[tuple[str, Label]]:
    """What requests pass before the tasks."""
    listeners = [each.properties for each in _ours(design, "AWS::ElasticLoadBalancingV2::Listener")]
    if not listeners:
        return
    ports = [
        f"{own['Protocol']} {own['Port']}: {words.actions[own['DefaultActions'][0]['Type']]}"
        for own in sorted(listeners, key=lambda own: -own["Port"])
    ]
    yield "alb", ("Application Load Balancer", *ports)
    cdn = bool(_ours(design, "AWS::CloudFront::Distribution"))
    records = [record.properties for record in _ours(design, "AWS::Route53::RecordSet")]
    domains = [record["Name"].rstrip(".") for record in records if "AliasTarget" in record]
    made = _ours(design, "AWS::CertificateManager::Certificate")
    # A certificate that exists has been checked against the domain.
    names = [*(certificate.properties["DomainName"] for certificate in made), *domains]
    if domains:
        yield "route53", ("Route 53", shortened(domains[0], 490))
    if cdn:
        yield "cloudfront", ("CloudFront", words.vpc_origin)
    if names:
        service = "ACM (us-east-1)" if cdn else "ACM"
        yield "acm", (service, words.certificate, shortened(names[0], 150))
    if _ours(design, "AWS::WAFv2::WebACL"):
        yield "waf", ("AWS WAF", words.protects_cloudfront if cdn else words.protects_alb)


def _region(design: Design, words: Words) -> Iterator[tuple[str, Label]]:
    """The services of the region that are used, outside the VPC, and the endpoint in it."""
    for repository in _ours(design, "AWS::ECR::Repository")[:1]:
        scan = repository.properties.get("ImageScanningConfiguration", {}).get("ScanOnPush")
        yield "ecr", ("ECR", words.images, *([words.scanned] if scan else []))
    if secrets := _ours(design, "AWS::SecretsManager::Secret"):
        yield "secrets", ("Secrets Manager", words.secrets.format(len(secrets)))
    for log in _ours(design, "AWS::Logs::LogGroup")[:1]:
        yield (
            "logs",
            ("CloudWatch Logs", words.logs, words.kept.format(log.properties["RetentionInDays"])),
        )
    if _ours(design, "AWS::CloudWatch::Dashboard"):
        yield "dashboard", ("CloudWatch", words.dashboard)
    if (counted := alarms(design)).notifying:
        notify = words.alarms.format(counted.notifying)
        yield (
            "alarms",
            ("CloudWatch Alarms", notify, words.release_alarms.format(counted.releasing)),
        )
    endpoints = _ours(design, "AWS::EC2::VPCEndpoint")
    if any(".s3" in str(endpoint.properties) for endpoint in endpoints):
        yield "endpoint", words.endpoint


def _service(design: Design, service: Resource, words: Words) -> dict[str, Label]:
    """The service and its tasks."""
    task = design.resolve(service.properties["TaskDefinition"], service.stack)
    if task is None:
        raise DrawingError("the service's task definition is in no template")
    size = task.properties
    [container] = [each for each in size["ContainerDefinitions"] if each.get("PortMappings")]
    cpus, gigabytes = (int(size[name]) / 1024 for name in ("Cpu", "Memory"))
    port = container["PortMappings"][0]["ContainerPort"]
    others = [each["Name"] for each in size["ContainerDefinitions"] if each is not container]
    labels: dict[str, Label] = {
        "ecs": ("ECS Cluster", words.service, *_tasks(design, service, words)),
        "fargate": (words.task, f"{cpus:g} vCPU", f"{gigabytes:g} GB"),
        "container": (words.container, container["Name"], words.port.format(port)),
    }
    if others:
        labels["gate"] = (words.container, *others, words.gate.format(container["Name"]))
    return labels


def _tasks(design: Design, service: Resource, words: Words) -> Label:
    """How many tasks a service has, and at which shares of CPU and memory they scale."""
    target = _scaling(design, service)
    if target is None:
        return ()
    texts = []
    for policy in _ours(design, "AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracked = policy.properties.get("TargetTrackingScalingPolicyConfiguration")
        of = design.resolve(policy.properties["ScalingTargetId"], policy.stack)
        if tracked and of == target:
            name = tracked["PredefinedMetricSpecification"]["PredefinedMetricType"]
            texts.append(words.targets[name].format(tracked["TargetValue"]))
    ends = (target.properties[f"{end}Capacity"] for end in ("Min", "Max"))
    return words.tasks.format(*ends), words.list.join(texts)


def _database(design: Design, words: Words) -> tuple[str, tuple[Label, ...]]:
    """The kind of the database, and a label for each of its instances, the primary first."""
    instances = _ours(design, "AWS::RDS::DBInstance")
    clusters = _ours(design, "AWS::RDS::DBCluster")
    for database in (clusters or instances)[:1]:
        own = database.properties
        count = len(instances)
        store = "aurora" if clusters else "rds"
        if clusters:
            units = own["ServerlessV2ScalingConfiguration"]
            size = [f"{units['MinCapacity']:g}-{units['MaxCapacity']:g} ACU"]
        else:
            size = [own["DBInstanceClass"], f"{own['AllocatedStorage']} GB {own['StorageType']}"]
            count += 1 if own.get("MultiAZ") else 0
        days = own.get("BackupRetentionPeriod")
        kept = (
            words.encrypted if own.get("StorageEncrypted") else words.not_encrypted,
            words.backups.format(days) if days else words.no_backups,
        )
        name = f"{STORES[store][1]} {own['EngineVersion']}"
        roles = words.roles[store][:count]
        labels = ((name, words.list.join((role, *size)), words.list.join(kept)) for role in roles)
        return store, tuple(labels)
    return "", ()
