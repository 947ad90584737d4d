"""The policies of the deployed resources: of roles, of trust in roles, and of resources."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.iam.record import Account, Resource

MANAGED = Path(__file__).with_name("managed_policies.json")
"""AWS's managed policies that we or the CDK attach, from its Managed Policy Reference."""

_RESOURCE_POLICIES = {
    "AWS::S3::BucketPolicy": ("Bucket", "AWS::S3::Bucket"),
    "AWS::SNS::TopicPolicy": ("Topics", "AWS::SNS::Topic"),
    "AWS::SQS::QueuePolicy": ("Queues", "AWS::SQS::Queue"),
}
"""Types of policies, the property that names what they protect, and its type."""


class UnknownPolicy(Exception):
    """A managed policy's text is not here; the message is one line."""


@dataclass(frozen=True)
class Document:
    """A policy, named `PipelineRole/DefaultPolicy`, `PipelineRole/trust` or `Topic/policy`.

    `stack` is its owner's.
    """

    name: str
    stack: str
    text: Mapping[str, Any] = field(hash=False)


def of_role(account: Account, role: Resource) -> list[Document]:
    """The role's policies, AWS's managed ones too. Raises UnknownPolicy."""
    managed = [
        Document(f"{role.name}/{arn.rpartition('/')[2]}", "AWS", _managed(arn))
        for arn in role.properties.get("ManagedPolicyArns", ())
        if arn.startswith("arn:aws:iam::aws:")
    ]
    return [*own(account, role), *managed]


def own(account: Account, role: Resource) -> Iterator[Document]:
    """The role's policies that a stack wrote, inline and attached."""
    for inline in role.properties.get("Policies", ()):
        name = f"{role.name}/{inline['PolicyName']}"
        yield Document(name, role.stack, inline["PolicyDocument"])
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for policy in account.of_type(kind):
            attached = role.properties.get("ManagedPolicyArns", ())
            if role.id in policy.properties.get("Roles", ()) or policy.id in attached:
                name = f"{role.name}/{policy.name.removeprefix(role.name)}"
                yield Document(name, role.stack, policy.properties["PolicyDocument"])


def trust(role: Resource) -> Document:
    """Who may assume the role."""
    text = role.properties["AssumeRolePolicyDocument"]
    # The emulator takes the CDK's empty list of trusted accounts for one empty account.
    statements = [one for one in text["Statement"] if one["Principal"] != {"AWS": [""]}]
    return Document(f"{role.name}/trust", role.stack, {**text, "Statement": statements})


def of_resource(account: Account, resource: Resource) -> Document | None:
    """The resource's own policy. A log group's is one of the account that names it."""
    if resource.type == "AWS::Logs::LogGroup":
        for policy in account.of_type("AWS::Logs::ResourcePolicy"):
            if f":log-group:{resource.id}:" in policy.properties["PolicyDocument"]:
                text = json.loads(policy.properties["PolicyDocument"])
                return Document(f"{resource.name}/policy", resource.stack, text)
    for kind, (key, protected) in _RESOURCE_POLICIES.items():
        for policy in account.of_type(kind) if resource.type == protected else ():
            named = policy.properties[key]
            if resource.id in (named if isinstance(named, list) else [named]):
                text = policy.properties["PolicyDocument"]
                return Document(f"{resource.name}/policy", resource.stack, text)
    return None


def of_resources(account: Account) -> list[Document]:
    """The policies of all resources."""
    kinds = {"AWS::Logs::LogGroup", *(protected for _, protected in _RESOURCE_POLICIES.values())}
    found = (of_resource(account, one) for kind in sorted(kinds) for one in account.of_type(kind))
    return [document for document in found if document]


def _managed(arn: str) -> Mapping[str, Any]:
    known: Mapping[str, Any] = json.loads(MANAGED.read_text(encoding="utf-8"))
    if arn not in known:
        raise UnknownPolicy(f"{arn}: add AWS's text of it to {MANAGED.name}")
    text: Mapping[str, Any] = known[arn]
    return text
