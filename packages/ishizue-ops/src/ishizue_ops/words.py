"""The drawing's words, in the product's language. A `{}` stands for a value of the template.

Also the catalogue of what a deployment says in Japanese.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CATALOGUE: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("texts.ja.toml").read_text(encoding="utf-8")
)

TEXTS: Mapping[str, Mapping[str, str]] = _CATALOGUE
"""`alarms` by name, those that differ with `aurora`, and other `texts` by the English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language; `title` has a place for the product's name."""

    language: str
    title: str
    description: str
    """The picture in a sentence, for those who do not see it: the way in, zones, the database,
    Private or Public."""

    conjunction: str
    users: str
    none: str
    region: str
    actions: Mapping[str, str]
    """The words for what a listener of the load balancer does."""

    certificate: str
    vpc_origin: str
    protects_cloudfront: str
    protects_alb: str
    no_route: str
    alb_node: tuple[str, ...]
    service: str
    task: str
    container: str
    port: str
    tasks: str
    targets: Mapping[str, str]
    """The words for what the service scales on, and at which percentage."""

    images: str
    scanned: str
    secrets: str
    logs: str
    kept: str
    metrics: tuple[str, ...]
    dashboard: str
    alarms: str
    """The word for the alarms that notify, by SNS."""

    release_alarms: str
    gate: str
    endpoint: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    list: str
    encrypted: str
    not_encrypted: str
    backups: str
    no_backups: str
    flows: str
    names: Mapping[str, str]
    """The names of the traffic flows, and of the legend's lines."""

    between_instances: Mapping[str, str]
    cache: str
    processing: str
    use: str
    response: str
    rules: tuple[str, ...]
    """The head of the security groups' table."""

    all_ports: str


ENGLISH = Words(
    language="en",
    title="{} on AWS ECS Fargate",
    description=(
        "Users reach an ALB by {0}; it distributes requests to Fargate tasks in the {3} Subnets"
        " of {1}. Database: {2}."
    ),
    conjunction=" and ",
    users="Users",
    none="none",
    region="Region {}",
    actions={"forward": "to the tasks", "redirect": "redirects to HTTPS"},
    certificate="TLS certificate",
    vpc_origin="to the internal ALB (VPC origin)",
    protects_cloudfront="protects CloudFront",
    protects_alb="protects the ALB",
    no_route="no route out",
    alb_node=("ALB", "node"),
    service="Fargate service",
    task="Fargate task",
    container="Container",
    port="port {}",
    tasks="Auto Scaling {}-{} tasks",
    targets={
        "ECSServiceAverageCPUUtilization": "CPU {:g} %",
        "ECSServiceAverageMemoryUtilization": "memory {:g} %",
    },
    images="Images",
    scanned="scanned on push",
    secrets="secrets: {}",
    logs="Container logs",
    kept="kept {} days",
    metrics=("CPU, memory", "requests, latency"),
    dashboard="Dashboard",
    alarms="{} notify → SNS",
    release_alarms="{} for releases → ECS",
    gate="waits for {}",
    endpoint=("S3 gateway endpoint", "image layers"),
    roles={"rds": ("primary", "standby"), "aurora": ("writer", "reader")},
    list=", ",
    encrypted="encrypted",
    not_encrypted="not encrypted",
    backups="backups {} days",
    no_backups="no backups",
    flows="Traffic flows",
    names={
        "page": "A response from memory",
        "data": "A read or write of data",
        "service": "images, secrets, logs, metrics",
        "manages": "manages tasks",
    },
    between_instances={"rds": "replication", "aurora": "shared storage"},
    cache="cache",
    processing="ECS Tasks: application",
    use="{} → read or write",
    response="ECS Tasks → response",
    rules=("Group", "Direction", "Port", "Peer"),
    all_ports="all",
)

_JAPANESE: dict[str, Any] = {
    name: tuple(value) if isinstance(value, list) else value
    for name, value in _CATALOGUE["words"].items()
}
JAPANESE = Words(language="ja", **_JAPANESE)
