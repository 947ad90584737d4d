"""Templates are read as one design, and what refers to what is followed across stacks."""

from pathlib import Path
from typing import Any

import pytest

from infra.report.template import Design, Resource, TemplateError, load, nodes

STATE: dict[str, Any] = {
    "Resources": {
        "Vpc": {
            "Type": "AWS::EC2::VPC",
            "Properties": {"CidrBlock": "10.0.0.0/16"},
            "Metadata": {"aws:cdk:path": "State/Network/Vpc/Resource"},
        },
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Published": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Name": "/kirosample/group",
                "Value": {"Fn::GetAtt": ["Group", "GroupId"]},
            },
        },
    },
    "Outputs": {"Out": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "State:Vpc"}}},
}
SERVICE: dict[str, Any] = {
    "Parameters": {
        "GroupId": {
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/kirosample/group",
        },
        "ImageDigest": {"Type": "String"},
    },
    "Resources": {"Cluster": {"Type": "AWS::ECS::Cluster"}},
}


@pytest.fixture
def design() -> Design:
    return Design({"State": STATE, "Service": SERVICE})


def test_every_resource_of_every_stack_is_there(design: Design) -> None:
    assert [(each.stack, each.logical_id) for each in design.resources] == [
        ("State", "Vpc"),
        ("State", "Group"),
        ("State", "Published"),
        ("Service", "Cluster"),
    ]
    assert [each.logical_id for each in design.of_type("AWS::EC2::VPC")] == ["Vpc"]
    assert set(design.parameters["Service"]) == {"GroupId", "ImageDigest"}


def test_a_resource_is_called_by_its_construct_or_else_by_its_logical_id(design: Design) -> None:
    vpc, group = design.of_type("AWS::EC2::VPC", "AWS::EC2::SecurityGroup")
    assert (vpc.path, vpc.name) == ("State/Network/Vpc/Resource", "Network/Vpc")
    assert group.name == "Group"
    [cluster] = design.of_type("AWS::ECS::Cluster")
    assert cluster.properties == {}


def found(resource: Resource | None) -> str | None:
    return resource.logical_id if resource else None


@pytest.mark.parametrize(
    ("value", "stack", "target"),
    [
        ({"Ref": "Vpc"}, "State", "Vpc"),
        ({"Fn::GetAtt": ["Group", "GroupId"]}, "State", "Group"),
        ({"Fn::GetAtt": "Group.GroupId"}, "State", "Group"),
        ({"Fn::ImportValue": "State:Vpc"}, "Service", "Vpc"),
        ({"Ref": "GroupId"}, "Service", "Group"),
        ({"Ref": "Vpc"}, "Service", None),
        ({"Ref": "Gone"}, "State", None),
        ({"Ref": "AWS::Region"}, "State", None),
        ({"Ref": "ImageDigest"}, "Service", None),
        ({"Fn::ImportValue": "State:Gone"}, "Service", None),
        ({"Fn::Join": ["", ["arn:", {"Ref": "Vpc"}]]}, "State", None),
        ("vpc-1", "State", None),
        (None, "State", None),
    ],
)
def test_a_value_is_followed_to_what_it_refers_to(
    design: Design, value: object, stack: str, target: str | None
) -> None:
    assert found(design.resolve(value, stack)) == target


def test_of_a_list_what_is_no_reference_is_left_out(design: Design) -> None:
    values = [{"Ref": "Vpc"}, "vpc-1", {"Ref": "Group"}]
    assert [each.logical_id for each in design.resolve_all(values, "State")] == ["Vpc", "Group"]
    assert design.resolve_all(None, "State") == []


def test_the_same_resource_is_equal_however_it_is_reached(design: Design) -> None:
    [vpc] = design.of_type("AWS::EC2::VPC")
    assert vpc == design.resolve({"Fn::ImportValue": "State:Vpc"}, "Service")
    assert len({vpc, design.resolve({"Ref": "Vpc"}, "State")}) == 1


def test_every_object_inside_a_value_is_walked() -> None:
    assert [*nodes({"a": [{"b": 1}, 2], "c": "d"})] == [{"a": [{"b": 1}, 2], "c": "d"}, {"b": 1}]


def test_a_folder_is_read_stack_by_stack(tmp_path: Path) -> None:
    (tmp_path / "State.template.json").write_text('{"Resources": {"A": {"Type": "T"}}}')
    (tmp_path / "manifest.json").write_text("{}")
    assert [each.stack for each in load(tmp_path).resources] == ["State"]


@pytest.mark.parametrize(
    ("text", "said"), [(None, "no template in"), ("{", "is no JSON"), ("[]", "is no template")]
)
def test_what_is_no_template_is_refused_by_name(
    tmp_path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "State.template.json").write_text(text)
    with pytest.raises(TemplateError, match=said):
        load(tmp_path)
