"""Faults between templates that cfn-lint cannot see are found, and the real templates have none."""

import pytest

from ishizue_ops.checks import consistency
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, Editor, change, edited

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
RULE = "AWS::EC2::SecurityGroupIngress"
GONE = {"Fn::ImportValue": "NotesState:Gone"}


def the_same_rule_twice(editor: Editor) -> None:
    for raw in editor.all(RULE):
        stack, logical_id = editor.id_of(raw["Properties"])
        editor.add(stack, f"{logical_id}Again", RULE, **raw["Properties"])


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (change(BALANCER, SecurityGroups=[GONE]), "imports NotesState:Gone"),
        (the_same_rule_twice, "duplicate rule"),
    ],
)
def test_a_fault_between_templates_is_found(designs: Designs, edit: Edit, said: str) -> None:
    design = designs("rds", "example.com")
    assert consistency.check(design) == []
    found = consistency.check(edited(design, edit))
    assert found
    assert all(said in line for line in found)
