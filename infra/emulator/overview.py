"""The lines of docs/architecture-overview.ja.md, each with what must be deployed for it to hold."""

from dataclasses import dataclass

from infra.config import ZONES, Config
from infra.emulator.account import EVERYWHERE
from infra.names import CLOUDFRONT_ADDRESSES
from infra.seam import LIVENESS_PATH, PORT


@dataclass(frozen=True)
class Line:
    """The overview's `text`, the `Account` attribute to read (and a key in it), its value.

    Not what the emulator's stubs only store: template tests hold that.
    """

    text: str
    read: str
    expected: object
    key: str = ""


_PUBLIC, _PRIVATE = ["10.0.1.0/24", "10.0.2.0/24"], ["10.0.11.0/24", "10.0.12.0/24"]
_NOTHING = "icmp 255.255.255.255/32"
"""A rule that matches nothing: a group without one would allow everything."""


def lines(config: Config) -> list[Line]:
    """The overview's lines for this database, domain and least number of tasks."""
    databases = {"rds": _RDS, "aurora": _AURORA, "none": _NO_DATABASE}
    database = config.database != "none"
    return [
        *_NETWORK,
        *(_behind_cloudfront(config.domain) if config.cdn else _public(config.domain)),
        *_LOAD_BALANCING,
        *_COMPUTE,
        *_OPERATIONS,
        *databases[config.database],
        *(_DATABASE if database else []),
        *_security_groups(database=database, cdn=config.cdn),
    ]


_NETWORK = [
    Line("CIDR: 10.0.0.0/16", "vpc", "10.0.0.0/16", key="CidrBlock"),
    Line("2つのAvailability Zone (AZ)で高可用性を実現", "zones", list(ZONES)),
    Line("VPCとインターネット間の通信を可能にする", "internet_gateway_is_attached", True),
    *(
        Line(f"{cidr} (AZ: {zone})", "default_routes", (zone, "internet gateway"), cidr)
        for cidr, zone in zip(_PUBLIC, ZONES, strict=True)
    ),
    Line("ECS Fargateタスクを配置", "task_subnets", _PRIVATE),
    Line("インターネットからの直接アクセス不可", "task_network", "DISABLED", key="assignPublicIp"),
]


def _public(domain: str | None) -> list[Line]:
    return [
        Line("ALBとNAT Gatewayを配置", "load_balancer_subnets", _PUBLIC),
        Line("HTTPSトラフィックを受信", "load_balancer", "internet-facing", key="Scheme"),
        *(_domain(domain) if domain else [_HTTP]),
    ]


def _behind_cloudfront(domain: str | None) -> list[Line]:
    """What `CDN=on` has in place of the public load balancer."""
    return [
        Line("ALB: Private Subnet", "load_balancer_subnets", _PRIVATE),
        Line(
            "ALB: インターネットからの直接アクセス不可", "load_balancer", "internal", key="Scheme"
        ),
        Line("CloudFront → ALB", "origins_are_the_load_balancer", True),
        Line("CloudFrontのログを収集", "log_is_delivered", True),
        _HTTP,
        *(
            [
                Line("DNSサービス", "zone", domain),
                Line("SSL/TLS証明書の終端", "certificate", domain, key="DomainName"),
                Line("ドメイン名をCloudFrontに解決", "alias_is_the_distribution", True, key=domain),
            ]
            if domain
            else []
        ),
    ]


def _domain(domain: str) -> list[Line]:
    return [
        Line("DNSサービス", "zone", domain),
        Line("SSL/TLS証明書の終端", "certificate", domain, key="DomainName"),
        Line("ドメイン名をALBに解決", "alias_is_the_load_balancer", True, key=domain),
        Line(
            "HTTPSトラフィックを受信",
            "listener_actions",
            {80: ("HTTP", "redirect"), 443: ("HTTPS", "forward")},
        ),
        Line(
            "HTTPSトラフィックを受信",
            "listener_rules",
            [(domain, "forward"), ("*", "fixed-response")],
            key="443",
        ),
    ]


_HTTP = Line("HTTPSトラフィックを受信", "listener_actions", {80: ("HTTP", "forward")})
"""Without a domain the overview's HTTPS is HTTP, and behind CloudFront."""

_LOAD_BALANCING = [
    Line("複数のECSタスクに負荷分散", "targets", ("ip", "HTTP", PORT)),
    Line("ヘルスチェック機能", "target_group", LIVENESS_PATH, key="HealthCheckPath"),
]

_COMPUTE = [
    Line("Fargateタスクを管理", "service", "ACTIVE", key="status"),
    Line("各AZに最低1つずつ配置", "task_zones", list(ZONES)),
    Line("サーバーレスコンテナ実行環境", "service", "FARGATE", key="launchType"),
    Line("1vCPU, 2GB", "task_size", ("1024", "2048")),
    Line("ポート3000で待ち受け", "container_ports", [PORT]),
    Line("ECSタスクがイメージをプル", "image_is_in_the_repository", True),
]

_OPERATIONS = [
    Line("コンテナのログを収集", "log_group_is_the_stacks", True),
    *(
        Line(text, "dashboard_metrics", True, key=metric)
        for text, metric in {
            "CPU使用率": "CPUUtilization",
            "メモリ使用率": "MemoryUtilization",
            "リクエスト数": "RequestCount",
            "レスポンスタイム": "TargetResponseTime",
        }.items()
    ),
]

_RDS = [
    Line("Amazon RDS for PostgreSQL", "database_engine", ("postgres", "15")),
    Line("db.t3.micro", "database_classes", {"db.t3.micro"}),
    Line("マルチAZ構成", "database", True, key="MultiAZ"),
    Line("自動バックアップ", "database", 7, key="BackupRetentionPeriod"),
    Line("暗号化", "database", True, key="StorageEncrypted"),
]

_AURORA = [
    Line("または Aurora PostgreSQL", "database_engine", ("aurora-postgresql", "15")),
    Line("Aurora Serverless v2", "database_classes", {"db.serverless"}),
    Line("0.5-2 ACU", "capacity_units", (0.5, 2.0)),
    Line("マルチAZ構成", "cluster_size", 2),
    Line("自動バックアップ", "database", 7, key="BackupRetentionPeriod"),
]

_NO_DATABASE = [Line("データベース追加時", "database_url", "none")]

_DATABASE = [
    Line("プライベートサブネットに配置", "database_subnets", _PRIVATE),
    Line("ECS Tasks → RDS/Aurora (Private Subnet)", "secret_is_the_tasks", True),
]


def _security_groups(*, database: bool, cdn: bool) -> list[Line]:
    # Port 80 redirects; the overview's groups lack the tasks' connection to the database.
    public = {f"443 {EVERYWHERE}", f"80 {EVERYWHERE}"}
    entrance = {f"80 {CLOUDFRONT_ADDRESSES}"} if cdn else public
    out = {f"443 {EVERYWHERE}"} | ({"5432 database"} if database else set())
    return [
        Line("Inbound: 443 (HTTPS) from 0.0.0.0/0", "rules", entrance, "ALB in"),
        Line("Outbound: 3000 to ECS Security Group", "rules", {"3000 tasks"}, "ALB out"),
        Line("Outbound: 443 to Internet (for ECR pull)", "rules", out, "tasks out"),
        *([Line("Outbound: なし", "rules", {_NOTHING}, "database out")] if database else []),
    ]
