"""What nobody knows is named by each check, of every type that CloudFormation has, and accepted."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.product import PRODUCT
from ishizue_ops import schemas
from ishizue_ops.checks import topology
from ishizue_ops.checks.__main__ import check, findings
from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.cost import book
from ishizue_ops.cost.charges import RATES, Month
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.page import Page
from ishizue_ops.iam import check as permissions
from ishizue_ops.names import OWN
from ishizue_ops.project import read
from ishizue_ops.resource_types import ASPECTS, USUAL, Party, ResourceType
from ishizue_ops.template import SUFFIX, Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Editor, edited

TYPES = schemas.types(DEFAULT_REGION)
BOOK = book.load()
SUBNET: Any = {"Ref": "Subnet"}
ROLE: Any = {"Fn::GetAtt": ["Role", "Arn"]}
VALUES: tuple[Any, ...] = ("text", SUBNET, ROLE, ["wrong"], {})


def alone(type_: str, properties: Any) -> Design:
    """The resource, and a subnet and a role that it may refer to."""
    declared = {"It": {"Type": type_, "Properties": properties}}
    beside = {"Subnet": "AWS::EC2::Subnet", "Role": "AWS::IAM::Role"}
    declared |= {name: {"Type": kind, "Properties": {}} for name, kind in beside.items()}
    return Design({"Stack": {"Metadata": {OWN: ["*"]}, "Resources": declared}})


def named(design: Design) -> Iterator[str]:
    """What the checks find."""
    month = bill(Month(design), BOOK)
    yield from (finding.name for finding in topology.read(design).unknown)
    yield from (finding.name for finding in month.unpriced)
    yield from (finding.name for finding in permissions.unknown(design))
    Page("en", {}).lines(month)


@pytest.mark.slow
def test_each_type_alone_is_a_finding_or_an_answer_and_never_a_traceback() -> None:
    assert len(TYPES) > 1500
    missed = []
    for type_ in TYPES:
        names_of_properties = ("Other", *schemas.schema(type_)["properties"])
        for value in VALUES:
            names = {*named(alone(type_, dict.fromkeys(names_of_properties, value)))}
            expected = set() if type_ in RATES["free"] else {f"price:{type_}"}
            expected |= {f"network:{type_}"} if value is SUBNET else set()
            expected |= {f"permissions:{type_}"} if value is ROLE else set()
            if type_ not in USUAL and not expected <= names:
                missed.append((type_, value, expected - names))
            assert {name.partition(":")[0] for name in names} <= {*ASPECTS, "price"}
    assert missed == []


CACHE = ResourceType(
    "AWS::ElastiCache::ServerlessCache",
    network=Party(
        "cache",
        subnets="SubnetIds",
        groups="SecurityGroupIds",
        ports=(6379,),
        flows=("tasks → cache, tcp 6379",),
    ),
    calls=(),
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


def test_a_type_of_the_product_s_own_is_placed(designs: Designs) -> None:
    design = edited(designs("rds", "example.com"), with_cache)
    config = read({"DOMAIN": "example.com"})
    before, *_ = findings(design, config)
    assert before.startswith(f"network:{CACHE.type}: Cache: ")
    product = replace(PRODUCT, resource_types=(CACHE,))
    assert findings(design, replace(config, product=product)) == []
    elsewhere = edited(
        design, lambda editor: editor.remove(editor.one("AWS::EC2::SecurityGroupEgress"))
    )
    lines = findings(elsewhere, replace(config, product=product))
    assert lines == ["missing: tasks → cache, tcp 6379"]
    assert permissions.unknown(design, product.resource_types) == []


def test_what_is_accepted_is_said_with_its_reason(
    designs: Designs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for stack, template in edited(designs("rds", "example.com"), with_cache).templates.items():
        (tmp_path / f"{stack}{SUFFIX}").write_text(json.dumps(template))
    config = read({"DOMAIN": "example.com"})
    product = replace(PRODUCT, accepted={f"network:{CACHE.type}": "it is ours"})
    check(tmp_path, replace(config, product=product))
    out, err = capsys.readouterr()
    assert f"accepted: network:{CACHE.type}: it is ours" in out
    assert f"network:{CACHE.type}" not in err
    with pytest.raises(ValueError, match="'cost:AWS::SQS::Queue' is no finding"):
        replace(PRODUCT, accepted={"cost:AWS::SQS::Queue": "cheap"})
