"""The role that GitHub's workflow assumes through OpenID Connect, without stored credentials."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from aws_cdk import CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge_wildcard
from ishizue_ops.design.migration import Migration
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.names import BOOTSTRAP_QUALIFIER, PROVIDER_OUTPUT

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"

BRANCH = "refs/heads/main"
WORKFLOW = ".github/workflows/release.yml"
"""The workflow whose job assumes the role."""

_RIGHTS: Mapping[str, list[Mapping[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("pipeline.toml").read_text(encoding="utf-8")
)


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

    The role pushes images, runs the migration and reads the result, by the rights of
    `pipeline.toml`. It deploys stacks by assuming the CDK's roles: anyone who can merge and pass
    the environment's rules can change the whole account.

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
        stack = Stack.of(self)
        provider = f"arn:aws:iam::{stack.account}:oidc-provider/{ISSUER}"
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
        named = {
            "account": stack.account,
            "region": stack.region,
            "repository": repository.repository_arn,
            "qualifier": BOOTSTRAP_QUALIFIER,
            "state": names.state_stack,
            "service": names.service_stack,
            **names.tags,
        }
        self._allow("release", named)
        if migration:
            task = migration.task_definition
            run = {
                "family": task.family,
                "cluster": migration.cluster.cluster_name,
                "cluster_arn": migration.cluster.cluster_arn,
                "task_role": task.task_role.role_arn,
                "execution_role": task.obtain_execution_role().role_arn,
                "log_group": migration.log_group.log_group_name,
            }
            self._allow("migration", named | run)
        if config.cdn:
            self._allow("invalidation", named)
        output(self, "DeployRoleArn", self.role.role_arn)
        output(self, PROVIDER_OUTPUT, provider)

    def _allow(self, purpose: str, names: Mapping[str, str]) -> None:
        """Give the role the rights of a purpose, on what these names stand for."""
        for right in _RIGHTS[purpose]:
            resources = [resource.format(**names) for resource in right["resources"]]
            conditions = {
                operator: {key: value.format(**names) for key, value in wanted.items()}
                for operator, wanted in right.get("conditions", {}).items()
            }
            statement = iam.PolicyStatement(
                actions=right["actions"], resources=resources, conditions=conditions
            )
            self.role.add_to_policy(statement)
            for resource in resources if "because" in right else ():
                acknowledge_wildcard(self.role, resource, right["because"])
