"""The drawing's words, in the product's language."""

from infra.drawing.picture import LineStyle
from infra.names import NAME

LANGUAGE = "en"

TITLE = f"{NAME} on AWS ECS Fargate"
USERS = "Users"
NONE = "none"

ACTIONS = {"forward": "to the tasks", "redirect": "redirects to HTTPS"}
"""What a listener of the load balancer does."""

CERTIFICATE = "TLS certificate"
VPC_ORIGIN = "to the internal ALB (VPC origin)"
PROTECTS_CLOUDFRONT, PROTECTS_ALB = "protects CloudFront", "protects the ALB"
NO_ROUTE = "no route out"
ALB_NODE = ("ALB", "node")

SERVICE, TASK, CONTAINER = "Fargate service", "Fargate task", "Container"

IMAGES, SCANNED = "Images", "scanned on push"
LOGS = "Container logs"
METRICS = ("CPU, memory", "requests, latency")
DASHBOARD = "Dashboard"

ROLES = {"rds": ("primary", "standby"), "aurora": ("writer", "reader")}
BETWEEN_INSTANCES = {"rds": "replication", "aurora": "shared storage"}

FLOWS = "Traffic flows"
NAMES: dict[LineStyle, str] = {
    "page": "A response from memory",
    "data": "A read or write of data",
    "service": "images, secrets, logs, metrics",
    "manages": "manages tasks",
}
"""The traffic flows, and the lines of the legend."""

TO_ROUTE53 = "Users → Route 53"
CACHE = "Route 53 → CloudFront (cache)"
PROCESSING = "ECS tasks: application"
RESPONSE = "ECS tasks → response"

RULES = ("Group", "Direction", "Port", "Peer")
"""The head of the security groups' table."""

ALL_PORTS = "all"


def description(zones: list[str], database: str, *, cdn: bool) -> str:
    """The picture in a sentence, for those who do not see it."""
    way = "CloudFront" if cdn else "an internet gateway"
    return (
        f"Users reach an ALB by Route 53 and {way}; it distributes requests to Fargate tasks in"
        f" the private subnets of {' and '.join(zones)}. Database: {database or NONE}."
    )


def region(name: str) -> str:
    """The title of the region's frame."""
    return f"Region {name}"


def port(number: int) -> str:
    """A container's port."""
    return f"port {number}"


def scaling(least: int, most: int, cpu: float, memory: float) -> tuple[str, str]:
    """The number of tasks, and the percentages at which it changes."""
    return f"Auto Scaling {least}-{most} tasks", f"CPU {cpu:g} %, memory {memory:g} %"


def secrets(count: int) -> str:
    """How many secrets there are."""
    return f"secrets: {count}"


def alarms(count: int) -> str:
    """How many alarms there are."""
    return f"alarms: {count}"


def kept(days: int) -> str:
    """For how long logs are kept."""
    return f"kept {days} days"


def instance(role: str, size: tuple[str, ...]) -> str:
    """A database instance's role and size."""
    return ", ".join((role, *size))


def data(*, encrypted: bool, backup_days: int) -> str:
    """How the database's data is kept."""
    backups = f"backups {backup_days} days" if backup_days else "no backups"
    return f"{'encrypted' if encrypted else 'not encrypted'}, {backups}"


def use(store: str) -> str:
    """The step in which the database is used."""
    return f"{store} → read or write"
