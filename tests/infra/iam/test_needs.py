"""What people and CloudFormation need, by AWS's own lists."""

from pathlib import Path

import pytest

from infra.iam import needs
from infra.iam.actions import UnknownAction, iam_action

pytestmark = pytest.mark.external


def test_the_actions_of_commands() -> None:
    page = """
    aws rds wait db-instance-available --db-instance-identifier one &&
      aws ecs run-task --cluster one; aws logs tail group
    aws s3api head-object --bucket one
    """
    assert needs.operations_page(page) == [
        *("ecs:RunTask", "iam:PassRole", "logs:FilterLogEvents"),
        *("rds:DescribeDBInstances", "s3:GetObject"),
    ]


@pytest.mark.parametrize(
    "command", ["aws rds wait db-instance-happy", "aws rds reboot", "aws moon land"]
)
def test_a_command_that_does_not_exist(command: str) -> None:
    with pytest.raises(needs.UnknownCommand, match=command):
        needs.operations_page(command)


def test_every_command_of_the_page_has_its_actions() -> None:
    actions = needs.operations_page(needs.OPERATIONS.read_text())
    assert {"secretsmanager:PutSecretValue", "ecs:UpdateService"} <= set(actions)


def test_what_cloudformation_needs_for_types() -> None:
    found = needs.cloudformation(["AWS::SNS::Topic", "AWS::SSM::Parameter"])
    assert list(found) == sorted(found)
    assert {"CreateTopic", "DeleteTopic"} <= set(found["sns"])
    assert "PutParameter" in found["ssm"]
    assert needs.cloudformation([]) == {}


def test_an_operation_that_the_reference_lacks() -> None:
    with pytest.raises(UnknownAction, match="rds:FlyToTheMoon"):
        iam_action("rds", "FlyToTheMoon")


def test_the_operations_that_code_calls(tmp_path: Path) -> None:
    """On any path, and of the services whose clients it has."""
    module = tmp_path / "module.py"
    module.write_text(
        """
        ecr, logs = session.client("ecr"), _client("logs")
        ecr.get_paginator("describe_images").paginate()
        logs.get_log_events(run_task=1)
        "describe_stacks", ecs.stop_task
        """
    )
    assert needs.code([module]) == {"ecr:DescribeImages", "logs:GetLogEvents"}


def test_what_the_code_of_a_release_and_of_make_deploy_calls() -> None:
    assert {"ecs:StopTask", "ecr:GetAuthorizationToken"} <= needs.release()
    assert {"servicequotas:GetServiceQuota", "ecs:RunTask"} <= needs.make_deploy([])
