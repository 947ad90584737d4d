"""The layout: two zones as columns, what spans them in between, requests from above.

The right zone mirrors the left, so that their lines never cross.
"""

from collections.abc import Iterator
from itertools import pairwise

from infra.drawing import grid
from infra.drawing.facts import Facts
from infra.drawing.grid import Column, flows, private_height, spine
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
from infra.names import NAME

TITLE = f"{NAME} - AWS ECS Fargate 構成図"
ACTIONS = {"forward": "ECS タスクへ", "redirect": "HTTPS へ転送"}
USED = ("ecr", "secrets", "logs", "metrics")
"""The services that tasks use through the NAT gateway."""


def lay_out(facts: Facts) -> Picture:
    """The picture of these facts."""
    columns = tuple(Column(zone, index) for index, zone in enumerate(facts.zones))
    vpc = Rect(
        60, grid.VPC_Y, grid.WIDTH - 120, private_height(facts) + grid.PRIVATE_Y + 24 - grid.VPC_Y
    )
    services = tuple(_services(facts, vpc.bottom + 46))
    below = max(icon.label_rect.bottom for icon in services)
    region = Rect(40, grid.REGION_Y, grid.WIDTH - 80, below + 12 - grid.REGION_Y)
    cloud = Rect(
        grid.MARGIN, grid.CLOUD_Y, grid.WIDTH - 2 * grid.MARGIN, region.bottom + 10 - grid.CLOUD_Y
    )
    pieces: list[Shape | Line] = [
        Text("title", PAGE, Rect(grid.MARGIN, 16, 700, 26), (TITLE,), size=20, bold=True),
        Group("cloud", PAGE, cloud, "cloud", ("AWS Cloud",)),
        Group("region", "cloud", region, "region", (f"リージョン {facts.region}",)),
        Group("vpc", "region", vpc, "vpc", (f"VPC {facts.vpc}",)),
        *_entrance(facts),
    ]
    for column in columns:
        pieces += zone(column, facts)
    pieces += cluster(facts, columns)
    if facts.database:
        pieces += database(facts.database, columns)
    pieces += services
    pieces += _connections(services, vpc.bottom + 22)
    below_it, height = panels(facts, grid.MARGIN, cloud.bottom + 16, grid.WIDTH - 2 * grid.MARGIN)
    pieces += below_it
    return Picture(
        title=TITLE,
        description=_description(facts),
        width=grid.WIDTH,
        height=cloud.bottom + 16 + height + grid.MARGIN,
        shapes=tuple(piece for piece in pieces if not isinstance(piece, Line)),
        lines=tuple(piece for piece in pieces if isinstance(piece, Line)),
    )


def _description(facts: Facts) -> str:
    zones = "と".join(zone.name for zone in facts.zones)
    stores = {"rds": "RDS for PostgreSQL", "aurora": "Aurora PostgreSQL"}
    store = stores[facts.database.kind] if facts.database else "なし"
    return (
        f"ユーザーは Route 53 とInternet Gateway を経て ALB に届き、ALB は {zones} の"
        f" Private Subnet にある Fargate タスクへ振り分ける。データベース: {store}。"
    )


def _entrance(facts: Facts) -> Pieces:
    """From users to the load balancer."""
    users, names, gateway = spine(grid.USERS_Y), spine(grid.ROUTE53_Y), spine(grid.GATEWAY_Y)
    balancer = spine(grid.NODES_Y)
    yield Icon("users", PAGE, users, "users", ("ユーザー",), "right")
    yield Icon(
        "route53", "cloud", names, "route53", ("Route 53", shortened(facts.domain, 490)), "right"
    )
    yield Icon("igw", "vpc", gateway, "igw", ("Internet", "Gateway"), "right")
    ports = (
        f"{one.protocol} {one.port}: {ACTIONS.get(one.action, one.action)}"
        for one in facts.listeners
    )
    yield Icon("alb", "vpc", balancer, "alb", ("Application Load Balancer", *ports), "below")
    stops = (("users", users), ("route53", names), ("igw", gateway), ("alb", balancer))
    for style, aside in flows(facts):
        x = grid.MIDDLE + aside
        for (source, above), (target, under) in pairwise(stops):
            ends = ((x, above.bottom), (x, under.y))
            yield Line(f"{style}-{source}-{target}", style, ends, source, target)
        first, second = f"{style}-users-route53", f"{style}-route53-igw"
        yield Badge.at(first, style, 1, (x, users.bottom + 13))
        yield Badge.at(second, style, 2, (x, names.bottom + 13))


def _services(facts: Facts, y: float) -> Iterator[Icon]:
    """The region's services outside the VPC in one row, spaced by the width of their labels."""
    scanned = ("プッシュ時スキャン",) if facts.image_scan else ()
    notified = " → SNS" if facts.topic else ""
    firewall = (("waf", ("AWS WAF", "ALB を保護")),) if facts.firewall else ()
    count = ("Secrets Manager", f"シークレット {facts.secrets} 件")
    secrets = (("secrets", count),) if facts.secrets else ()
    metrics = ("CPU使用率・メモリ使用率", "リクエスト数・レスポンスタイム")
    words: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("ecr", ("ECR", "Dockerイメージ", *scanned)),
        *secrets,
        ("logs", ("CloudWatch Logs", "コンテナのログ", f"保持 {facts.log_days} 日")),
        ("metrics", ("CloudWatch Metrics", *metrics)),
        ("dashboard", ("CloudWatch", "ダッシュボード")),
        ("alarms", ("CloudWatch Alarms", f"{facts.alarms} 件{notified}")),
        ("acm", ("ACM", "SSL/TLS証明書", shortened(facts.certificate, 150))),
        *firewall,
    )
    widths = [max(grid.ICON, *map(text_width, label)) for _, label in words]
    gap = (grid.WIDTH - 80 - sum(widths)) / (len(words) + 1)
    x = 40 + gap
    for (kind, label), width in zip(words, widths, strict=True):
        place = Rect(round(x + width / 2 - grid.ICON / 2), y, grid.ICON, grid.ICON)
        yield Icon(kind, "region", place, kind, label, "below")
        x += width + gap


def _connections(services: tuple[Icon, ...], turn: float) -> Pieces:
    bottom = grid.TASK_Y + grid.TASK_HEIGHT / 2 + grid.ICON / 2
    for icon in services:
        if icon.id in USED:
            x = icon.rect.center[0]
            points = ((grid.MIDDLE, bottom), (grid.MIDDLE, turn), (x, turn), (x, icon.rect.y))
            yield Line(f"ecs-{icon.id}", "service", points, "ecs", icon.id)
