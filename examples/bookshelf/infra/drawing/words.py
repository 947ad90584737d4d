"""The drawing's words, in the product's language. A `{}` stands for a value of the template."""

from infra.names import NAME

LANGUAGE = "en"

TITLE = f"{NAME} on AWS ECS Fargate"
DESCRIPTION = (
    "Users reach an ALB by {}; it distributes requests to Fargate tasks in the private subnets"
    " of {}. Database: {}."
)
"""The picture in a sentence, for those who do not see it: the way in, the zones, the database."""

AND = " and "
USERS = "Users"
NONE = "none"
REGION = "Region {}"

ACTIONS = {"forward": "to the tasks", "redirect": "redirects to HTTPS"}
"""What a listener of the load balancer does."""

CERTIFICATE = "TLS certificate"
VPC_ORIGIN = "to the internal ALB (VPC origin)"
PROTECTS_CLOUDFRONT, PROTECTS_ALB = "protects CloudFront", "protects the ALB"
NO_ROUTE = "no route out"
ALB_NODE = ("ALB", "node")

SERVICE, TASK, CONTAINER, PORT = "Fargate service", "Fargate task", "Container", "port {}"
TASKS = "Auto Scaling {}-{} tasks"
TARGETS = {
    "ECSServiceAverageCPUUtilization": "CPU {:g} %",
    "ECSServiceAverageMemoryUtilization": "memory {:g} %",
}
"""What the service scales on, and at which percentage."""

IMAGES, SCANNED = "Images", "scanned on push"
SECRETS = "secrets: {}"
LOGS, KEPT = "Container logs", "kept {} days"
METRICS = ("CPU, memory", "requests, latency")
DASHBOARD = "Dashboard"
ALARMS = "alarms: {}"

ROLES = {"rds": ("primary", "standby"), "aurora": ("writer", "reader")}
LIST = ", "
ENCRYPTED, NOT_ENCRYPTED = "encrypted", "not encrypted"
BACKUPS, NO_BACKUPS = "backups {} days", "no backups"

FLOWS = "Traffic flows"
NAMES = {
    "page": "A response from memory",
    "data": "A read or write of data",
    "service": "images, secrets, logs, metrics",
    "manages": "manages tasks",
}
"""The traffic flows, and the lines of the legend."""

BETWEEN_INSTANCES = {"rds": "replication", "aurora": "shared storage"}

CACHE = "cache"
PROCESSING = "ECS Tasks: application"
USE = "{} → read or write"
RESPONSE = "ECS Tasks → response"

RULES = ("Group", "Direction", "Port", "Peer")
"""The head of the security groups' table."""

ALL_PORTS = "all"
