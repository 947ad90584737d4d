"""The layout: two zones as columns, what spans them in between, requests from above.

The right zone mirrors the left, so that their lines never cross.
"""

from collections.abc import Iterator
from itertools import pairwise

from infra.drawing import grid, words
from infra.drawing.facts import Facts
from infra.drawing.grid import Column, Rows, flows, spine
from infra.drawing.panels import panels
from infra.drawing.picture import (
    PAGE,
    Badge,
    Group,
    Icon,
    Line,
    Picture,
    Pieces,
    Rect,
    Shape,
    Text,
    shortened,
    text_width,
)
from infra.drawing.zones import cluster, database, zone

USED = ("ecr", "secrets", "logs", "metrics")
"""The services that tasks use through the NAT gateway."""


def lay_out(facts: Facts) -> Picture:
    """The picture of these facts."""
    columns = tuple(Column(zone, index) for index, zone in enumerate(facts.zones))
    rows = Rows(facts)
    end = rows.private + rows.private_height + 24
    vpc = Rect(60, rows.vpc, grid.WIDTH - 120, end - rows.vpc)
    services = tuple(_services(facts, vpc.bottom + 46))
    below = max(icon.label_rect.bottom for icon in services)
    region = Rect(40, rows.region, grid.WIDTH - 80, below + 12 - rows.region)
    cloud = Rect(
        grid.MARGIN, grid.CLOUD_Y, grid.WIDTH - 2 * grid.MARGIN, region.bottom + 10 - grid.CLOUD_Y
    )
    pieces: list[Shape | Line] = [
        Text("title", PAGE, Rect(grid.MARGIN, 16, 700, 26), (words.TITLE,), size=20, bold=True),
        Group("cloud", PAGE, cloud, "cloud", ("AWS Cloud",)),
        Group("region", "cloud", region, "region", (words.region(facts.region),)),
        Group("vpc", "region", vpc, "vpc", (f"VPC {facts.vpc}",)),
        *_entrance(facts, rows, columns[1]),
    ]
    for column in columns:
        pieces += zone(column, facts)
    pieces += cluster(facts, columns)
    if facts.database:
        pieces += database(facts.database, facts, columns)
    pieces += services
    pieces += _connections(services, rows.task, vpc.bottom + 22)
    below_it, height = panels(facts, grid.MARGIN, cloud.bottom + 16, grid.WIDTH - 2 * grid.MARGIN)
    pieces += below_it
    return Picture(
        title=words.TITLE,
        description=_description(facts),
        width=grid.WIDTH,
        height=cloud.bottom + 16 + height + grid.MARGIN,
        shapes=tuple(piece for piece in pieces if not isinstance(piece, Line)),
        lines=tuple(piece for piece in pieces if isinstance(piece, Line)),
    )


def _description(facts: Facts) -> str:
    stores = {"rds": "RDS for PostgreSQL", "aurora": "Aurora PostgreSQL"}
    store = stores[facts.database.kind] if facts.database else ""
    return words.description([zone.name for zone in facts.zones], store, cdn=facts.cdn)


def _entrance(facts: Facts, rows: Rows, aside: Column) -> Pieces:
    """From users to the load balancer; with CloudFront nobody enters by the internet gateway."""
    users, names, balancer = spine(grid.USERS_Y), spine(grid.ROUTE53_Y), spine(rows.nodes)
    yield Icon("users", PAGE, users, "users", (words.USERS,), "right")
    yield Icon(
        "route53", "cloud", names, "route53", ("Route 53", shortened(facts.domain, 490)), "right"
    )
    gateway = aside.from_outer(grid.OUTER, rows.gateway) if facts.cdn else spine(rows.gateway)
    side = aside.inward if facts.cdn else "right"
    yield Icon("igw", "vpc", gateway, "igw", ("Internet", "Gateway"), side)
    entrance = ("igw", gateway)
    if facts.cdn:
        entrance = ("cloudfront", spine(grid.EDGE_Y))
        yield from _edge(facts)
    ports = (
        f"{one.protocol} {one.port}: {words.ACTIONS.get(one.action, one.action)}"
        for one in facts.listeners
    )
    yield Icon("alb", "vpc", balancer, "alb", ("Application Load Balancer", *ports), "below")
    stops = (("users", users), ("route53", names), entrance, ("alb", balancer))
    for style, beside in flows(facts):
        x = grid.MIDDLE + beside
        numbered = 3 if facts.cdn else 2
        for number, ((source, above), (target, under)) in enumerate(pairwise(stops), start=1):
            line, ends = f"{style}-{source}-{target}", ((x, above.bottom), (x, under.y))
            yield Line(line, style, ends, source, target)
            if number <= numbered:
                yield Badge.at(line, style, number, (x, above.bottom + 13))


def _edge(facts: Facts) -> Pieces:
    """CloudFront, and its certificate and firewall, which are outside the region."""
    place = spine(grid.EDGE_Y)
    label = ("CloudFront", words.VPC_ORIGIN)
    yield Icon("cloudfront", "cloud", place, "cloudfront", label, "right")
    left = Rect(grid.MIDDLE - 220, grid.EDGE_Y, grid.ICON, grid.ICON)
    yield Icon("acm", "cloud", left, "acm", _certificate(facts, "ACM (us-east-1)"), "left")
    if facts.firewall:
        right = Rect(grid.MIDDLE + 320, grid.EDGE_Y, grid.ICON, grid.ICON)
        yield Icon("waf", "cloud", right, "waf", ("AWS WAF", words.PROTECTS_CLOUDFRONT), "right")


def _certificate(facts: Facts, service: str) -> tuple[str, ...]:
    return service, words.CERTIFICATE, shortened(facts.certificate, 150)


def _services(facts: Facts, y: float) -> Iterator[Icon]:
    """The region's services outside the VPC in one row, spaced by the width of their labels."""
    scanned = (words.SCANNED,) if facts.image_scan else ()
    notified = " → SNS" if facts.topic else ""
    edge: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if not facts.cdn:
        firewall = (("waf", ("AWS WAF", words.PROTECTS_ALB)),) if facts.firewall else ()
        edge = (("acm", _certificate(facts, "ACM")), *firewall)
    count = ("Secrets Manager", words.secrets(facts.secrets))
    secrets = (("secrets", count),) if facts.secrets else ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("ecr", ("ECR", words.IMAGES, *scanned)),
        *secrets,
        ("logs", ("CloudWatch Logs", words.LOGS, words.kept(facts.log_days))),
        ("metrics", ("CloudWatch Metrics", *words.METRICS)),
        ("dashboard", ("CloudWatch", words.DASHBOARD)),
        ("alarms", ("CloudWatch Alarms", words.alarms(facts.alarms) + notified)),
        *edge,
    )
    widths = [max(grid.ICON, *map(text_width, label)) for _, label in labels]
    gap = (grid.WIDTH - 80 - sum(widths)) / (len(labels) + 1)
    x = 40 + gap
    for (kind, label), width in zip(labels, widths, strict=True):
        place = Rect(round(x + width / 2 - grid.ICON / 2), y, grid.ICON, grid.ICON)
        yield Icon(kind, "region", place, kind, label, "below")
        x += width + gap


def _connections(services: tuple[Icon, ...], task: float, turn: float) -> Pieces:
    bottom = task + grid.TASK_HEIGHT / 2 + grid.ICON / 2
    for icon in services:
        if icon.id in USED:
            x = icon.rect.center[0]
            points = ((grid.MIDDLE, bottom), (grid.MIDDLE, turn), (x, turn), (x, icon.rect.y))
            yield Line(f"ecs-{icon.id}", "service", points, "ecs", icon.id)
