"""The role of GitHub's workflow: who may take it, and what it may do, to the last action."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import listed, only

from infra.migration import CONTAINER
from infra.report.template import Design

REPOSITORY = "acme/kirosample"
ACCOUNT = "<AWS::AccountId>"


@pytest.fixture(scope="module")
def with_pipeline(designs: Designs) -> Design:
    return designs("rds", GITHUB_REPOSITORY=REPOSITORY)


def _shown(value: Any) -> str:
    """An ARN with what is known only later in angle brackets."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(map(_shown, parts))
        case _:
            return str(value)


def _allowed(design: Design) -> dict[str, tuple[set[str], Any]]:
    """Each action that the role is allowed: on what, and on what condition."""
    policy = only(design, "AWS::IAM::Policy", "Pipeline/Role")
    allowed: dict[str, tuple[set[str], Any]] = {}
    for statement in policy.properties["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            on = {_shown(resource) for resource in listed(statement["Resource"])}
            before, condition = allowed.get(action, (set(), statement.get("Condition")))
            assert condition == statement.get("Condition")
            allowed[action] = (before | on, condition)
    return allowed


def test_there_is_no_role_unless_a_repository_is_named(designs: Designs) -> None:
    design = designs("rds")
    assert design.of_type("AWS::IAM::OIDCProvider") == []
    assert not [role for role in design.of_type("AWS::IAM::Role") if "Pipeline" in role.path]


def test_only_this_repository_s_production_may_take_the_role(with_pipeline: Design) -> None:
    role = only(with_pipeline, "AWS::IAM::Role", "Pipeline/Role")
    provider = only(with_pipeline, "AWS::IAM::OIDCProvider")
    [statement] = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert with_pipeline.resolve(statement["Principal"]["Federated"], role.stack) == provider
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": f"repo:{REPOSITORY}:environment:production",
        }
    }
    assert provider.properties == {
        "Url": "https://token.actions.githubusercontent.com",
        "ClientIdList": ["sts.amazonaws.com"],
        "Tags": [{"Key": "Project", "Value": "KiroSample"}],
    }


def test_the_role_may_do_what_a_release_does_and_nothing_else(with_pipeline: Design) -> None:
    def arn(type_: str, path: str, attribute: str = "Arn") -> str:
        return f"<{only(with_pipeline, type_, path).logical_id}.{attribute}>"

    def name(type_: str, path: str) -> str:
        return f"<{only(with_pipeline, type_, path).logical_id}>"

    registry = arn("AWS::ECR::Repository", "Registry")
    cluster = arn("AWS::ECS::Cluster", "Migration")
    tasks = name("AWS::ECS::Cluster", "Migration")
    family = only(with_pipeline, "AWS::ECS::TaskDefinition", "Migration").properties["Family"]
    logs = name("AWS::Logs::LogGroup", "Migration")
    here = f"ap-northeast-1:{ACCOUNT}"
    bootstrap = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds"
    assert _allowed(with_pipeline) == {
        "ecr:GetAuthorizationToken": ({"*"}, None),
        **{
            f"ecr:{action}": ({registry}, None)
            for action in (
                "BatchCheckLayerAvailability",
                "BatchGetImage",
                "CompleteLayerUpload",
                "DescribeImages",
                "DescribeImageScanFindings",
                "InitiateLayerUpload",
                "PutImage",
                "UploadLayerPart",
            )
        },
        "sts:AssumeRole": (
            {
                f"{bootstrap}-{role}-role-{ACCOUNT}-ap-northeast-1"
                for role in ("deploy", "file-publishing")
            },
            None,
        ),
        "cloudformation:DescribeStacks": (
            {
                f"arn:aws:cloudformation:{here}:stack/{stack}/*"
                for stack in ("KiroSampleState", "KiroSampleService")
            },
            None,
        ),
        "ecs:DescribeServices": (
            {f"arn:aws:ecs:{here}:service/KiroSampleService-*/KiroSampleService-*"},
            None,
        ),
        "ecs:RunTask": (
            {f"arn:aws:ecs:{here}:task-definition/{family}:*"},
            {"ArnEquals": {"ecs:cluster": {"Fn::GetAtt": cluster.strip("<>").split(".")}}},
        ),
        "ecs:DescribeTasks": ({f"arn:aws:ecs:{here}:task/{tasks}/*"}, None),
        "ecs:StopTask": ({f"arn:aws:ecs:{here}:task/{tasks}/*"}, None),
        "iam:PassRole": (
            {
                arn("AWS::IAM::Role", "Migration/Task/TaskRole"),
                arn("AWS::IAM::Role", "Migration/Task/ExecutionRole"),
            },
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        "logs:GetLogEvents": ({f"arn:aws:logs:{here}:log-group:{logs}:log-stream:*"}, None),
    }


def test_the_role_may_read_the_migration_s_own_log_and_no_other(with_pipeline: Design) -> None:
    """By the ARN of the request, as IAM compares it, with what CloudFormation will fill in."""
    group = only(with_pipeline, "AWS::Logs::LogGroup", "Migration").logical_id
    region = "arn:aws:logs:ap-northeast-1:123456789012:log-group"
    [pattern] = _allowed(with_pipeline)["logs:GetLogEvents"][0]
    for shown, value in (
        (ACCOUNT, "123456789012"),
        (f"<{group}>", "the-logs"),
        (f"<{group}.Arn>", f"{region}:the-logs:*"),
    ):
        pattern = pattern.replace(shown, value)
    stream = f"log-stream:{CONTAINER}/{CONTAINER}/0123abcd"
    assert fnmatchcase(f"{region}:the-logs:{stream}", pattern)
    assert not fnmatchcase(f"{region}:the-logs-of-others:{stream}", pattern)


def test_without_a_database_the_role_runs_and_passes_nothing(designs: Designs) -> None:
    allowed = _allowed(designs("none", GITHUB_REPOSITORY=REPOSITORY))
    services = {action.split(":")[0] for action in allowed}
    assert services == {"ecr", "sts", "cloudformation", "ecs"}
    assert [action for action in allowed if action.startswith("ecs:")] == ["ecs:DescribeServices"]


def test_the_names_that_the_role_knows_the_service_by_are_those_it_will_have(
    with_pipeline: Design,
) -> None:
    """CloudFormation puts the stack's name in front of a name that is left to it."""
    service = only(with_pipeline, "AWS::ECS::Service")
    cluster = with_pipeline.resolve(service.properties["Cluster"], service.stack)
    assert service.stack == "KiroSampleService"
    assert "ServiceName" not in service.properties
    assert cluster is not None
    assert cluster.stack == "KiroSampleService"
    assert "ClusterName" not in cluster.properties


def test_the_session_lasts_as_long_as_the_workflow_asks_for(with_pipeline: Design) -> None:
    role = only(with_pipeline, "AWS::IAM::Role", "Pipeline/Role")
    assert role.properties["MaxSessionDuration"] == 7200


def test_the_operator_is_told_the_role(with_pipeline: Design) -> None:
    output = with_pipeline.templates["KiroSampleState"]["Outputs"]["DeployRoleArn"]
    role = only(with_pipeline, "AWS::IAM::Role", "Pipeline/Role")
    assert with_pipeline.resolve(output["Value"], "KiroSampleState") == role


def test_verify_finds_all_that_it_asks_for(with_pipeline: Design) -> None:
    outputs = with_pipeline.templates["KiroSampleService"]["Outputs"]
    service = only(with_pipeline, "AWS::ECS::Service")
    stack = service.stack
    found = with_pipeline.resolve(outputs["TaskDefinitionArn"]["Value"], stack)
    assert found == with_pipeline.resolve(service.properties["TaskDefinition"], stack)
    cluster = with_pipeline.resolve(outputs["ClusterName"]["Value"], stack)
    assert cluster == with_pipeline.resolve(service.properties["Cluster"], stack)
    assert "ServiceName" in outputs
