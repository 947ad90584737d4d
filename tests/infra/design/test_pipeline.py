"""The role of GitHub's workflow: who may assume it, and each of its rights."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.checks.template import Design
from infra.config import read
from infra.design.pipeline import subject
from infra.names import MIGRATION_CONTAINER
from tests.infra.conftest import Designs
from tests.infra.reading import listed, only

REPOSITORY = "acme/kirosample"
ACCOUNT = "<AWS::AccountId>"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"


@pytest.fixture(scope="module")
def with_pipeline(designs: Designs) -> Design:
    return designs("rds", GITHUB_REPOSITORY=REPOSITORY)


def _shown(value: Any) -> str:
    """An ARN with references in angle brackets."""
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
    """Each allowed action: its resources and condition."""
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


def test_without_a_repository_there_is_no_role(designs: Designs) -> None:
    design = designs("rds")
    assert design.of_type("AWS::IAM::OIDCProvider") == []
    assert not [role for role in design.of_type("AWS::IAM::Role") if "Pipeline" in role.path]


SUBJECT = "token.actions.githubusercontent.com:sub"


def _trust(design: Design) -> dict[str, Any]:
    """The only statement of the role's trust policy."""
    role = only(design, "AWS::IAM::Role", "Pipeline/Role")
    [statement] = role.properties["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


def test_only_this_repository_s_production_may_assume_the_role(with_pipeline: Design) -> None:
    statement = _trust(with_pipeline)
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert _shown(statement["Principal"]["Federated"]) == PROVIDER
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            SUBJECT: f"repo:{REPOSITORY}:environment:production",
        }
    }


def test_with_both_numbers_the_immutable_subject_alone_is_trusted() -> None:
    """As GitHub's OpenID Connect reference gives it."""
    numbers = {"GITHUB_OWNER_ID": "123456", "GITHUB_REPOSITORY_ID": "456789"}
    given = {"GITHUB_REPOSITORY": "octocat/my-repo", **numbers}
    expected = "repo:octocat@123456/my-repo@456789:environment:"
    assert subject(read(given)) == f"{expected}production"
    assert subject(read({**given, "ENVIRONMENT": "staging"})) == f"{expected}staging"


def test_the_account_s_provider_is_made_on_request_and_never_taken_away(designs: Designs) -> None:
    assert designs("none", GITHUB_REPOSITORY=REPOSITORY).of_type("AWS::IAM::OIDCProvider") == []
    design = designs("none", GITHUB_REPOSITORY=REPOSITORY, GITHUB_PROVIDER="create")
    provider = only(design, "AWS::IAM::OIDCProvider")
    # That of earlier releases, which would be replaced.
    assert provider.logical_id == "PipelineGitHubAB451D02"
    assert provider.raw["DeletionPolicy"] == "RetainExceptOnCreate"
    # With the policy something else must change, or CloudFormation keeps the old policy.
    assert provider.raw["Metadata"].keys() - {"aws:cdk:path"}
    assert provider.properties["Url"] == "https://token.actions.githubusercontent.com"
    assert provider.properties["ClientIdList"] == ["sts.amazonaws.com"]
    assert _shown(_trust(design)["Principal"]["Federated"]) == PROVIDER
    role = only(design, "AWS::IAM::Role", "Pipeline/Role")
    assert provider.logical_id in role.raw["DependsOn"]


def test_the_role_has_the_rights_of_a_release_and_no_others(with_pipeline: Design) -> None:
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
    stacks = ("KiroSampleState", "KiroSampleService")
    push = (
        *("BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "DescribeImages"),
        *("DescribeImageScanFindings", "InitiateLayerUpload", "PutImage", "UploadLayerPart"),
    )
    in_cluster = {"ArnEquals": {"ecs:cluster": {"Fn::GetAtt": cluster.strip("<>").split(".")}}}
    roles = {arn("AWS::IAM::Role", f"Migration/Task/{role}Role") for role in ("Task", "Execution")}
    assert _allowed(with_pipeline) == {
        "ecr:GetAuthorizationToken": ({"*"}, None),
        **{f"ecr:{action}": ({registry}, None) for action in push},
        **{f"inspector2:List{what}": ({"*"}, None) for what in ("Coverage", "Findings")},
        "sts:AssumeRole": (
            {
                f"{bootstrap}-{role}-role-{ACCOUNT}-ap-northeast-1"
                for role in ("deploy", "file-publishing")
            },
            None,
        ),
        "cloudformation:DescribeStacks": (
            {f"arn:aws:cloudformation:{here}:stack/{stack}/*" for stack in stacks},
            None,
        ),
        "ecs:DescribeServices": (
            {f"arn:aws:ecs:{here}:service/KiroSampleService-*/KiroSampleService-*"},
            None,
        ),
        "ecs:RunTask": ({f"arn:aws:ecs:{here}:task-definition/{family}:*"}, in_cluster),
        "ecs:DescribeTasks": ({f"arn:aws:ecs:{here}:task/{tasks}/*"}, None),
        "ecs:StopTask": ({f"arn:aws:ecs:{here}:task/{tasks}/*"}, None),
        "iam:PassRole": (
            roles,
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        "logs:GetLogEvents": ({f"arn:aws:logs:{here}:log-group:{logs}:log-stream:*"}, None),
    }


def test_the_role_may_read_only_the_migration_s_log(with_pipeline: Design) -> None:
    """By the request's ARN, as IAM matches it, after CloudFormation has resolved references."""
    group = only(with_pipeline, "AWS::Logs::LogGroup", "Migration").logical_id
    region = "arn:aws:logs:ap-northeast-1:123456789012:log-group"
    [pattern] = _allowed(with_pipeline)["logs:GetLogEvents"][0]
    for shown, value in (
        (ACCOUNT, "123456789012"),
        (f"<{group}>", "the-logs"),
        (f"<{group}.Arn>", f"{region}:the-logs:*"),
    ):
        pattern = pattern.replace(shown, value)
    stream = f"log-stream:{MIGRATION_CONTAINER}/{MIGRATION_CONTAINER}/0123abcd"
    assert fnmatchcase(f"{region}:the-logs:{stream}", pattern)
    assert not fnmatchcase(f"{region}:the-logs-of-others:{stream}", pattern)


def test_without_a_database_the_role_runs_no_task(designs: Designs) -> None:
    allowed = _allowed(designs("none", GITHUB_REPOSITORY=REPOSITORY))
    services = {action.split(":")[0] for action in allowed}
    assert services == {"ecr", "inspector2", "sts", "cloudformation", "ecs"}
    assert [action for action in allowed if action.startswith("ecs:")] == ["ecs:DescribeServices"]


def test_cloudformation_names_the_service_as_the_role_expects(with_pipeline: Design) -> None:
    """CloudFormation prefixes generated names with the stack's name."""
    service = only(with_pipeline, "AWS::ECS::Service")
    cluster = with_pipeline.resolve(service.properties["Cluster"], service.stack)
    assert service.stack == "KiroSampleService"
    assert "ServiceName" not in service.properties
    assert cluster is not None
    assert cluster.stack == "KiroSampleService"
    assert "ClusterName" not in cluster.properties


def test_the_outputs_name_the_role_and_what_verify_reads(with_pipeline: Design) -> None:
    def output(stack: str, name: str) -> object:
        value = with_pipeline.templates[stack]["Outputs"][name]["Value"]
        return with_pipeline.resolve(value, stack)

    role = only(with_pipeline, "AWS::IAM::Role", "Pipeline/Role")
    assert output("KiroSampleState", "DeployRoleArn") == role
    service = only(with_pipeline, "AWS::ECS::Service")
    for name, key in (("TaskDefinitionArn", "TaskDefinition"), ("ClusterName", "Cluster")):
        used = with_pipeline.resolve(service.properties[key], service.stack)
        assert output(service.stack, name) == used
    assert "ServiceName" in with_pipeline.templates[service.stack]["Outputs"]
