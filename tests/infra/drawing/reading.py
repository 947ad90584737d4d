"""Look things up in a picture; edits that the drawing's tests share."""

from xml.etree import ElementTree as ET

from infra import config
from infra.checks.template import Design
from infra.drawing import layout, reader
from infra.drawing.picture import Badge, Picture, Text
from tests.infra.edit import Editor, Raw


def picture_of(design: Design, database: config.DatabaseKind) -> Picture:
    return layout.lay_out(reader.read(design, database))


def badges(picture: Picture) -> list[Badge]:
    return [one for one in picture.shapes if isinstance(one, Badge)]


def words(picture: Picture) -> set[str]:
    """Every line of text but the numbers of discs."""
    return {line for one in picture.shapes if not isinstance(one, Badge) for line in one.lines}


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
    """A rule with long ports and a long network."""
    group_of(editor, "AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups").append(
        {"IpProtocol": "tcp", "CidrIp": "203.0.113.128/25", "FromPort": 30000, "ToPort": 39999}
    )


def task_of(editor: Editor) -> Raw:
    """The properties of the service's task definition."""
    [service] = editor.design.of_type("AWS::ECS::Service")
    found = editor.design.resolve(service.properties["TaskDefinition"], service.stack)
    assert found is not None
    properties: Raw = editor.templates[found.stack]["Resources"][found.logical_id]["Properties"]
    return properties


def group_of(editor: Editor, kind: str, key: str) -> list[object]:
    """The inline ingress rules of a resource's security group."""
    [resource] = editor.design.of_type(kind)
    [group] = editor.design.resolve_all(resource.properties[key], resource.stack)
    raw = editor.templates[group.stack]["Resources"][group.logical_id]["Properties"]
    rules: list[object] = raw.setdefault("SecurityGroupIngress", [])
    return rules


def two_gateways(editor: Editor) -> None:
    """A NAT gateway for the second zone, as with `NAT_GATEWAYS=2`."""
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
