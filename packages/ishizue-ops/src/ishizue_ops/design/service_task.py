"""A task of the service, as its own constructs reach it: rights, settings and secrets."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Reference, Stack, Token, Tokenization
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from ishizue_ops import schemas
from ishizue_ops.design.acknowledge import acknowledge_wildcard
from ishizue_ops.names import MAY


class ServiceTask:
    """What serves (`app`), a worker or a job, with CDK's own objects."""

    def __init__(
        self, task_definition: ecs.FargateTaskDefinition, container: ecs.ContainerDefinition
    ) -> None:
        self.task_definition = task_definition
        self.role: iam.IRole = task_definition.task_role
        self._container = container

    def environment(self, settings: Mapping[str, str]) -> None:
        """Give it further settings, which are not secret."""
        for setting, value in settings.items():
            self._container.add_environment(setting, value)

    def secret(
        self, setting: str, secret: secretsmanager.ISecret, json_key: str | None = None
    ) -> None:
        """Give it a setting that ECS reads from a secret, or from one key of its JSON."""
        self._container.add_secret(setting, ecs.Secret.from_secrets_manager(secret, json_key))

    def may(self, actions: Sequence[str], resource: str, *, why: str | None = None) -> None:
        """Grant exactly these actions on the resource with this ARN.

        The rehearsal asks for each of them, and `synth` fails if a policy no longer has it. A `*`
        in the ARN needs `why`, the reason that cdk-nag is given. Raises ValueError for what is no
        action, ARN or reason.
        """
        where = f"{self._container.container_name}.may({actions!r})"
        if isinstance(actions, str) or not actions:
            raise ValueError(f"{where}: a list of actions, such as ['s3:GetObject']")
        for action in actions:
            if schemas.kinds(action) is None:
                raise ValueError(f"{where}: IAM has no action {action!r}")
        if not isinstance(resource, str):
            raise ValueError(f"{where}: {resource!r} is no ARN, such as bucket.bucket_arn")
        if not (Token.is_unresolved(resource) or resource == "*" or resource.startswith("arn:")):
            raise ValueError(f"{where}: {resource!r} is no ARN")
        for action in actions if resource != "*" else ():
            # IAM grants these, and then refuses every call.
            kinds = schemas.kinds(action) or ()
            in_bucket = action.startswith("s3:") and ":accesspoint/" not in resource
            if not kinds:
                raise ValueError(f"{where}: {action} has no resources: grant it on '*'")
            if in_bucket and "object" in kinds and not ("/" in resource or "*" in resource):
                raise ValueError(f"{where}: {action} is on objects: bucket.arn_for_objects('*')")
            if in_bucket and {*kinds} <= {"accesspoint", "bucket"} and "/" in resource:
                raise ValueError(f"{where}: {action} is on the bucket itself: bucket.bucket_arn")
        resource = self._imported(resource)
        self.role.add_to_principal_policy(
            iam.PolicyStatement(actions=list(actions), resources=[resource])
        )
        acknowledge_wildcard(self.role, resource, why)
        made = cast(iam.CfnRole, self.role.node.default_child)
        declared = {"actions": list(actions), "resource": resource}
        made.add_metadata(MAY, [*(made.get_metadata(MAY) or ()), declared])

    def _imported(self, resource: str) -> str:
        """The ARN with what is of another stack imported: cdk-nag names it by its export."""
        home = Stack.of(self.role)
        for part in Tokenization.reverse_string(resource).tokens:
            if Reference.is_reference(part):
                owner = Stack.of(cast(Reference, part).target)
                if owner.node.path != home.node.path:
                    exported = owner.export_value(part)
                    resource = resource.replace(Token.as_string(part), exported)
        return resource
