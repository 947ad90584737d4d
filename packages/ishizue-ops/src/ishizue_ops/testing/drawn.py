"""What a drawing shows that its template lacks."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from ishizue_ops.checks import reachability, topology
from ishizue_ops.drawing.__main__ import draw
from ishizue_ops.product import Product
from ishizue_ops.template import Design

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_CDN = "AWS::CloudFront::Distribution"
_ORIGIN = "AWS::CloudFront::VpcOrigin"
_RECORD = "AWS::Route53::RecordSet"
_SERVICE = "AWS::ECS::Service"
_TASK = "AWS::ECS::TaskDefinition"


def unfounded(design: Design, product: Product) -> Iterator[str]:
    """Every arrow that is neither a reference nor an allowed connection."""
    allowed = {arrow for arrow, is_there in _arrows(design) if is_there}
    for cell in ET.fromstring(draw(design, product)[".drawio"]).iter("mxCell"):
        name = cell.attrib["id"]
        for line in cell.get("value", "").split("<br>") if name == "beside" else ():
            what, _, others = line.partition(" → ")
            sources = [each for each in design.resources if what.endswith(f" {each.title}")]
            targets = {target.name for each in sources for target in design.references(each)}
            for other in {*filter(None, others.split(product.words.list))} - targets:
                yield f"an arrow from {what} to {other}"
        if cell.get("edge") and not name.startswith("sample-"):
            arrow = tuple(cell.attrib[end].partition("-")[0] for end in ("source", "target"))
            if arrow not in allowed:
                yield f"an arrow from {arrow[0]} to {arrow[1]}"


def _arrows(design: Design) -> Iterator[tuple[tuple[str, str], bool]]:
    """Each arrow between kinds of icons, and whether the template has what it stands for."""
    flows = {each for each in reachability.flows(topology.read(design)) if each.answered}

    def refers(source: str, *targets: str) -> bool:
        return any(
            target.type.startswith(targets)
            for each in design.of_type(source)
            for target in design.references(each)
        )

    def flow(source: str, target: str, via: str = "") -> bool:
        return any(
            each.source.startswith(source)
            and each.target.startswith(target)
            and each.via.startswith(via)
            for each in flows
        )

    instances = design.of_type("AWS::RDS::DBInstance")
    standby = any(each.properties.get("MultiAZ") for each in instances)
    public = flow("internet", "alb", "internet gateway")
    yield ("users", "route53"), refers(_RECORD, _BALANCER, _CDN)
    yield ("users", "cloudfront"), refers(_CDN, _ORIGIN)
    yield ("users", "igw"), public
    yield ("route53", "cloudfront"), refers(_RECORD, _CDN)
    yield ("route53", "igw"), refers(_RECORD, _BALANCER) and public
    yield ("igw", "alb"), public
    yield ("cloudfront", "alb"), refers(_CDN, _ORIGIN) and refers(_ORIGIN, _BALANCER)
    yield ("alb", "alb"), refers(_BALANCER, "AWS::EC2::Subnet")
    yield ("alb", "container"), flow("alb", "tasks") or flow("internal alb", "tasks")
    yield ("ecs", "task"), refers(_SERVICE, _TASK)
    yield ("ecs", "ecr"), refers(_TASK, "AWS::ECR::")
    yield ("ecs", "secrets"), refers(_TASK, "AWS::SecretsManager::")
    yield ("ecs", "logs"), refers(_TASK, "AWS::Logs::")
    yield ("ecs", "endpoint"), flow("tasks", "s3")
    yield ("task", "nat"), flow("tasks", "internet", "NAT gateway")
    yield ("nat", "igw"), refers("AWS::EC2::Route", "AWS::EC2::InternetGateway")
    yield ("container", "db"), flow("tasks", "database")
    yield ("db", "db"), standby or len(instances) > 1
