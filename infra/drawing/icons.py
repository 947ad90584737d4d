"""One table of icons: AWS's shape for diagrams.net, and our own glyph for the SVG."""

from collections.abc import Mapping
from dataclasses import dataclass

# diagrams.net has two families: square icons of services, and outlines of single resources.
SERVICE = "shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.{};strokeColor=#FFFFFF"
RESOURCE = "shape=mxgraph.aws4.{};strokeColor=none"

INK = "#232F3E"
COLORS: Mapping[str, str] = {
    "network": "#8C4FFF",
    "compute": "#ED7100",
    "database": "#C925D1",
    "security": "#DD344C",
    "management": "#E7157B",
    "people": INK,
}
"""AWS's color of each category; the SVG has its own."""


@dataclass(frozen=True)
class Kind:
    """A kind of icon: its category, its shape in the editor, and its path in a square of 48."""

    category: str
    family: str
    shape: str
    glyph: str


_STACK = "M13 14c0-3 22-3 22 0s-22 3-22 0v20c0 3 22 3 22 0V14M13 24c0 3 22 3 22 0"

ICONS: Mapping[str, Kind] = {
    "users": Kind(
        "people",
        RESOURCE,
        "users",
        "M18 21a5 5 0 1 0-.1 0M9 36c0-13 18-13 18 0M31 22a4 4 0 1 0-.1 0M31 27c6 0 8 4 8 9",
    ),
    "route53": Kind(
        "network",
        SERVICE,
        "route_53",
        "M24 9l13 5v10c0 8-6 12-13 15-7-3-13-7-13-15V14zM18 24h12M26 20l4 4-4 4",
    ),
    "cloudfront": Kind(
        "network",
        SERVICE,
        "cloudfront",
        "M37 24a13 13 0 1 1-26 0a13 13 0 1 1 26 0M24 11c-9 7-9 19 0 26c9-7 9-19 0-26M11 24h26",
    ),
    "igw": Kind(
        "network",
        RESOURCE,
        "internet_gateway",
        "M12 38V24a12 12 0 0 1 24 0v14M12 38h8M28 38h8M24 34V20M19 25l5-5 5 5",
    ),
    "alb": Kind(
        "network",
        RESOURCE,
        "application_load_balancer",
        "M10 24h12M22 24l12-11M22 24h13M22 24l12 11M34 13h4M35 24h3M34 35h4M22 20v8",
    ),
    "nat": Kind(
        "network", RESOURCE, "nat_gateway", "M14 12h20v24H14zM8 24h24M28 19l5 5-5 5M38 18v12"
    ),
    "ecs": Kind(
        "compute",
        SERVICE,
        "ecs",
        "M24 9l13 7.500v15L24 39l-13-7.500v-15zM24 24l13-7.500M24 24v15M24 24l-13-7.500",
    ),
    "fargate": Kind(
        "compute", SERVICE, "fargate", "M11 15h26v9H11zM11 28h11v9H11zM26 28h11v9H26zM24 10v5"
    ),
    "container": Kind(
        "compute", RESOURCE, "container_1", "M9 15h30v18H9zM15 19v10M21 19v10M27 19v10M33 19v10"
    ),
    "ecr": Kind(
        "compute", SERVICE, "ecr", "M24 9l13 7v16l-13 7-13-7V16zM16 20h16M16 25h16M16 30h16"
    ),
    "rds": Kind("database", SERVICE, "rds", _STACK),
    "aurora": Kind("database", SERVICE, "aurora", _STACK + "M31 34l3 4 5-6"),
    "secrets": Kind(
        "security", SERVICE, "secrets_manager", "M14 22h20v15H14zM18 22v-5a6 6 0 0 1 12 0v5M24 28v4"
    ),
    "acm": Kind(
        "security",
        SERVICE,
        "certificate_manager_3",
        "M11 11h26v18H11zM16 17h16M16 22h9M29 29v9l3-2 3 2v-9",
    ),
    "waf": Kind(
        "security",
        SERVICE,
        "waf",
        "M24 9l13 5v10c0 8-6 12-13 15-7-3-13-7-13-15V14zM24 17v8M24 30v.5",
    ),
    "logs": Kind(
        "management", RESOURCE, "logs", "M14 10h14l7 7v21H14zM28 10v7h7M19 23h11M19 28h11M19 33h7"
    ),
    "metrics": Kind("management", SERVICE, "cloudwatch_2", "M10 10v28h28M15 31l6-8 6 4 9-12"),
    "dashboard": Kind(
        "management",
        SERVICE,
        "cloudwatch_2",
        "M10 12h28v24H10zM10 20h28M15 31v-5M21 31v-8M27 31v-3M33 31v-7",
    ),
    "alarms": Kind(
        "management", RESOURCE, "alarm", "M13 34h22l-3-5v-7a8 8 0 0 0-16 0v7zM22 38h4M24 14v-4"
    ),
}
