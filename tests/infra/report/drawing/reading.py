"""What the drawing's tests ask of a picture, and the edits that they share."""

from xml.etree import ElementTree as ET

from tests.infra.report.edit import Editor, Raw

from infra import config
from infra.report.drawing import layout, reader
from infra.report.drawing.picture import (
    Badge,
    Group,
    Icon,
    Picture,
    Text,
)
from infra.report.template import Design


def picture_of(design: Design, database: config.DatabaseKind) -> Picture:
    return layout.lay_out(reader.read(design, database))


def badges(picture: Picture) -> list[Badge]:
    return [one for one in picture.shapes if isinstance(one, Badge)]


def words(picture: Picture) -> set[str]:
    found: set[str] = set()
    for shape in picture.shapes:
        match shape:
            case Group():
                found |= set(shape.title)
            case Icon():
                found |= set(shape.label)
            case Text():
                found |= set(shape.lines)
    return found


def rules_table(picture: Picture) -> list[list[str]]:
    rows: dict[str, list[str]] = {}
    for shape in picture.shapes:
        if isinstance(shape, Text) and shape.id.startswith("rule-"):
            rows.setdefault(shape.id.split("-")[1], []).append(shape.lines[0])
    return [cells for number, cells in rows.items() if number != "0"]


def svg_texts(content: bytes) -> set[str]:
    elements = ET.fromstring(content).iter("{http://www.w3.org/2000/svg}text")
    return {element.text or "" for element in elements}


def wide_rule(editor: Editor) -> None:
    """A rule whose ports and network are long."""
    group_of(editor, "AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups").append(
        {"IpProtocol": "tcp", "CidrIp": "203.0.113.128/25", "FromPort": 30000, "ToPort": 39999}
    )


def task_of(editor: Editor) -> Raw:
    """The properties of the task definition that the service runs; others may stand beside it."""
    [service] = editor.design.of_type("AWS::ECS::Service")
    found = editor.design.resolve(service.properties["TaskDefinition"], service.stack)
    assert found is not None
    properties: Raw = editor.templates[found.stack]["Resources"][found.logical_id]["Properties"]
    return properties


def group_of(editor: Editor, kind: str, key: str) -> list[object]:
    """The inline ingress rules of the first security group that a resource wears."""
    [resource] = editor.design.of_type(kind)
    [group] = editor.design.resolve_all(resource.properties[key], resource.stack)
    raw = editor.templates[group.stack]["Resources"][group.logical_id]["Properties"]
    rules: list[object] = raw.setdefault("SecurityGroupIngress", [])
    return rules


def two_gateways(editor: Editor) -> None:
    """A NAT gateway of its own for the second zone, as `NAT_GATEWAYS=2` makes it."""
    [nat] = editor.design.of_type("AWS::EC2::NatGateway")
    home = editor.where("AWS::EC2::Subnet", CidrBlock="10.0.2.0/24")
    _, home_id = editor.id_of(home)
    _, private_id = editor.id_of(editor.where("AWS::EC2::Subnet", CidrBlock="10.0.12.0/24"))
    editor.add(nat.stack, "Second", nat.type, **{**nat.properties, "SubnetId": {"Ref": home_id}})
    association = editor.where(
        "AWS::EC2::SubnetRouteTableAssociation", SubnetId={"Ref": private_id}
    )
    route = editor.where("AWS::EC2::Route", RouteTableId=association["RouteTableId"])
    route["NatGatewayId"] = {"Ref": "Second"}
