"""The icons: AWS's shapes in diagrams.net, and glyphs of our own for the SVG."""

from collections.abc import Mapping


def _service(shape: str, color: str) -> str:
    """The square icon of a service."""
    icon = f"shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.{shape}"
    return f"{icon};strokeColor=#FFFFFF;fillColor={color}"


def _resource(shape: str, color: str) -> str:
    """The outline of a single resource."""
    return f"shape=mxgraph.aws4.{shape};strokeColor=none;fillColor={color}"


PEOPLE, NETWORK, COMPUTE, DATABASE = "#3B4A5C", "#7A3FF0", "#B85600", "#B01FBC"
SECURITY, MANAGEMENT = "#C62840", "#CF1068"
"""AWS's color of each category, a little darker: white on it has enough contrast for text."""

STYLES: Mapping[str, str] = {
    "users": _resource("users", PEOPLE),
    "route53": _service("route_53", NETWORK),
    "cloudfront": _service("cloudfront", NETWORK),
    "igw": _resource("internet_gateway", NETWORK),
    "alb": _resource("application_load_balancer", NETWORK),
    "nat": _resource("nat_gateway", NETWORK),
    "endpoint": _resource("endpoints", NETWORK),
    "ecs": _service("ecs", COMPUTE),
    "fargate": _service("fargate", COMPUTE),
    "container": _resource("container_1", COMPUTE),
    "ecr": _service("ecr", COMPUTE),
    "rds": _service("rds", DATABASE),
    "aurora": _service("aurora", DATABASE),
    "secrets": _service("secrets_manager", SECURITY),
    "acm": _service("certificate_manager_3", SECURITY),
    "waf": _service("waf", SECURITY),
    "logs": _resource("logs", MANAGEMENT),
    "metrics": _service("cloudwatch_2", MANAGEMENT),
    "dashboard": _service("cloudwatch_2", MANAGEMENT),
    "alarms": _resource("alarm", MANAGEMENT),
    "others": _resource("generic_application", PEOPLE),
}
"""The style of each kind in diagrams.net."""

_STACK = "M13 14c0-3 22-3 22 0s-22 3-22 0v20c0 3 22 3 22 0V14M13 24c0 3 22 3 22 0"
_SHIELD = "M24 9l13 5v10c0 8-6 12-13 15-7-3-13-7-13-15V14z"
_GLOBE = "M37 24a13 13 0 1 1-26 0a13 13 0 1 1 26 0"

GLYPHS: Mapping[str, str] = {
    "users": "M18 21a5 5 0 1 0-.1 0M9 36c0-13 18-13 18 0M31 22a4 4 0 1 0-.1 0M31 27c6 0 8 4 8 9",
    "route53": _SHIELD + "M18 24h12M26 20l4 4-4 4",
    "cloudfront": _GLOBE + "M24 11c-9 7-9 19 0 26c9-7 9-19 0-26M11 24h26",
    "igw": "M12 38V24a12 12 0 0 1 24 0v14M12 38h8M28 38h8M24 34V20M19 25l5-5 5 5",
    "alb": "M10 24h12M22 24l12-11M22 24h13M22 24l12 11M34 13h4M35 24h3M34 35h4M22 20v8",
    "nat": "M14 12h20v24H14zM8 24h24M28 19l5 5-5 5M38 18v12",
    "endpoint": "M24 11l11 6.500v13L24 37l-11-6.500v-13zM18 24h12M26 20l4 4-4 4",
    "ecs": "M24 9l13 7.500v15L24 39l-13-7.500v-15zM24 24l13-7.500M24 24v15M24 24l-13-7.500",
    "fargate": "M11 15h26v9H11zM11 28h11v9H11zM26 28h11v9H26zM24 10v5",
    "container": "M9 15h30v18H9zM15 19v10M21 19v10M27 19v10M33 19v10",
    "ecr": "M24 9l13 7v16l-13 7-13-7V16zM16 20h16M16 25h16M16 30h16",
    "rds": _STACK,
    "aurora": _STACK + "M31 34l3 4 5-6",
    "secrets": "M14 22h20v15H14zM18 22v-5a6 6 0 0 1 12 0v5M24 28v4",
    "acm": "M11 11h26v18H11zM16 17h16M16 22h9M29 29v9l3-2 3 2v-9",
    "waf": _SHIELD + "M24 17v8M24 30v.5",
    "logs": "M14 10h14l7 7v21H14zM28 10v7h7M19 23h11M19 28h11M19 33h7",
    "metrics": "M10 10v28h28M15 31l6-8 6 4 9-12",
    "dashboard": "M10 12h28v24H10zM10 20h28M15 31v-5M21 31v-8M27 31v-3M33 31v-7",
    "others": "M11 11h10v10H11zM27 11h10v10H27zM11 27h10v10H11zM27 27h10v10H27z",
    "alarms": "M13 34h22l-3-5v-7a8 8 0 0 0-16 0v7zM22 38h4M24 14v-4",
}
"""The path of each kind in a square of 48."""
