"""Where everything stands: two zones as columns, what spans them between, the request from above.

The places follow from the grid's measures, the words from the facts; the right zone is the left
one's mirror image, so that the lines of the two never cross.
"""

from collections.abc import Iterator
from itertools import pairwise

from infra.report.drawing.facts import Facts
from infra.report.drawing.grid import (
    CLOUD_Y,
    GATEWAY_Y,
    ICON,
    MARGIN,
    MIDDLE,
    NODES_Y,
    PRIVATE_Y,
    REGION_Y,
    ROUTE53_Y,
    TASK_HEIGHT,
    TASK_Y,
    USERS_Y,
    VPC_Y,
    WIDTH,
    Column,
    flows,
    private_height,
    spine,
)
from infra.report.drawing.panels import panels
from infra.report.drawing.picture import (
    PAGE,
    Badge,
    Group,
    Icon,
    Line,
    Picture,
    Rect,
    Shape,
    Text,
    shortened,
    text_width,
)
from infra.report.drawing.zones import cluster, database, zone

Pieces = Iterator[Shape | Line]

TITLE = "KiroSample - AWS ECS Fargate 構成図"
ACTIONS = {"forward": "ECS タスクへ", "redirect": "HTTPS へ転送"}
USED = ("ecr", "secrets", "logs", "metrics")
"""The services that a task needs, over the NAT gateway."""


def lay_out(facts: Facts) -> Picture:
    """The picture of these facts."""
    columns = tuple(Column(zone, index) for index, zone in enumerate(facts.zones))
    vpc = Rect(60, VPC_Y, WIDTH - 120, private_height(facts) + PRIVATE_Y + 24 - VPC_Y)
    services = tuple(_services(facts, vpc.bottom + 46))
    below = max(icon.label_rect.bottom for icon in services)
    region = Rect(40, REGION_Y, WIDTH - 80, below + 12 - REGION_Y)
    cloud = Rect(MARGIN, CLOUD_Y, WIDTH - 2 * MARGIN, region.bottom + 10 - CLOUD_Y)
    pieces: list[Shape | Line] = [
        Text("title", PAGE, Rect(MARGIN, 16, 700, 26), (TITLE,), size=20, bold=True),
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
    side, height = panels(facts, MARGIN, cloud.bottom + 16, WIDTH - 2 * MARGIN)
    pieces += side
    return Picture(
        title=TITLE,
        description=_description(facts),
        width=WIDTH,
        height=cloud.bottom + 16 + height + MARGIN,
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
    """From the users down to the load balancer."""
    users, names, gateway = spine(USERS_Y), spine(ROUTE53_Y), spine(GATEWAY_Y)
    balancer = spine(NODES_Y)
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
        x = MIDDLE + aside
        for (source, above), (target, under) in pairwise(stops):
            ends = ((x, above.bottom), (x, under.y))
            yield Line(f"{style}-{source}-{target}", style, ends, source, target)
        first, second = f"{style}-users-route53", f"{style}-route53-igw"
        yield Badge.at(first, style, 1, (x, users.bottom + 13))
        yield Badge.at(second, style, 2, (x, names.bottom + 13))


def _services(facts: Facts, y: float) -> Iterator[Icon]:
    """What the region offers beside the VPC, in one row; each as wide as its words."""
    watching = facts.watching
    scanned = ("プッシュ時スキャン",) if facts.image_scan else ()
    told = " → SNS" if watching.notifies else ""
    guarded = (("waf", ("AWS WAF", "ALB を保護")),) if facts.firewall else ()
    measured = ("CPU使用率・メモリ使用率", "リクエスト数・レスポンスタイム")
    words: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("ecr", ("ECR", "Dockerイメージ", *scanned)),
        ("secrets", ("Secrets Manager", f"シークレット {facts.secrets} 件")),
        ("logs", ("CloudWatch Logs", "コンテナのログ", f"保持 {watching.log_days} 日")),
        ("metrics", ("CloudWatch Metrics", *measured)),
        ("dashboard", ("CloudWatch", "ダッシュボード")),
        ("alarms", ("CloudWatch Alarms", f"{watching.alarms} 件{told}")),
        ("acm", ("ACM", "SSL/TLS証明書", shortened(facts.certificate, 150))),
        *guarded,
    )
    widths = [max(ICON, *map(text_width, label)) for _, label in words]
    gap = (WIDTH - 80 - sum(widths)) / (len(words) + 1)
    x = 40 + gap
    for (kind, label), width in zip(words, widths, strict=True):
        place = Rect(round(x + width / 2 - ICON / 2), y, ICON, ICON)
        yield Icon(kind, "region", place, kind, label, "below")
        x += width + gap


def _connections(services: tuple[Icon, ...], turn: float) -> Pieces:
    bottom = TASK_Y + TASK_HEIGHT / 2 + ICON / 2
    for icon in services:
        if icon.id in USED:
            x = icon.rect.center[0]
            points = ((MIDDLE, bottom), (MIDDLE, turn), (x, turn), (x, icon.rect.y))
            yield Line(f"ecs-{icon.id}", "service", points, "ecs", icon.id)
