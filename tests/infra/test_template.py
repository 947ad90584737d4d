"""Templates load as one design, and references resolve across stacks."""

from pathlib import Path
from typing import Any

import pytest

from ishizue_ops.template import Design, TemplateError, load

STATE: dict[str, Any] = {
    "Resources": {
        "Vpc": {
            "Type": "AWS::EC2::VPC",
            "Properties": {"CidrBlock": "10.0.0.0/16"},
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
    "Outputs": {
        "Out": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "State:Vpc"}},
        "Certificate": {"Value": {"Ref": "Group"}},
    },
}
SERVICE: dict[str, Any] = {
    "Parameters": {
        "GroupId": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/kirosample/group"},
        "Certificate": {"Type": "String"},
        "ImageDigest": {"Type": "String"},
    },
    "Resources": {},
}


@pytest.fixture
def design() -> Design:
    return Design({"State": STATE, "Service": SERVICE})


@pytest.mark.parametrize(
    ("value", "stack", "target"),
    [
        ({"Ref": "Vpc"}, "State", "Vpc"),
        ({"Fn::GetAtt": ["Group", "GroupId"]}, "State", "Group"),
        ({"Ref": "Certificate"}, "Service", "Group"),
        ({"Fn::ImportValue": "State:Vpc"}, "Service", "Vpc"),
        ({"Ref": "GroupId"}, "Service", "Group"),
        ({"Ref": "Vpc"}, "Service", None),
        ({"Ref": "AWS::Region"}, "State", None),
        ({"Ref": "ImageDigest"}, "Service", None),
        ({"Fn::ImportValue": "State:Gone"}, "Service", None),
        ({"Fn::Join": ["", ["arn:", {"Ref": "Vpc"}]]}, "State", None),
        ("vpc-1", "State", None),
    ],
)
def test_a_reference_resolves_to_its_resource(
    design: Design, value: object, stack: str, target: str | None
) -> None:
    resource = design.resolve(value, stack)
    assert (resource.logical_id if resource else None) == target


@pytest.mark.parametrize(
    ("text", "said"), [(None, "no template in"), ("{", "is not JSON"), ("[]", "is not a template")]
)
def test_a_missing_or_malformed_template_is_refused(
    tmp_path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "State.template.json").write_text(text)
    with pytest.raises(TemplateError, match=said):
        load(tmp_path)
