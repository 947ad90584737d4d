"""What must be deployed, line by line."""

from dataclasses import dataclass

from infra.app_contract import LIVENESS_PATH, PORT
from infra.config import ZONES, Config
from infra.emulator import words
from infra.emulator.account import EVERYWHERE
from infra.names import CLOUDFRONT_ADDRESSES


@dataclass(frozen=True)
class Line:
    """What it is about, the `Account` attribute to read (and a key in it), its value.

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
    """The lines for this database, domain and least number of tasks."""
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
    Line(words.CIDR, "vpc", "10.0.0.0/16", key="CidrBlock"),
    Line(words.ZONES, "zones", list(ZONES)),
    Line(words.INTERNET, "internet_gateway_is_attached", True),
    *(
        Line(words.subnet(cidr, zone), "default_routes", (zone, "internet gateway"), cidr)
        for cidr, zone in zip(_PUBLIC, ZONES, strict=True)
    ),
    Line(words.TASK_SUBNETS, "task_subnets", _PRIVATE),
    Line(words.NOT_PUBLIC, "task_network", "DISABLED", key="assignPublicIp"),
]


def _public(domain: str | None) -> list[Line]:
    return [
        Line(words.PUBLIC_SUBNETS, "load_balancer_subnets", _PUBLIC),
        Line(words.HTTPS, "load_balancer", "internet-facing", key="Scheme"),
        *(_domain(domain) if domain else [_HTTP]),
    ]


def _behind_cloudfront(domain: str | None) -> list[Line]:
    """What `CDN=on` has in place of the public load balancer."""
    return [
        Line(words.PRIVATE_ALB, "load_balancer_subnets", _PRIVATE),
        Line(words.INTERNAL_ALB, "load_balancer", "internal", key="Scheme"),
        Line(words.CDN, "origins_are_the_load_balancer", True),
        Line(words.CDN_LOG, "log_is_delivered", True),
        _HTTP,
        *(
            [
                Line(words.DNS, "zone", domain),
                Line(words.CERTIFICATE, "certificate", domain, key="DomainName"),
                Line(words.ALIAS_CDN, "alias_is_the_distribution", True, key=domain),
            ]
            if domain
            else []
        ),
    ]


def _domain(domain: str) -> list[Line]:
    return [
        Line(words.DNS, "zone", domain),
        Line(words.CERTIFICATE, "certificate", domain, key="DomainName"),
        Line(words.ALIAS, "alias_is_the_load_balancer", True, key=domain),
        Line(
            words.HTTPS,
            "listener_actions",
            {80: ("HTTP", "redirect"), 443: ("HTTPS", "forward")},
        ),
        Line(
            words.HTTPS,
            "listener_rules",
            [(domain, "forward"), ("*", "fixed-response")],
            key="443",
        ),
    ]


_HTTP = Line(words.HTTPS, "listener_actions", {80: ("HTTP", "forward")})
"""Without a domain HTTPS is HTTP, and behind CloudFront."""

_LOAD_BALANCING = [
    Line(words.TARGETS, "targets", ("ip", "HTTP", PORT)),
    Line(words.HEALTH_CHECK, "target_group", LIVENESS_PATH, key="HealthCheckPath"),
]

_COMPUTE = [
    Line(words.SERVICE, "service", "ACTIVE", key="status"),
    Line(words.TASK_ZONES, "task_zones", list(ZONES)),
    Line(words.FARGATE, "service", "FARGATE", key="launchType"),
    Line(words.SIZE, "task_size", ("1024", "2048")),
    Line(words.LISTENS, "container_ports", [PORT]),
    Line(words.IMAGE, "image_is_in_the_repository", True),
]

_OPERATIONS = [
    Line(words.LOG, "log_group_is_the_stacks", True),
    *(
        Line(text, "dashboard_metrics", True, key=metric)
        for text, metric in {
            words.CPU: "CPUUtilization",
            words.MEMORY: "MemoryUtilization",
            words.REQUESTS: "RequestCount",
            words.LATENCY: "TargetResponseTime",
        }.items()
    ),
]

_RDS = [
    Line(words.RDS, "database_engine", ("postgres", "15")),
    Line(words.RDS_CLASS, "database_classes", {words.RDS_CLASS}),
    Line(words.TWO_ZONES, "database", True, key="MultiAZ"),
    Line(words.BACKUPS, "database", 7, key="BackupRetentionPeriod"),
    Line(words.ENCRYPTED, "database", True, key="StorageEncrypted"),
]

_AURORA = [
    Line(words.AURORA, "database_engine", ("aurora-postgresql", "15")),
    Line(words.AURORA_CLASS, "database_classes", {"db.serverless"}),
    Line(words.ACU, "capacity_units", (0.5, 2.0)),
    Line(words.TWO_ZONES, "cluster_size", 2),
    Line(words.BACKUPS, "database", 7, key="BackupRetentionPeriod"),
]

_NO_DATABASE = [Line(words.NO_DATABASE, "database_url", "none")]

_DATABASE = [
    Line(words.DATABASE_SUBNETS, "database_subnets", _PRIVATE),
    Line(words.CREDENTIALS, "secret_is_the_tasks", True),
]


def _security_groups(*, database: bool, cdn: bool) -> list[Line]:
    # Port 80 redirects.
    public = {f"443 {EVERYWHERE}", f"80 {EVERYWHERE}"}
    entrance = {f"80 {CLOUDFRONT_ADDRESSES}"} if cdn else public
    out = {f"443 {EVERYWHERE}"} | ({"5432 database"} if database else set())
    return [
        Line(words.ALB_IN, "rules", entrance, "ALB in"),
        Line(words.ALB_OUT, "rules", {"3000 tasks"}, "ALB out"),
        Line(words.TASKS_OUT, "rules", out, "tasks out"),
        *([Line(words.DATABASE_OUT, "rules", {_NOTHING}, "database out")] if database else []),
    ]
