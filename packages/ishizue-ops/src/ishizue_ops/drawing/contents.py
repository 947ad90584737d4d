"""What the drawing says, read from the synthesized template."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ishizue_ops.checks import topology
from ishizue_ops.checks.security_groups import ANYWHERE, Rule
from ishizue_ops.checks.topology import INTERNET_GATEWAY, Subnet, Topology
from ishizue_ops.drawing.drawio import shortened
from ishizue_ops.product import Product
from ishizue_ops.resource_types import USUAL, Finding
from ishizue_ops.template import Design, Resource, alarms, nodes, referred, understanding
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
    """The layout has no place for a design that lacks something, or has it: a finding by name."""

    def __init__(self, type_: str, why: str = "the drawing needs one") -> None:
        super().__init__(f"{type_}: {why}")


@dataclass(frozen=True)
class Zone:
    """An availability zone with its two subnets, and whether a NAT gateway is in the public one."""

    name: str
    public: Subnet
    private: Subnet
    nat: bool

    @property
    def key(self) -> str:
        """The zone's short name, such as `1a`."""
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
    unknown: tuple[Finding, ...]
    """What is not drawn, since nobody says how."""

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
    """Read a design. Raises MissingComponent."""
    findings: list[Finding] = []
    network = topology.read(design, product.resource_types)
    words = product.words
    kinds = {"AWS::RDS::DBCluster": "aurora", "AWS::RDS::DBInstance": "rds"}
    store = next((kind for type_, kind in kinds.items() if design.of_type(type_)), "")
    instances: tuple[Label, ...] = ()
    for database in design.of_type(*kinds) if store else ():
        if kinds[database.type] == store:
            with _needed(database):
                instances = instances or tuple(_instances(design, database, store, words))
    web = _web(design)
    with _needed(web):
        labels = {**_edge(design, words), **_region(design, web, words, findings)}
        scaling = _scaling(design, web)
        tasks = min(2, int(scaling.properties["MinCapacity"])) if scaling else 1
    if others := tuple(_others(design, web, product, findings)):
        labels["others"] = others
    public_tasks = any(place.party == "tasks" and place.subnet.public for place in network.places)
    if public_tasks and "cloudfront" in labels:
        why = "tasks with public addresses are not drawn behind CloudFront"
        raise MissingComponent("AWS::CloudFront::Distribution", why)
    return Contents(
        vpc=str(network.network),
        zones=_zones(network),
        labels=labels,
        store=store,
        tasks=tasks,
        public_tasks=public_tasks,
        instances=instances,
        rules=tuple(_rules(network, store, words)),
        title=words.title.format(product.name),
        words=words,
        unknown=tuple(findings),
    )


def _others(
    design: Design, web: Resource, product: Product, findings: list[Finding]
) -> Iterator[str]:
    """What has no icon: other services, schedules, and the labels of the product's own types."""
    words = product.words
    for resource in design.resources:
        with understanding("drawing", resource, findings):
            if resource.type == "AWS::ECS::Service" and resource != web:
                tasks = filter(None, _tasks(design, resource, words, findings))
                yield f"{resource.title}: {words.list.join(tasks)}"
            starts = any("TaskDefinitionArn" in node for node in nodes(resource.properties))
            if starts and "ScheduleExpression" in resource.properties:
                yield f"{resource.title}: {resource.properties['ScheduleExpression']}"
            if resource.type not in USUAL:
                yield f"{resource.type} {resource.name}"


@contextmanager
def _needed(resource: Resource) -> Iterator[None]:
    """Read a resource that each drawing needs. Raises MissingComponent if it is not understood."""
    findings: list[Finding] = []
    with understanding("drawing", resource, findings):
        yield
    for finding in findings:
        raise MissingComponent(resource.type, str(finding))


def _web(design: Design) -> Resource:
    """The service behind the load balancer."""
    for service in design.of_type("AWS::ECS::Service"):
        if service.properties.get("LoadBalancers"):
            return service
    balancer = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    raise MissingComponent(balancer, "a service without a load balancer is not drawn")


def _one(design: Design, type_: str) -> Resource:
    """The first resource of a type."""
    for resource in design.of_type(type_):
        return resource
    raise MissingComponent(type_)


def _scaling(design: Design, service: Resource) -> Resource | None:
    """The service's ScalableTarget."""
    for target in design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if service.logical_id in map(referred, nodes(target.properties.get("ResourceId"))):
            return target
    return None


def _short(zone: str) -> str:
    return zone.rsplit("-", 1)[-1]


def _zones(network: Topology) -> tuple[Zone, ...]:
    subnets = {(subnet.zone, subnet.public): subnet for subnet in network.subnets}
    names = sorted({subnet.zone for subnet in network.subnets})
    if len(names) != 2 or len(subnets) != 4:
        why = "a public and a private subnet in each of two zones are drawn"
        raise MissingComponent("AWS::EC2::Subnet", why)
    routes = {subnet.route for subnet in network.subnets}
    return tuple(
        Zone(name, subnets[name, True], subnets[name, False], f"NAT gateway in {name}" in routes)
        for name in names
    )


def title(kind: str, subnet: Subnet, words: Words) -> Label:
    """A subnet's name and network, and where its default route leads."""
    gateway, _, zone = (subnet.route or "").partition(" in ")
    name = "Internet Gateway" if gateway == INTERNET_GATEWAY else "NAT Gateway"
    route = f"{ANYWHERE} → {name}" + (f" ({_short(zone)})" if zone else "")
    return f"{kind} Subnet {subnet.network}", route if subnet.route else words.no_route


def _rules(network: Topology, store: str, words: Words) -> Iterator[Row]:
    names = {"alb": "ALB", "internal alb": "ALB", "tasks": "ECS", "function": "Lambda"}
    names |= {"database": STORES[store][0]} if store else {}
    for place in network.places:
        names.setdefault(place.party, place.party.capitalize())
    owners: dict[Resource, str] = {}
    for place in network.places:
        for group in place.groups:
            owners.setdefault(group, names[place.party])
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


def _edge(design: Design, words: Words) -> dict[str, Label]:
    """What requests pass before the tasks."""
    cdn = bool(design.of_type("AWS::CloudFront::Distribution"))
    records = [record.properties for record in design.of_type("AWS::Route53::RecordSet")]
    domains = [record["Name"].rstrip(".") for record in records if "AliasTarget" in record]
    made = design.of_type("AWS::CertificateManager::Certificate")
    # A certificate that exists has been checked against the domain.
    names = [*(certificate.properties["DomainName"] for certificate in made), *domains]
    listeners = [
        each.properties for each in design.of_type("AWS::ElasticLoadBalancingV2::Listener")
    ]
    ports = [
        f"{own['Protocol']} {own['Port']}: {words.actions[own['DefaultActions'][0]['Type']]}"
        for own in sorted(listeners, key=lambda own: -own["Port"])
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


def _region(
    design: Design, service: Resource, words: Words, findings: list[Finding]
) -> dict[str, Label]:
    """The service with its tasks, and the services of the region that it uses."""
    task = design.resolve(service.properties["TaskDefinition"], service.stack)
    if task is None:
        raise MissingComponent("AWS::ECS::TaskDefinition")
    size = task.properties
    [container] = [each for each in size["ContainerDefinitions"] if each.get("PortMappings")]
    cpus, gigabytes = (int(size[name]) / 1024 for name in ("Cpu", "Memory"))
    port = container["PortMappings"][0]["ContainerPort"]
    group = container["LogConfiguration"]["Options"]["awslogs-group"]
    log = design.resolve(group, task.stack) or _one(design, "AWS::Logs::LogGroup")
    kept = words.kept.format(log.properties["RetentionInDays"])
    tasks, targets = _tasks(design, service, words, findings)
    image = _one(design, "AWS::ECR::Repository").properties.get("ImageScanningConfiguration", {})
    scanned = [words.scanned] if image.get("ScanOnPush") else []
    counted = alarms(design)
    others = [each["Name"] for each in size["ContainerDefinitions"] if each is not container]
    labels: dict[str, Label] = {
        "ecs": ("ECS Cluster", words.service, tasks, targets),
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
    endpoints = design.of_type("AWS::EC2::VPCEndpoint")
    if any(".s3" in str(endpoint.properties) for endpoint in endpoints):
        labels["endpoint"] = words.endpoint
    if secrets := design.of_type("AWS::SecretsManager::Secret"):
        labels["secrets"] = ("Secrets Manager", words.secrets.format(len(secrets)))
    if design.of_type("AWS::CloudWatch::Dashboard"):
        labels["dashboard"] = ("CloudWatch", words.dashboard)
    return labels


def _tasks(
    design: Design, service: Resource, words: Words, findings: list[Finding]
) -> tuple[str, str]:
    """How many tasks a service has, and by what they scale."""
    target = _scaling(design, service)
    if target is None:
        return str(service.properties.get("DesiredCount", 1)), ""
    texts = []
    for policy in design.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        with understanding("drawing", policy, findings):
            if design.resolve(policy.properties["ScalingTargetId"], policy.stack) == target:
                texts.append(_scaled(design, policy, words))
    ends = (target.properties[f"{end}Capacity"] for end in ("Min", "Max"))
    return words.tasks.format(*ends), words.list.join(dict.fromkeys(texts))


def _scaled(design: Design, policy: Resource, words: Words) -> str:
    """What a policy keeps at which value; or in steps, the metric of the alarm that takes them."""
    tracking = policy.properties.get("TargetTrackingScalingPolicyConfiguration")
    if tracking is None:
        own = [
            alarm.properties
            for alarm in design.of_type("AWS::CloudWatch::Alarm")
            if policy in design.resolve_all(alarm.properties.get("AlarmActions", []), alarm.stack)
        ]
        named = (node["MetricName"] for node in nodes(own) if "MetricName" in node)
        return str(next(named, policy.properties.get("PolicyType")))
    name = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    if name in words.targets:
        return words.targets[name].format(tracking["TargetValue"])
    named = (node["MetricName"] for node in nodes(tracking) if "MetricName" in node)
    return f"{name or next(named)} {tracking['TargetValue']:g}"


def _instances(design: Design, database: Resource, store: str, words: Words) -> Iterator[Label]:
    """A label for each instance of the database, the primary first."""
    own = database.properties
    count = len(design.of_type("AWS::RDS::DBInstance"))
    if store == "rds":
        size = [own["DBInstanceClass"], f"{own['AllocatedStorage']} GB {own['StorageType']}"]
        count += 1 if own.get("MultiAZ") else 0
    else:
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
