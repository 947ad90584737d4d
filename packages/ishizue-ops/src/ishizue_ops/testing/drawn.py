"""What a drawing shows that its template lacks."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from ishizue_ops.checks import reachability, topology
from ishizue_ops.drawing.__main__ import draw
from ishizue_ops.product import Product
from ishizue_ops.template import Design, nodes

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_CDN = "AWS::CloudFront::Distribution"
_RECORD = "AWS::Route53::RecordSet"
_SERVICE = "AWS::ECS::Service"
_TASK = "AWS::ECS::TaskDefinition"

_ICONS = {
    "acm": ("AWS::CertificateManager::Certificate", _RECORD),
    "alarms": ("AWS::CloudWatch::Alarm",),
    "alb": (_BALANCER,),
    "aurora": ("AWS::RDS::DBCluster",),
    "cloudfront": (_CDN,),
    "container": (_TASK,),
    "dashboard": ("AWS::CloudWatch::Dashboard",),
    "ecr": ("AWS::ECR::Repository",),
    "ecs": (_SERVICE,),
    "endpoint": ("AWS::EC2::VPCEndpoint",),
    "fargate": (_TASK,),
    "gate": (_TASK,),
    "igw": ("AWS::EC2::InternetGateway",),
    "logs": ("AWS::Logs::LogGroup",),
    "nat": ("AWS::EC2::NatGateway",),
    "rds": ("AWS::RDS::DBInstance",),
    "route53": (_RECORD,),
    "secrets": ("AWS::SecretsManager::Secret",),
    "waf": ("AWS::WAFv2::WebACL",),
}
"""The types of which one has to be there for an icon."""


def unfounded(design: Design, product: Product) -> Iterator[str]:
    """Every arrow that is neither a reference nor an allowed connection, and every icon without a
    resource."""
    types = {each.type for each in design.resources}
    cells = {
        cell.attrib["id"]: cell
        for cell in ET.fromstring(draw(design, product)[".drawio"]).iter("mxCell")
    }
    for name, cell in cells.items():
        kind = name.partition("-")[0]
        if cell.get("edge") and not name.startswith("sample-"):
            arrow = tuple(cell.attrib[end].partition("-")[0] for end in ("source", "target"))
            if arrow not in _arrows(design):
                yield f"an arrow from {arrow[0]} to {arrow[1]}"
            if not {cell.get("source"), cell.get("target")} <= cells.keys():
                yield f"an arrow that is attached to nothing: {name}"
        is_icon = "aspect=fixed;outlineConnect" in cell.get("style", "")
        if is_icon and kind in _ICONS and not types & {*_ICONS[kind]}:
            yield f"an icon of {kind}"


def _arrows(design: Design) -> set[tuple[str, str]]:
    """The arrows that may be drawn, between kinds of icons."""
    flows = {each for each in reachability.flows(topology.read(design)) if each.answered}

    def refers(source: str, *targets: str) -> bool:
        found = (
            design.resolve(node, each.stack)
            for each in design.of_type(source)
            for node in nodes(each.properties)
        )
        return any(each and each.type.startswith(targets) for each in found)

    def flow(source: str, target: str, via: str = "") -> bool:
        return any(
            each.source.startswith(source)
            and each.target.startswith(target)
            and each.via.startswith(via)
            for each in flows
        )

    instances = design.of_type("AWS::RDS::DBInstance")
    public = flow("internet", "alb", "internet gateway")
    behind_cdn = refers(_CDN, "AWS::CloudFront::VpcOrigin")
    found = {
        ("users", "route53"): refers(_RECORD, _BALANCER, _CDN),
        ("users", "cloudfront"): bool(design.of_type(_CDN)),
        ("users", "igw"): public,
        ("route53", "cloudfront"): refers(_RECORD, _CDN),
        ("route53", "igw"): refers(_RECORD, _BALANCER) and public,
        ("igw", "alb"): public,
        ("cloudfront", "alb"): behind_cdn and refers("AWS::CloudFront::VpcOrigin", _BALANCER),
        ("alb", "alb"): refers(_BALANCER, "AWS::EC2::Subnet"),
        ("alb", "container"): flow("alb", "tasks") or flow("internal alb", "tasks"),
        ("ecs", "task"): refers(_SERVICE, _TASK),
        ("ecs", "ecr"): refers(_TASK, "AWS::ECR::"),
        ("ecs", "secrets"): refers(_TASK, "AWS::SecretsManager::"),
        ("ecs", "logs"): refers(_TASK, "AWS::Logs::"),
        ("ecs", "endpoint"): flow("tasks", "s3"),
        ("task", "nat"): flow("tasks", "internet", "NAT gateway"),
        ("nat", "igw"): refers("AWS::EC2::Route", "AWS::EC2::InternetGateway"),
        ("container", "rds"): flow("tasks", "database"),
        ("container", "aurora"): flow("tasks", "database"),
        ("rds", "rds"): any(each.properties.get("MultiAZ") for each in instances),
        ("aurora", "aurora"): len(instances) > 1,
    }
    return {arrow for arrow, is_there in found.items() if is_there}
