"""What the drawing says, read from the synthesized template."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ishizue_ops.checks import reachability, topology
from ishizue_ops.checks.security_groups import ANYWHERE
from ishizue_ops.checks.topology import INTERNET_GATEWAY, Subnet, Topology
from ishizue_ops.product import Product
from ishizue_ops.template import Design, Resource, alarms, nodes, scaling
from ishizue_ops.words import Words

Label = tuple[str, ...]
"""The lines of a frame or beside an icon."""

Arrow = tuple[str, str]

STORES = {"rds": "RDS for PostgreSQL", "aurora": "Aurora PostgreSQL"}
"""The names of the databases."""

LEGEND: Mapping[str, Arrow] = {
    "page": ("alb", "alb-1"),
    "data": ("task-1", "db"),
    "service": ("ecs", "logs"),
    "manages": ("ecs", "task-1"),
    "between": ("db-1", "db-2"),
}
"""The legend's lines, each with an arrow that looks like it."""

_USED = {"ecr": "AWS::ECR::", "secrets": "AWS::SecretsManager::", "logs": "AWS::Logs::"}
"""The services to which a task's definition refers."""

_PARTS = re.compile(r"AWS::IAM::|.*(Policy|Permission|Attachment|Association|Control|gress)$")
"""The types that are parts of other resources, or rights to them."""


class DrawingError(Exception):
    """The layout has no place for the design; the message is one line."""


@dataclass(frozen=True)
class Contents:
    """The design's components, and what connects them."""

    layout: str
    """The page of `layout.drawio` that has their places."""
    labels: Mapping[str, Label]
    """The label of each shape by its id there; `-1` and `-2` are zones. No label, no shape."""
    arrows: frozenset[Arrow]
    """Who refers to whom, or may connect, by these ids; `db` is the primary."""
    store: str
    """The kind of database: `rds`, `aurora` or empty."""
    description: str
    """The picture in a sentence, for those who do not see it."""
    language: str


def read(design: Design, product: Product) -> Contents:
    """Read a design. Raises DrawingError for one that has no place."""
    words = product.words
    network = topology.read(design)
    zones = sorted({subnet.zone for subnet in network.subnets})
    subnets = {(subnet.zone, subnet.public): subnet for subnet in network.subnets}
    if len(zones) != 2 or len(subnets) != 4:
        raise DrawingError("only a public and a private subnet in each of two zones are drawn")
    services = _ours(design, "AWS::ECS::Service")
    web = next((each for each in services if each.properties.get("LoadBalancers")), None)
    cdn = bool(_ours(design, "AWS::CloudFront::Distribution"))
    public_tasks = any(place.party == "tasks" and place.subnet.public for place in network.places)
    if public_tasks and cdn:
        raise DrawingError("tasks with public addresses are not drawn behind CloudFront")
    where = "Public" if public_tasks else "Private"
    store, instances = _database(design, words)
    arrows = {*_references(design, web), *_connections(network, zones)}
    if len(instances) > 1:
        arrows.add(("db-1", "db-2"))
    labels: dict[str, Label] = {
        "title": (words.title.format(product.name),),
        "cloud": ("AWS Cloud",),
        "region": (words.region.format(zones[0][:-1]),),
        "vpc": (f"VPC {network.network}",),
        "igw": ("Internet", "Gateway"),
        **dict(_edge(design, words, cdn=cdn)),
        **dict(_region(design, words)),
        **{f"db-{number}": label for number, label in enumerate(instances, start=1)},
    }
    for number, zone in enumerate(zones, start=1):
        labels[f"zone-{number}"] = (f"Availability Zone {zone}",)
        for kind, public in (("public", True), ("private", False)):
            labels[f"{kind}-{number}"] = _title(kind.capitalize(), subnets[zone, public], words)
        if (f"nat-{number}", "igw") in arrows:
            labels[f"nat-{number}"] = ("NAT", "Gateway")
    if web:
        labels |= {**_service(design, web, words), "legend": ()}
        names = {**words.names, "between": words.between_instances.get(store, "")}
        labels |= {f"legend-{of}": (names[of],) for of, like in LEGEND.items() if like in arrows}
    if beside := [*_beside(design, web, words)]:
        labels["beside"] = (f"{words.beside}:", *beside)
    way = "CloudFront" if cdn else "Internet Gateway"
    kind = STORES.get(store, words.none)
    return Contents(
        layout="cdn" if cdn else "public-tasks" if public_tasks else "public-alb",
        labels=labels,
        arrows=frozenset(arrows),
        store=store,
        description=words.description.format(way, words.conjunction.join(zones), kind, where),
        language=words.language,
    )


def _ours(design: Design, type_: str) -> list[Resource]:
    return [each for each in design.of_type(type_) if each.ours]


# Arrows


def _references(design: Design, web: Resource | None) -> Iterator[Arrow]:
    """The references of the template that are drawn."""
    ways = {
        "AWS::ElasticLoadBalancingV2::LoadBalancer": "igw",
        "AWS::CloudFront::Distribution": "cloudfront",
    }
    first = "cloudfront" if _ours(design, "AWS::CloudFront::Distribution") else "igw"
    for record in _ours(design, "AWS::Route53::RecordSet"):
        for target in design.references(record):
            if target.type in ways:
                first = "route53"
                yield "route53", ways[target.type]
    if web:
        yield "users", first
    for balancer in _ours(design, "AWS::ElasticLoadBalancingV2::LoadBalancer"):
        for number, _ in enumerate(balancer.properties.get("Subnets", ()), start=1):
            yield "alb", f"alb-{number}"
    for task in design.resolve_all(web.properties["TaskDefinition"], web.stack) if web else ():
        yield from (("ecs", "task-1"), ("ecs", "task-2"))
        for target in design.references(task):
            yield from (("ecs", kind) for kind, of in _USED.items() if of in target.type)


def _connections(network: Topology, zones: list[str]) -> Iterator[Arrow]:
    """The connections that the network allows, between icons."""
    icons = {"alb": "alb", "internal alb": "alb", "tasks": "task", "database": "db"}
    for flow in reachability.flows(network):
        source, _, zone = flow.source.partition(" in ")
        target = flow.target.partition(" in ")[0]
        number = zones.index(zone) + 1 if zone in zones else 0
        if flow.target == reachability.INTERNET and flow.via.startswith("NAT"):
            nat = f"nat-{zones.index(flow.via.partition(' in ')[2]) + 1}"
            yield f"{icons.get(source)}-{number}", nat
            yield nat, "igw"
        elif flow.source == reachability.INTERNET and flow.answered:
            yield "igw", target
        elif flow.source == reachability.CLOUDFRONT and flow.answered:
            yield "cloudfront", "alb"
        elif (source, target) == ("tasks", "s3"):
            yield "ecs", "endpoint"
        elif icons.get(source) == "alb" and target == "tasks":
            yield from (("alb-1", "task-1"), ("alb-2", "task-2"))
        elif source == "tasks" and flow.answered:
            yield f"task-{number}", icons.get(target, target)


# Labels


def _beside(design: Design, web: Resource | None, words: Words) -> Iterator[str]:
    """Workers, jobs, and what the service added, with what of that it refers to."""
    added = [each for each in design.resources if not (each.ours or _PARTS.match(each.type))]
    for each in design.resources:
        named = f"{each.type.removeprefix('AWS::').replace('::', ' ')} {each.title}"
        runs = any("TaskDefinitionArn" in node for node in nodes(each.properties))
        if each.type == "AWS::ECS::Service" and each.ours and each != web:
            yield ": ".join([named, *filter(None, _tasks(design, each, words))])
        elif runs and "ScheduleExpression" in each.properties and each.ours:
            zone = each.properties.get("ScheduleExpressionTimezone", "UTC")
            yield f"{named}: {each.properties['ScheduleExpression']} {zone}"
        elif each in added:
            targets = design.references(each)
            to = [other.name for other in added if other in targets]
            yield f"{named} → {words.list.join(to)}" if to else named


def _title(kind: str, subnet: Subnet, words: Words) -> Label:
    """A subnet's name and network, and where its default route leads."""
    gateway, _, zone = (subnet.route or "").partition(" in ")
    name = "Internet Gateway" if gateway == INTERNET_GATEWAY else "NAT Gateway"
    route = f"{ANYWHERE} → {name}" + (f" ({zone.rpartition('-')[2]})" if zone else "")
    return f"{kind} Subnet {subnet.network}", route if subnet.route else words.no_route


def _edge(design: Design, words: Words, *, cdn: bool) -> Iterator[tuple[str, Label]]:
    """What requests pass before the tasks."""
    listeners = [each.properties for each in _ours(design, "AWS::ElasticLoadBalancingV2::Listener")]
    if not listeners:
        return
    ports = [
        f"{own['Protocol']} {own['Port']}: {words.actions[own['DefaultActions'][0]['Type']]}"
        for own in sorted(listeners, key=lambda own: -own["Port"])
    ]
    yield "users", (words.users,)
    yield "alb", ("Application Load Balancer", *ports)
    yield from ((f"alb-{number}", words.alb_node) for number in (1, 2))
    records = [record.properties for record in _ours(design, "AWS::Route53::RecordSet")]
    domains = [record["Name"].rstrip(".") for record in records if "AliasTarget" in record]
    made = _ours(design, "AWS::CertificateManager::Certificate")
    # A certificate that exists has been checked against the domain.
    names = [*(certificate.properties["DomainName"] for certificate in made), *domains]
    if domains:
        yield "route53", ("Route 53", _shortened(domains[0], 60))
    if cdn:
        yield "cloudfront", ("CloudFront", words.vpc_origin)
    if names:
        service = "ACM (us-east-1)" if cdn else "ACM"
        yield "acm", (service, words.certificate, _shortened(names[0], 20))
    if _ours(design, "AWS::WAFv2::WebACL"):
        yield "waf", ("AWS WAF", words.protects_cloudfront if cdn else words.protects_alb)


def _shortened(text: str, room: int) -> str:
    """The text, cut with an ellipsis if it is too long."""
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _region(design: Design, words: Words) -> Iterator[tuple[str, Label]]:
    """The services of the region that are used, outside the VPC, and the endpoint in it."""
    for repository in _ours(design, "AWS::ECR::Repository")[:1]:
        scan = repository.properties.get("ImageScanningConfiguration", {}).get("ScanOnPush")
        yield "ecr", ("ECR", words.images, *([words.scanned] if scan else []))
    if secrets := _ours(design, "AWS::SecretsManager::Secret"):
        yield "secrets", ("Secrets Manager", words.secrets.format(len(secrets)))
    for log in _ours(design, "AWS::Logs::LogGroup")[:1]:
        kept = words.kept.format(log.properties["RetentionInDays"])
        yield "logs", ("CloudWatch Logs", words.logs, kept)
    if _ours(design, "AWS::CloudWatch::Dashboard"):
        yield "dashboard", ("CloudWatch", words.dashboard)
    if (counted := alarms(design)).notifying:
        notify = words.alarms.format(counted.notifying)
        release = words.release_alarms.format(counted.releasing)
        yield "alarms", ("CloudWatch Alarms", notify, release)
    if any(".s3" in str(each.properties) for each in _ours(design, "AWS::EC2::VPCEndpoint")):
        yield "endpoint", words.endpoint


def _service(design: Design, service: Resource, words: Words) -> dict[str, Label]:
    """The service, and the task that is drawn in each zone."""
    [task] = design.resolve_all(service.properties["TaskDefinition"], service.stack)
    size = task.properties
    [container] = [each for each in size["ContainerDefinitions"] if each.get("PortMappings")]
    cpus, gigabytes = (int(size[name]) / 1024 for name in ("Cpu", "Memory"))
    port = container["PortMappings"][0]["ContainerPort"]
    others = [each["Name"] for each in size["ContainerDefinitions"] if each is not container]
    labels: dict[str, Label] = {
        "ecs": ("ECS Cluster", words.service, *_tasks(design, service, words))
    }
    scaled = scaling(design, service)
    running = int(scaled.properties["MinCapacity"]) if scaled else 1
    for number in range(1, min(2, running) + 1):
        labels[f"task-{number}"] = ()
        labels[f"fargate-{number}"] = (words.task, f"{cpus:g} vCPU", f"{gigabytes:g} GB")
        name = container["Name"]
        labels[f"container-{number}"] = (words.container, name, words.port.format(port))
        if others:
            labels[f"gate-{number}"] = (words.container, *others, words.gate.format(name))
    return labels


def _tasks(design: Design, service: Resource, words: Words) -> Label:
    """How many tasks a service has, and at which shares of CPU and memory they scale."""
    target = scaling(design, service)
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


def _database(design: Design, words: Words) -> tuple[str, list[Label]]:
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
        roles = words.roles[store][:count]
        return store, [
            (STORES[store], words.list.join((role, *size)), words.list.join(kept)) for role in roles
        ]
    return "", []
