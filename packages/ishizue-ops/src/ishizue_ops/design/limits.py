"""What the roles of one environment may do at most, with BOOTSTRAP=own.

One managed policy is both the rights of CloudFormation's role and the permissions boundary of every
role of the environment: the CDK's, and those that its stacks make. So no template can make a role
that may do more than the role that deploys it.

The policy depends on names, regions, DOMAIN and the product's jobs and types, on no other setting:
a deployment also ends what earlier settings had made. Actions are patterns: by name they would have
three times the characters that IAM takes. A test compares them with CloudFormation's schemas and
with what each role's policies allow. What belongs to another environment is refused, by name or by
tag; docs/permissions.md lists what IAM cannot.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import (
    App,
    BootstraplessSynthesizer,
    CfnResource,
    DefaultStackSynthesizer,
    Environment,
    PermissionsBoundary,
    Stack,
)

from ishizue_ops import schemas
from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.design.pipeline import provider_arn
from ishizue_ops.names import Names

ACCOUNT = "${AWS::AccountId}"

_TABLES: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("limits.toml").read_text(encoding="utf-8")
)
_READS = _TABLES["reads"]
"""What the roles may read."""

_WRITES = _TABLES["writes"]
"""What they may write."""

_NAMED = _TABLES["named"]
"""ARNs of what is named after the environment."""

_COPIES = (
    "rds:StopDBInstanceAutomatedBackupsReplication",
    "secretsmanager:ReplicateSecretToRegions",
    "secretsmanager:RemoveRegionsFromReplication",
)
"""These are allowed in any region: `BACKUP_COPY_REGION` may have changed since the one to end."""

_SHARED = (
    "iam:CreateOpenIDConnectProvider",
    "iam:GetOpenIDConnectProvider",
    "iam:TagOpenIDConnectProvider",
    "iam:CreateServiceLinkedRole",
)
"""What the account has once: a stack may make it, and none takes it away."""

_BOUNDED = ("CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "AttachRolePolicy")

_ROLE = f"arn:aws:iam::{ACCOUNT}:role"


def limits_of(config: Config) -> dict[str, Any]:
    """The options of a stack that the environment's own roles deploy; none with the shared ones."""
    if config.bootstrap == "shared":
        return {}
    return {
        "synthesizer": DefaultStackSynthesizer(qualifier=config.names.qualifier),
        "permissions_boundary": PermissionsBoundary.from_name(config.names.limits),
    }


def add_limits(app: App, config: Config) -> None:
    """Add the policy's stack. The operator deploys it: it needs no bootstrap and no role."""
    env = Environment(region=config.region)
    synthesizer = BootstraplessSynthesizer()
    text = f"{config.product.name}: what the environment's roles may do at most"
    stack = Stack(app, config.names.limits, env=env, description=text, synthesizer=synthesizer)
    # Not a CfnManagedPolicy, of which cdk-nag would want a reason for each wildcard.
    document = {"Version": "2012-10-17", "Statement": statements(config)}
    properties = {"ManagedPolicyName": config.names.limits, "PolicyDocument": document}
    CfnResource(stack, "Limits", type="AWS::IAM::ManagedPolicy", properties=properties)


def statements(config: Config) -> list[dict[str, Any]]:
    """The policy, with `Fn::Sub` for the account."""
    names = config.names
    short = {key: getattr(names, key) for key in ("title", "service", "qualifier")}
    short |= {"lower": names.title.lower(), "path": names.parameter("")}
    named = _NAMED if config.product.jobs is None else {**_NAMED, **_TABLES["jobs"]}
    arns = [
        f"arn:aws:{service}:{form.format(**short)}"
        for service, forms in named.items()
        for form in forms
    ]
    regions = sorted({config.region, OUTSIDE_REGION, config.copies_region or config.region})
    here = {"StringEquals": {"aws:RequestedRegion": regions}}
    return [
        _statement("Reads", _actions(_READS)),
        _statement("Writes", _actions(_WRITES), condition=here),
        *_of_product(config, here),
        _statement("Named", [f"{service}:*" for service in named], *arns, condition=here),
        _statement("Cdk", ["iam:PassRole", "sts:AssumeRole"], f"{_ROLE}/cdk-{names.qualifier}-*"),
        _statement("Shared", _SHARED, f"{_ROLE}/aws-service-role/*", provider_arn(ACCOUNT)),
        _statement("Copies", _COPIES),
        *_refusals(names, config.domain),
    ]


def _of_product(config: Config, here: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What CloudFormation calls for the product's own types: services that no statement names."""
    needed = {
        name
        for resource_type in config.product.resource_types
        for name in schemas.actions(resource_type.type)
    }
    own = {name.partition(":")[0] for name in needed} - {*_READS, *_WRITES, *_NAMED}
    if own:
        yield _statement("Own", [f"{service}:*" for service in sorted(own)], condition=here)


def _actions(patterns: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{service}:{pattern}" for service, listed in patterns.items() for pattern in listed]


def _refusals(names: Names, domain: str | None) -> Iterator[dict[str, Any]]:
    """The statements of what is denied, which no right outweighs."""
    # A resource in the making has no tag yet.
    for tag, value in names.tags.items():
        key = f"aws:ResourceTag/{tag}"
        condition: dict[str, Any] = {"StringNotEquals": {key: value}, "Null": {key: "false"}}
        yield _statement(f"OtherThan{tag}", ["*"], condition=condition, effect="Deny")
    # Every role keeps the boundary, or a template could make an administrator.
    limits = _sub(f"arn:aws:iam::{ACCOUNT}:policy/{names.limits}")
    condition = {"StringNotEquals": {"iam:PermissionsBoundary": limits}}
    bounded = [f"iam:{name}" for name in _BOUNDED]
    yield _statement("Bounded", bounded, condition=condition, effect="Deny")
    yield _statement("Boundary", ["iam:DeleteRolePermissionsBoundary"], effect="Deny")
    # A hosted zone has no tags for IAM, and a parent's may be shared. Without a domain, no record:
    # none is named "None".
    key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    others = {"ForAnyValue:StringNotLike": {key: [str(domain), f"*.{domain}"]}}
    change = ["route53:ChangeResourceRecordSets"]
    yield _statement("OtherRecords", change, condition=others, effect="Deny")


def _statement(
    sid: str,
    actions: Sequence[str],
    *resources: str,
    condition: Mapping[str, Any] | None = None,
    effect: str = "Allow",
) -> dict[str, Any]:
    """A statement; without `resources` it covers all."""
    on = [_sub(arn) for arn in resources] or "*"
    made = {"Sid": sid, "Effect": effect, "Action": list(actions), "Resource": on}
    return {**made, "Condition": condition} if condition else made


def _sub(arn: str) -> object:
    return {"Fn::Sub": arn} if ACCOUNT in arn else arn
