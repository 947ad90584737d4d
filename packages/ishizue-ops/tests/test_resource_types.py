"""What nobody knows is named by each check, of every type that CloudFormation has, and accepted."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.product import PRODUCT
from ishizue_ops import schemas
from ishizue_ops.checks import rights, topology
from ishizue_ops.checks.__main__ import check
from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.cost import book
from ishizue_ops.cost.charges import RATES, Month
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.page import Page
from ishizue_ops.names import OWN
from ishizue_ops.project import read
from ishizue_ops.resource_types import ASPECTS, USUAL
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
    found = [*topology.read(design).unknown, *month.unpriced, *rights.findings(design)]
    yield from (f"{finding.aspect}:{finding.type}" for finding in found)
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


CACHE = "AWS::ElastiCache::ServerlessCache"
FLOWS = [
    f"tasks → {way}"
    for way in (
        "internet, tcp 6379, through the NAT gateway",
        "s3, tcp 6379, through the gateway endpoint",
    )
]


def with_cache(editor: Editor) -> None:
    """A cache in the tasks' subnets, and a way out that the design does not have."""
    service = editor.one("AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    [tasks] = service["SecurityGroups"]
    rule = {"GroupId": tasks, "CidrIp": "0.0.0.0/0", "IpProtocol": "tcp"}
    ports = {"FromPort": 6379, "ToPort": 6379}
    editor.add("NotesService", "Way", "AWS::EC2::SecurityGroupEgress", **rule, **ports)
    editor.add("NotesService", "Cache", CACHE, SubnetIds=service["Subnets"])


def test_what_is_accepted_is_said_with_its_reason_and_nothing_else_is_accepted(
    designs: Designs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for stack, template in edited(designs("rds", "example.com"), with_cache).templates.items():
        (tmp_path / f"{stack}{SUFFIX}").write_text(json.dumps(template))
    config = read({"DOMAIN": "example.com"})
    cache, flows = (
        {"network:Cache": "it is ours"},
        {f"network:{each}": "it is elsewhere" for each in FLOWS},
    )
    for accepted, code, said in (
        ({}, 1, f"check: network:Cache ({CACHE}): "),
        (cache, 1, "check: unexpected: tasks in"),
        (cache | flows, 0, f"acknowledged: network:{FLOWS[0]}: it is elsewhere"),
    ):
        product = replace(PRODUCT, acknowledged=accepted)
        assert check(tmp_path, replace(config, product=product)) == code
        printed = capsys.readouterr()
        assert said in printed.out + printed.err
        assert ("acknowledged: network:Cache: it is ours" in printed.out) is bool(accepted)
    with pytest.raises(ValueError, match="'cost:Queue' is no finding"):
        replace(PRODUCT, acknowledged={"cost:Queue": "cheap"})
