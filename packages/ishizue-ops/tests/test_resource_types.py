"""What nobody knows is named by each check, of every type that CloudFormation has, and accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from infra.product import PRODUCT
from ishizue_ops import schemas
from ishizue_ops.checks import topology
from ishizue_ops.checks.__main__ import check, findings
from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.cost import book
from ishizue_ops.cost.charge import Month
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.page import page
from ishizue_ops.cost.usage import HOURS
from ishizue_ops.drawing import contents
from ishizue_ops.iam import needs
from ishizue_ops.project import read
from ishizue_ops.resource_types import ASPECTS, USUAL, Party, Rate, ResourceType, judged
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.edit import Editor, edited

TYPES = schemas.types(DEFAULT_REGION)
BOOK = book.load()
SUBNET: Any = {"Ref": "Subnet"}
ROLE: Any = {"Fn::GetAtt": ["Role", "Arn"]}
FILLINGS: Mapping[str, Any] = {"text": "text", "subnet": SUBNET, "role": ROLE, "wrong": ["wrong"]}
"""What stands where a property is a string."""


def filled(schema: Mapping[str, Any], root: Mapping[str, Any], text: Any, depth: int = 0) -> Any:
    """A value as the schema says, down to a depth, with `text` for its strings."""
    if "$ref" in schema:
        referred: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            referred = referred.get(part, {})
        return filled(referred, root, text, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if kind == "object":
        inner = schema.get("properties", {}).items() if depth < 8 else ()
        return {
            name: filled(property_schema, root, text, depth + 1) for name, property_schema in inner
        }
    if kind == "array":
        return [filled(schema.get("items", {}), root, text, depth + 1)] if depth < 8 else []
    return {"integer": 1, "number": 1.5, "boolean": True}.get(str(kind), text)


def alone(type_: str, properties: Any) -> Design:
    """The resource, and a subnet and a role that it may refer to."""
    declared = {"It": {"Type": type_, "Properties": properties}}
    beside = {"Subnet": "AWS::EC2::Subnet", "Role": "AWS::IAM::Role"}
    declared |= {name: {"Type": kind, "Properties": {}} for name, kind in beside.items()}
    return Design({"Stack": {"Resources": declared}})


def named(design: Design) -> Iterator[str]:
    """What the four checks find."""
    yield from (finding.name for finding in topology.read(design).unknown)
    yield from (finding.name for finding in bill(Month(design), BOOK).unknown)
    yield from (finding.name for finding in needs.unknown(design))
    page({"none": design}, BOOK)
    try:
        yield from (finding.name for finding in contents.read(design, PRODUCT).unknown)
    except contents.MissingComponent as error:
        yield error.finding.name


@pytest.mark.slow
def test_each_type_alone_is_a_finding_or_an_answer_and_never_a_traceback() -> None:
    assert len(TYPES) > 1500
    missed = []
    for type_ in TYPES:
        schema = schemas.schema(type_)
        for filling, text in FILLINGS.items():
            properties = filled({"properties": schema["properties"]}, schema, text)
            names = {*named(alone(type_, properties))}
            expected = {f"price:{type_}"}
            if str(text) in str(properties):
                expected |= {f"network:{type_}"} if text is SUBNET else set()
                expected |= {f"permissions:{type_}"} if text is ROLE else set()
            if type_ not in USUAL and not expected <= names:
                missed.append((type_, filling, expected - names))
        assert all(name.partition(":")[0] in ASPECTS for name in named(alone(type_, {})))
    assert missed == []


def test_each_type_beside_the_usual_design_is_named_by_the_drawing_and_can_be_accepted(
    designs: Designs,
) -> None:
    def add(editor: Editor) -> None:
        for number, type_ in enumerate(TYPES):
            if type_ not in USUAL:
                editor.add("NotesState", f"Another{number}", type_)

    unknown = contents.read(edited(designs("rds", "example.com"), add), PRODUCT).unknown
    names = {f"drawing:{type_}" for type_ in TYPES if type_ not in USUAL}
    assert {finding.name for finding in unknown} == names
    why = dict.fromkeys(names, "it is not drawn")
    assert judged("drawing", unknown, why)[0] == []
    open_, accepted = judged("drawing", (), {"drawing:AWS::A::B": "x", "price:AWS::A::B": "y"})
    assert (open_, accepted) == (["drawing:AWS::A::B: accepted, and no finding"], [])


CACHE = ResourceType(
    "AWS::ElastiCache::ServerlessCache",
    prices=(Rate("Cache", "cache-gb", Decimal("0.5") * HOURS, usd="0.151", unit="GB-hour"),),
    network=Party(
        "cache",
        subnets="SubnetIds",
        groups="SecurityGroupIds",
        ports=(6379,),
        flows=("tasks → cache, tcp 6379",),
    ),
    calls=(),
    label="ElastiCache",
)


def with_cache(editor: Editor) -> None:
    """The cache in the tasks' subnets, which tasks reach on its port."""
    service = editor.one("AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    [tasks] = service["SecurityGroups"]
    stack = "NotesService"
    rule = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379}
    group = {"Fn::GetAtt": ["CacheGroup", "GroupId"]}
    nobody = [{"IpProtocol": "icmp", "CidrIp": "255.255.255.255/32"}]
    editor.add(stack, "CacheGroup", "AWS::EC2::SecurityGroup", SecurityGroupEgress=nobody)
    for kind, own, other, key in (
        ("Ingress", group, tasks, "SourceSecurityGroupId"),
        ("Egress", tasks, group, "DestinationSecurityGroupId"),
    ):
        peers = {"GroupId": own, key: other}
        editor.add(stack, f"Rule{kind}", f"AWS::EC2::SecurityGroup{kind}", **peers, **rule)
    place = {"SubnetIds": service["Subnets"], "SecurityGroupIds": [group]}
    editor.add(stack, "Cache", CACHE.type, **place)


def test_a_type_of_the_product_s_own_is_placed_priced_and_drawn(designs: Designs) -> None:
    usual = designs("rds", "example.com")
    design = edited(usual, with_cache)
    config = read({"DOMAIN": "example.com"})
    before, *_ = findings(design, config)
    assert before.startswith("network:AWS::ElastiCache::ServerlessCache: Cache: ")
    product = replace(PRODUCT, resource_types=(CACHE,))
    assert findings(design, replace(config, product=product)) == []
    elsewhere = edited(
        design, lambda editor: editor.remove(editor.one("AWS::EC2::SecurityGroupEgress"))
    )
    lines = findings(elsewhere, replace(config, product=product))
    assert lines == ["missing: tasks → cache, tcp 6379"]
    own = bill(Month(design), book.load(types=product.resource_types))
    assert (own.unknown, own.cost("Cache")) == ((), Decimal("55.12"))
    assert own.total() - bill(Month(usual), BOOK).total() == Decimal("55.12")
    assert "ElastiCache: 1" in str(contents.read(design, product).labels["others"])
    assert needs.unknown(design, product.resource_types) == []


def test_what_is_accepted_is_said_with_its_reason(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    config = read({"DOMAIN": "example.com"})
    accepted = {"network:AWS::EC2::Route": "the peering's other side is ours"}
    product = replace(PRODUCT, accepted=accepted)
    assert check(assembly("rds", "example.com"), replace(config, product=product)) == 1
    assert "network:AWS::EC2::Route: accepted, and no finding" in capsys.readouterr().err
    with pytest.raises(ValueError, match="'cost:AWS::SQS::Queue' is no finding"):
        replace(PRODUCT, accepted={"cost:AWS::SQS::Queue": "cheap"})
