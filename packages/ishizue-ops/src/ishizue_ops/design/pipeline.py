"""The role that GitHub's workflow assumes through OpenID Connect, without stored credentials."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.migration import Migration
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.names import BOOTSTRAP_QUALIFIER, PROVIDER_OUTPUT, Names

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"

BRANCH = "refs/heads/main"
WORKFLOW = ".github/workflows/release.yml"
"""The workflow whose job assumes the role."""

_BOOTSTRAP_ROLES = ("deploy", "file-publishing")


def provider_arn(account: str) -> str:
    """The ARN of an account's identity provider for GitHub."""
    return f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"


def subject(config: Config) -> str:
    """Whom GitHub's token names: a job of the repository in the environment that deploys this one.

    With both numbers the immutable subject of repositories made, renamed or transferred since
    2026-07-15, else the older one (GitHub documentation: OpenID Connect reference).
    """
    owner, _, name = (config.github_repository or "").partition("/")
    if config.github_owner_id:
        owner = f"{owner}@{config.github_owner_id}"
        name = f"{name}@{config.github_repository_id}"
    return f"repo:{owner}/{name}:environment:{config.names.github_environment}"


def claims(config: Config) -> dict[str, str]:
    """What GitHub's token must say, by condition key.

    Not every plan of GitHub's has environments with rules, and GitHub makes one without rules when
    a workflow names it first. So the token must also be of `BRANCH`, and of a job that `WORKFLOW`
    has there. AWS checks both claims by themselves (STS, "Available keys for AWS OIDC federation").
    """
    return {
        f"{ISSUER}:aud": AUDIENCE,
        f"{ISSUER}:sub": subject(config),
        f"{ISSUER}:ref": BRANCH,
        f"{ISSUER}:job_workflow_ref": f"{config.github_repository}/{WORKFLOW}@{BRANCH}",
    }


class Pipeline(Construct):
    """The role of a deployment, and on request GitHub as the account's identity provider.

    The role pushes images, reads their scan, runs the migration and reads the result. It deploys
    stacks by assuming the CDK's roles: anyone who can merge and pass the environment's rules can
    change whatever the bootstrap lets CloudFormation change, in the whole account if it is shared.

    An account has one provider for GitHub, which others use too: it stays when it leaves the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        repository: ecr.IRepository,
        migration: Migration | None,
    ) -> None:
        super().__init__(scope, construct_id)
        names = config.names
        provider = provider_arn(Stack.of(self).account)
        self.role = iam.Role(
            self,
            "Role",
            description=(
                f"Deploys from {config.github_repository}, environment {names.github_environment}"
            ),
            # Of the longest release: see the job's time-out.
            max_session_duration=Duration.hours(5),
            # StringLike would admit other repositories.
            assumed_by=iam.WebIdentityPrincipal(provider, {"StringEquals": claims(config)}),
        )
        if config.github_provider == "create":
            made = iam.OidcProviderNative(
                self,
                "GitHub",
                url=f"https://{ISSUER}",
                client_ids=[AUDIENCE],
                removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            )
            self.role.node.add_dependency(made)
            # CloudFormation is reported to take a new deletion policy only with another change of
            # the resource, and by that of an older release it would delete the provider.
            resource = cast(CfnResource, made.node.default_child)
            resource.add_metadata("SharedInTheAccount", True)
        self._registry(repository)
        self._stacks(names, names.qualifier if config.bootstrap == "own" else BOOTSTRAP_QUALIFIER)
        if migration:
            self._migration(migration)
        if config.cdn:
            self._invalidation(names)
        output(self, "DeployRoleArn", self.role.role_arn)
        output(self, PROVIDER_OUTPUT, provider)

    def _registry(self, repository: ecr.IRepository) -> None:
        self._allow(
            ["ecr:GetAuthorizationToken"],
            ["*"],
            because="It has no resource-level permissions. Images are pushed to one repository.",
        )
        self._allow(
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImages",
                "ecr:DescribeImageScanFindings",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            [repository.repository_arn],
        )
        # With Inspector's scan DescribeImageScanFindings asks them in the caller's name.
        self._allow(
            ["inspector2:ListCoverage", "inspector2:ListFindings"],
            ["*"],
            because="They have no resource-level permissions, and only read.",
        )

    def _stacks(self, names: Names, qualifier: str) -> None:
        account = Stack.of(self).account
        region = Stack.of(self).region
        self._allow(
            ["sts:AssumeRole"],
            [
                f"arn:aws:iam::{account}:role/cdk-{qualifier}-{role}-role-{account}-{region}"
                for role in _BOOTSTRAP_ROLES
            ],
        )
        self._allow(
            ["cloudformation:DescribeStacks"],
            [
                f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/*"
                for stack in (names.state_stack, names.service_stack)
            ],
            because="A stack's ARN ends in an id that AWS generates.",
        )
        self._allow(
            ["ecs:DescribeServices", "ecs:ListServiceDeployments"],
            [
                f"arn:aws:ecs:{region}:{account}:"
                f"service/{names.service_stack}-*/{names.service_stack}-*"
            ],
            because="They do not exist yet; CloudFormation names both after their stack.",
        )

    def _invalidation(self, names: Names) -> None:
        self._allow(
            ["cloudfront:CreateInvalidation"],
            [f"arn:aws:cloudfront::{Stack.of(self).account}:distribution/*"],
            {
                "StringEquals": {
                    f"aws:ResourceTag/{tag}": value for tag, value in names.tags.items()
                }
            },
            because="The distribution does not exist yet; its tags say which it is.",
        )

    def _migration(self, migration: Migration) -> None:
        task = migration.task_definition
        cluster = migration.cluster
        account = Stack.of(self).account
        region = Stack.of(self).region
        self._allow(
            ["ecs:RunTask"],
            [f"arn:aws:ecs:{region}:{account}:task-definition/{task.family}:*"],
            {"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            because="Each release creates a revision and runs it before IAM policies can name it.",
        )
        self._allow(
            ["ecs:DescribeTasks", "ecs:StopTask"],
            [f"arn:aws:ecs:{region}:{account}:task/{cluster.cluster_name}/*"],
            because="A task's id is random; the cluster runs only migrations.",
        )
        self._allow(
            ["iam:PassRole"],
            [task.task_role.role_arn, task.obtain_execution_role().role_arn],
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )
        # The group's Arn attribute ends in ":*" and would match no stream.
        group = migration.log_group.log_group_name
        self._allow(
            ["logs:GetLogEvents"],
            [f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:*"],
            because="A stream is named after its task, whose id is random.",
        )

    def _allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        conditions: Mapping[str, Any] | None = None,
        *,
        because: str | None = None,
    ) -> None:
        """Allow actions on resources; `because` is the reason for a wildcard in one."""
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=list(actions), resources=list(resources), conditions=conditions
            )
        )
        for resource in resources if because else ():
            finding = f"AwsSolutions-IAM5[Resource::{_shown(Stack.of(self).resolve(resource))}]"
            acknowledge(self.role, finding, because or "")


def _shown(resource: Any) -> str:
    """A resource as in cdk-nag's finding ids: `<LogicalId.Attribute>` for a reference."""
    match resource:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": parts}:
            return f"<{'.'.join(parts)}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(map(_shown, parts))
        case _:
            return str(resource)
