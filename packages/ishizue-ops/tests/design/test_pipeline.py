"""The role of GitHub's workflow: who may assume it, and each of its rights."""

from typing import Any

from ishizue_ops.design.pipeline import subject
from ishizue_ops.project import read
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import only

REPOSITORY = "acme/notes"
PROVIDER = ":oidc-provider/token.actions.githubusercontent.com"
"""The end of its ARN."""


def _trust(design: Design) -> dict[str, Any]:
    """The only statement of the role's trust policy."""
    role = only(design, "AWS::IAM::Role", "Pipeline/Role")
    [statement] = role.properties["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


def test_only_this_repository_s_production_may_assume_the_role(designs: Designs) -> None:
    statement = _trust(designs("rds", GITHUB_REPOSITORY=REPOSITORY))
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert str(statement["Principal"]["Federated"]).count(PROVIDER) == 1
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": f"repo:{REPOSITORY}:environment:production",
            # Where GitHub's plan has no rules for environments, these say who may deploy.
            "token.actions.githubusercontent.com:ref": "refs/heads/main",
            "token.actions.githubusercontent.com:job_workflow_ref": (
                f"{REPOSITORY}/.github/workflows/release.yml@refs/heads/main"
            ),
        }
    }


def test_with_both_numbers_the_immutable_subject_alone_is_trusted() -> None:
    """The subject is as GitHub's OpenID Connect reference gives it."""
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
    assert str(_trust(design)["Principal"]["Federated"]).count(PROVIDER) == 1
    role = only(design, "AWS::IAM::Role", "Pipeline/Role")
    assert provider.logical_id in role.raw["DependsOn"]
