"""Each broken template is one change to a real one, and a check must notice it.

The check looks through a whole template: a template test, which fails on the broken design, or the
templates' consistency. A test of one property needs no such proof.
`test_mutants.py` breaks the network, `policies/test_guard.py` what AWS's rules see.
"""

from collections.abc import Callable

import pytest
from tests.design import test_service

from ishizue.product import Product
from ishizue.settings import options
from ishizue_ops import app_contract
from ishizue_ops.checks import consistency
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, Editor, Raw, change, edited
from ishizue_ops.testing.reading import containers

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TASK = "AWS::ECS::TaskDefinition"

Check = Callable[[Design], object]
"""Fails on a broken design."""

FAILURES = (AssertionError, LookupError, TypeError)
"""How a check fails; a template test that looks up what is gone raises LookupError."""


# Edits


def change_app(**properties: object) -> Edit:
    """Set properties of the application's container."""
    return lambda editor: app(editor).update(properties)


def change_statement(kind: str, document: str, **parts: object) -> Edit:
    """Change the first statement of the first policy of a type."""

    def edit(editor: Editor) -> None:
        raw, *_ = editor.all(kind)
        raw["Properties"][document]["Statement"][0].update(parts)

    return edit


def app(editor: Editor) -> Raw:
    containers = {
        each["Name"]: each for each in editor.one(TASK, "Service/Task")["ContainerDefinitions"]
    }
    found: Raw = containers["app"]
    return found


def the_same_rule_twice(editor: Editor) -> None:
    kind = "AWS::EC2::SecurityGroupIngress"
    for raw in editor.all(kind):
        stack, logical_id = editor.id_of(raw["Properties"])
        editor.add(stack, f"{logical_id}Again", kind, **raw["Properties"])


def a_password_in_the_environment(editor: Editor) -> None:
    app(editor)["Environment"].append({"Name": "NOTES_DB_PASSWORD", "Value": "x"})


# Checks


def with_designs(test: Callable[..., None], *arguments: object) -> Check:
    """A template test that takes `designs`, which then has only the design under test."""
    return lambda design: test(lambda *_, **__: design, *arguments)


def is_consistent(design: Design) -> None:
    assert consistency.check(design) == []


allows_no_more_than_needed = with_designs(
    test_service.test_no_policy_allows_every_action_or_everyone, "rds", {}
)


def has_a_user(design: Design) -> None:
    assert {found["User"] for found in containers(design)} == {app_contract.USER}


def hides_secrets(design: Design) -> None:
    common = options(Product("Notes", "notes", "1"))
    secret = {option.name for option in common if option.secret} - {"DATABASE_URL"}
    for found in containers(design):
        assert secret.isdisjoint(entry["Name"] for entry in found.get("Environment", []))


ACTIONS = ("AWS::IAM::Policy", "PolicyDocument")
TRUST = ("AWS::IAM::Role", "AssumeRolePolicyDocument")
GONE = {"Fn::ImportValue": "NotesState:Gone"}

BROKEN: dict[str, tuple[Edit, Check]] = {
    "an import that no stack exports": (change(BALANCER, SecurityGroups=[GONE]), is_consistent),
    "the same rule twice": (the_same_rule_twice, is_consistent),
    "a root user": (change_app(User="0:0"), has_a_user),
    "a password in the environment": (a_password_in_the_environment, hides_secrets),
    "every action": (change_statement(*ACTIONS, Action="*"), allows_no_more_than_needed),
    "every action of a service": (
        change_statement(*ACTIONS, Action=["ecr:*"]),
        allows_no_more_than_needed,
    ),
    "a role for everyone": (
        change_statement(*TRUST, Principal={"AWS": "*"}),
        allows_no_more_than_needed,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_passes_the_real_template_and_fails_the_broken_one(
    designs: Designs, name: str
) -> None:
    edit, check = BROKEN[name]
    real = designs("rds", "example.com")
    check(real)
    with pytest.raises(FAILURES):
        check(edited(real, edit))
