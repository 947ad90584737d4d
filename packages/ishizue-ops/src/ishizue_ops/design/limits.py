"""What the roles of one environment may do at most, with BOOTSTRAP=own.

One managed policy is both the rights of CloudFormation's role and the permissions boundary of every
role of the environment: the CDK's, and those that its stacks make. So no template can make a role
that may do more than the role that deploys it.

It allows what CloudFormation's schemas name for the types in the stacks. What belongs to another
environment it refuses, by name or by tag; docs/permissions.md lists what IAM cannot limit.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
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

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.design.pipeline import provider_arn
from ishizue_ops.names import Names
from ishizue_ops.schemas import actions

ACCOUNT = "${AWS::AccountId}"

_OPTIONAL = {
    *("AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault"),
    *("AWS::Budgets::Budget", "AWS::CertificateManager::Certificate", "AWS::KMS::Key"),
    *("AWS::Lambda::Function", "AWS::RDS::DBInstance"),
    *("AWS::Route53::HealthCheck", "AWS::Route53::HostedZone", "AWS::Route53::RecordSet"),
    *("AWS::SecretsManager::Secret", "AWS::SecretsManager::SecretTargetAttachment"),
    "AWS::WAFv2::WebACL",
}
"""What settings add and take away, for which CloudFormation needs the rights until it is gone."""

_NAMED = {
    "cloudformation": ["*:*:stack/{title}*"],
    "cloudwatch": ["*:*:alarm:{title}*", ":*:dashboard/*"],
    "ecr": ["*:*:repository/{lower}*"],
    "ecs": [
        *("*:*:cluster/{title}*", "*:*:service/{title}*", "*:*:service-deployment/{title}*"),
        *("*:*:task/{title}*", "*:*:task-definition/{title}*"),
    ],
    "events": ["*:*:rule/{title}*"],
    "iam": [":*:role/{title}*"],
    "lambda": ["*:*:function:{title}*"],
    "logs": [
        *("*:*:log-group:*{title}*", "*:*:log-group:aws-waf-logs-{service}*", "*:*:delivery:*"),
        *("*:*:delivery-source:{service}*", "*:*:delivery-destination:{service}*"),
    ],
    "s3": ["::{lower}*", "::cdk-{qualifier}-*"],
    "sns": ["*:*:{title}*"],
    "ssm": ["*:*:parameter{path}*", "*:*:parameter/cdk-bootstrap/{qualifier}/*"],
}
"""Services whose resources CloudFormation names after their stack, or we after the environment."""

_TAGGED = ("acm", "application-autoscaling", "elasticloadbalancing", "rds", "wafv2")
"""Services that tags limit whole: their actions would be too many for one policy."""

_UNTAGGED = ("cloudfront", "route53")
"""Services that tags do not limit: exactly what the schemas name, and not a verb more."""

_ALSO = (
    "cloudformation:GetTemplateSummary",  # the CDK's command line
    *("cloudfront:AllowVendedLogDeliveryForResource", "cloudfront:CreateInvalidation"),
    *("ecr:GetAuthorizationToken", "ecs:DeregisterTaskDefinition", "inspector2:List*"),
    # The keys of AWS that encrypt what has none of ours, and AWS Backup's copies.
    *("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
    *("logs:*LogDelivery", "logs:*ResourcePolicy"),
)
"""What the schemas leave out, or has no resource that could be named."""

_COPIES = (
    *("rds:StopDBInstanceAutomatedBackupsReplication", "secretsmanager:ReplicateSecretToRegions"),
    "secretsmanager:RemoveRegionsFromReplication",
)
"""What `BACKUP_COPY_REGION` needs, and to end it in the region that it named before."""

_READS = ("Describe", "List")

_BOUNDED = ("CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "AttachRolePolicy")

_SHARED = (
    *("iam:CreateOpenIDConnectProvider", "iam:GetOpenIDConnectProvider"),
    *("iam:TagOpenIDConnectProvider", "iam:CreateServiceLinkedRole"),
)
"""On what the account has once: a stack may make it, and none takes it away."""

_ROLE = f"arn:aws:iam::{ACCOUNT}:role"

_NEVER = re.compile(
    "AddressTransfer|ConnectionGroup|DeleteHostedZone|EncryptionControl|FromHostedZone|FromReplica|"
    "QueryLogging|StagingConfig|SubnetCidr|ToRegions|VerifiedAccess|VpcTenancy|Vpn|WithHostedZone"
)
"""What the schemas name and no stack does; a zone is kept."""


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
    types = {one.cfn_resource_type for one in app.node.find_all() if isinstance(one, CfnResource)}
    env, synthesizer = Environment(region=config.region), BootstraplessSynthesizer()
    text = f"{config.product.name}: what the environment's roles may do at most"
    stack = Stack(app, config.names.limits, env=env, description=text, synthesizer=synthesizer)
    # Not a CfnManagedPolicy, of which cdk-nag would want a reason for each wildcard.
    document = {"Version": "2012-10-17", "Statement": statements(config, types)}
    properties = {"ManagedPolicyName": config.names.limits, "PolicyDocument": document}
    CfnResource(stack, "Limits", type="AWS::IAM::ManagedPolicy", properties=properties)


def statements(config: Config, types: Iterable[str]) -> list[dict[str, Any]]:
    """The policy for stacks with these types of resources, with `Fn::Sub` for the account."""
    names, by_type = config.names, [actions(type_) for type_ in {*types} | _OPTIONAL]
    services = {"cloudformation"} | {_service(one) for one in by_type if one}
    needed = set[str]().union(*by_type)
    short = {key: getattr(names, key) for key in ("title", "service", "qualifier")}
    short |= {"lower": names.title.lower(), "path": names.parameter("")}
    named = sorted(services & _NAMED.keys())
    arns = [f"arn:aws:{one}:{form.format(**short)}" for one in named for form in _NAMED[one]]
    regions = sorted({config.region, OUTSIDE_REGION, config.copies_region or config.region})
    there = {"StringEquals": {"aws:RequestedRegion": regions}}
    return [
        _statement("Reads", _reads(needed, services)),
        _statement("Writes", _writes(needed, services), condition=there),
        _statement("Named", [f"{one}:*" for one in named], *arns, condition=there),
        _statement("Cdk", ["iam:PassRole", "sts:AssumeRole"], f"{_ROLE}/cdk-{names.qualifier}-*"),
        _statement("Shared", _SHARED, f"{_ROLE}/aws-service-role/*", provider_arn(ACCOUNT)),
        *([_statement("Copies", _COPIES)] if "BACKUP_COPY_REGION" in config.explicit else ()),
        *_refusals(names, config.domain),
    ]


def _service(needed: Iterable[str]) -> str:
    """The service of a type: of most of its actions."""
    return Counter(action.partition(":")[0].lower() for action in needed).most_common(1)[0][0]


def _reads(needed: Iterable[str], services: Collection[str]) -> list[str]:
    """What describes and lists. A bucket's list is its content: only that of ours."""
    found = re.findall(r"^([\w-]+):(Describe|List)", "\n".join(needed), re.MULTILINE)
    return sorted({f"{one}:{verb}*" for one, verb in found if one in {*services} - {"s3"}})


def _writes(needed: Iterable[str], services: Collection[str]) -> list[str]:
    """The actions, such as `ec2:*Subnet` for those that make, change and delete subnets."""
    found = {*_ALSO, *(f"{service}:*" for service in _TAGGED if service in services)}
    for action in needed:
        service, _, name = action.partition(":")
        service, noun = service.lower(), re.sub("^[A-Z][a-z]+", "", name)
        if service in {*services} - {*_NAMED, *_TAGGED} and not name.startswith(_READS):
            exact = service in _UNTAGGED or not noun
            found.add(f"{service}:{name}" if exact else f"{service}:*{noun}")
    found = {one for one in found if not _NEVER.search(one)}
    # A policy has room for 6144 characters.
    return sorted(one for one in found if sum(fnmatchcase(one, other) for other in found) == 1)


def _refusals(names: Names, domain: str | None) -> Iterator[dict[str, Any]]:
    """What no right outweighs."""
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
    # A hosted zone has no tags for IAM, and a parent's may be shared.
    key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    others = {"ForAnyValue:StringNotLike": {key: [str(domain), f"*.{domain}"]}}
    change = ["route53:ChangeResourceRecordSets"]
    yield _statement("OtherRecords", change, condition=others, effect="Deny")


def _statement(
    sid: str,
    actions_: Sequence[str],
    *resources: str,
    condition: Mapping[str, Any] | None = None,
    effect: str = "Allow",
) -> dict[str, Any]:
    """A statement; without resources it is on all."""
    on = [_sub(one) for one in resources] or "*"
    made = {"Sid": sid, "Effect": effect, "Action": list(actions_), "Resource": on}
    return {**made, "Condition": condition} if condition else made


def _sub(arn: str) -> object:
    return {"Fn::Sub": arn} if ACCOUNT in arn else arn
