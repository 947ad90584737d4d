"""What GitHub's workflow may do in the account: a role for one repository's production.

No key is stored anywhere: GitHub signs who is asking, and AWS trusts GitHub (OpenID Connect).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.migration import Migration

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
ENVIRONMENT = "production"
"""GitHub's environment of the deploying job: its rules say who may deploy, and from where."""

_BOOTSTRAP = "hnb659fds"
"""The CDK's own word for the roles that `cdk bootstrap` makes."""

_BOOTSTRAP_ROLES = ("deploy", "file-publishing")


class Pipeline(Construct):
    """GitHub as an identity provider, and the role that a deployment takes.

    The role pushes images, reads their scan, runs the migration and looks at the outcome. What
    changes the stacks is the CDK's role, which it may take: whoever may merge and is let into
    the environment can therefore change whatever the bootstrap lets CloudFormation change.

    An account has one provider for GitHub. Where there is one, import it into the stack
    (`cdk import`) before this is turned on.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        github_repository: str,
        repository: ecr.IRepository,
        stacks: Sequence[str],
        service_stack: str,
        migration: Migration | None,
    ) -> None:
        """`github_repository` is OWNER/NAME, `stacks` are the names of those that are deployed, and
        `service_stack` of the one with the service.
        """
        super().__init__(scope, construct_id)
        provider = iam.OidcProviderNative(
            self, "GitHub", url=f"https://{ISSUER}", client_ids=[AUDIENCE]
        )
        self.role = iam.Role(
            self,
            "Role",
            description=f"Deploys from {github_repository}, environment {ENVIRONMENT}",
            max_session_duration=Duration.hours(2),
            assumed_by=iam.OpenIdConnectPrincipal(
                provider,
                {
                    # Equal and never like: a pattern would let in other repositories.
                    "StringEquals": {
                        f"{ISSUER}:aud": AUDIENCE,
                        f"{ISSUER}:sub": f"repo:{github_repository}:environment:{ENVIRONMENT}",
                    }
                },
            ),
        )
        self._registry(repository)
        self._stacks(stacks, service_stack)
        if migration:
            self._migration(migration)
        CfnOutput(self, "DeployRoleArn", key="DeployRoleArn", value=self.role.role_arn)

    def _registry(self, repository: ecr.IRepository) -> None:
        self._allow(
            ["ecr:GetAuthorizationToken"],
            ["*"],
            because="AWS knows no resource for it. Images are pushed to one repository.",
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

    def _stacks(self, stacks: Sequence[str], service_stack: str) -> None:
        account, region = Stack.of(self).account, Stack.of(self).region
        self._allow(
            ["sts:AssumeRole"],
            [
                f"arn:aws:iam::{account}:role/cdk-{_BOOTSTRAP}-{role}-role-{account}-{region}"
                for role in _BOOTSTRAP_ROLES
            ],
        )
        self._allow(
            ["cloudformation:DescribeStacks"],
            [f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/*" for stack in stacks],
            because="A stack's ARN ends in an id that AWS makes when the stack is made.",
        )
        self._allow(
            ["ecs:DescribeServices"],
            [f"arn:aws:ecs:{region}:{account}:service/{service_stack}-*/{service_stack}-*"],
            because="Made after this role: CloudFormation names both after their stack.",
        )

    def _migration(self, migration: Migration) -> None:
        task, cluster = migration.task_definition, migration.cluster
        account, region = Stack.of(self).account, Stack.of(self).region
        self._allow(
            ["ecs:RunTask"],
            [f"arn:aws:ecs:{region}:{account}:task-definition/{task.family}:*"],
            {"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            because="Each release makes a revision, and runs it before IAM has heard of it.",
        )
        self._allow(
            ["ecs:DescribeTasks", "ecs:StopTask"],
            [f"arn:aws:ecs:{region}:{account}:task/{cluster.cluster_name}/*"],
            because="A task's id is random; the cluster holds nothing but migrations.",
        )
        self._allow(
            ["iam:PassRole"],
            [task.task_role.role_arn, task.obtain_execution_role().role_arn],
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )
        # Not by the group's own Arn, which ends in ":*" already: that would match no stream.
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
        """Allow it; `because` is the reason for a `*` in a resource."""
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=list(actions), resources=list(resources), conditions=conditions
            )
        )
        for resource in resources if because else ():
            finding = f"AwsSolutions-IAM5[Resource::{_shown(Stack.of(self).resolve(resource))}]"
            acknowledge(self.role, finding, because or "")


def _shown(resource: Any) -> str:
    """A resource as cdk-nag's findings write it: `<LogicalId.Attribute>` for what is not known."""
    match resource:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": parts}:
            return f"<{'.'.join(parts)}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(map(_shown, parts))
        case _:
            return str(resource)
