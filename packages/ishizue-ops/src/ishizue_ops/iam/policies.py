"""The policies of the deployed resources: of roles, of trust in roles, and of resources."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from ishizue.testing.emulator import ACCOUNT
from ishizue_ops.iam.record import BOOTSTRAP, Deployed, Record
from ishizue_ops.template import listed

_OF_RESOURCES = (
    "AWS::Logs::ResourcePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)

MANAGED: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("managed.toml").read_text(encoding="utf-8")
)
"""The actions of AWS's managed policies by their names."""


@dataclass(frozen=True)
class Document:
    """A policy, named `PipelineRole/DefaultPolicy`, `PipelineRole/trust` or `TopicPolicy`.

    `owner` is the role that has it, or the policy of a resource; None if it is AWS's.
    """

    name: str
    owner: Deployed | None
    text: Mapping[str, Any] = field(hash=False)


def of_role(record: Record, role: Deployed) -> Iterator[Document]:
    """The role's policies, inline and attached, those of AWS too."""
    for arn in role.properties.get("ManagedPolicyArns", ()):
        if actions := MANAGED.get(name := arn.rpartition("/")[2]):
            statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            text = {"Version": "2012-10-17", "Statement": [statement]}
            yield Document(f"{role.name}/{name}", None, text)
    for inline in role.properties.get("Policies", ()):
        name = f"{role.name}/{inline['PolicyName']}"
        yield Document(name, role, inline["PolicyDocument"])
    for policy in record.of_type("AWS::IAM::Policy"):
        if role.id in policy.properties.get("Roles", ()):
            name = f"{role.name}/{policy.name.removeprefix(role.name)}"
            yield Document(name, role, policy.properties["PolicyDocument"])


def trust(role: Deployed) -> Document:
    """Who may assume the role."""
    text = role.properties["AssumeRolePolicyDocument"]
    # The emulator takes the CDK's empty list of trusted accounts for one empty account.
    statements = [each for each in text["Statement"] if each["Principal"] != {"AWS": [""]}]
    return Document(f"{role.name}/trust", role, {**text, "Statement": statements})


def of_resources(record: Record) -> Iterator[Document]:
    """Each policy of a bucket, a topic, a queue, a log group or a function."""
    for policy in record.of_type(*_OF_RESOURCES):
        text = policy.properties["PolicyDocument"]
        document = json.loads(text) if isinstance(text, str) else text
        yield Document(policy.name, policy, document)
    for permission in record.of_type("AWS::Lambda::Permission"):
        yield Document(permission.name, permission, _of_function(permission))


def _of_function(permission: Deployed) -> Mapping[str, Any]:
    """The statement that Lambda adds to a function's policy (its API, AddPermission)."""
    of = permission.properties
    name = of["FunctionName"].rpartition(":")[2]
    conditions = {
        operator: {f"aws:{key}": of[key]}
        for operator, key in (("ArnLike", "SourceArn"), ("StringEquals", "SourceAccount"))
        if key in of
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": of["Principal"]},
        "Action": of["Action"],
        "Resource": f"arn:aws:lambda:{permission.region}:{ACCOUNT}:function:{name}",
        "Condition": conditions,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def of_arn(record: Record, arn: str) -> Iterator[Document]:
    """The policies of the topic, bucket, queue, log group, function or role that an ARN is of."""
    if role := record.find("AWS::IAM::Role", arn):
        yield trust(role)
        return
    for policy in of_resources(record):
        forms = [form for each in policy.text["Statement"] for form in listed(each["Resource"])]
        if any(fnmatchcase(arn, form) for form in forms):
            yield policy


def ours(record: Record) -> list[Document]:
    """Every policy in a stack of the design, but those of tasks, which `may()` declares."""
    definitions = record.of_type("AWS::ECS::TaskDefinition")
    tasks = {each.properties.get("TaskRoleArn", "").rpartition("/")[2] for each in definitions}
    documents = [*of_resources(record)]
    for role in record.of_type("AWS::IAM::Role"):
        documents += [trust(role), *(of_role(record, role) if role.id not in tasks else ())]
    return [each for each in documents if each.owner and each.owner.stack != BOOTSTRAP]


class Right(NamedTuple):
    """What a document allows. `principal` is empty in a role's own policy."""

    document: str
    principal: str
    action: str
    owner: tuple[str, str]
    """The stack and the logical id of the role or policy that gives it."""

    def __str__(self) -> str:
        who = f", {self.principal}" if self.principal else ""
        return f"{self.document}{who}: {self.action}"


def rights(document: Document) -> Iterator[Right]:
    """Every action that the document allows, with each principal; none of AWS's own."""
    if (owner := document.owner) is None:
        return
    for statement in document.text["Statement"]:
        principal = statement.get("Principal", {"": ""})
        named = principal.values() if isinstance(principal, Mapping) else [principal]
        for who in named if statement["Effect"] == "Allow" else ():
            for action in listed(statement["Action"]):
                name = f"{owner.stack}: {document.name}"
                yield Right(name, who, action, (owner.stack, owner.logical_id))
