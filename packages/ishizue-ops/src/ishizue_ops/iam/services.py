"""The calls that AWS's services, docker and GitHub make: a table, each row with its source.

Every policy must decide a call here or in the record: one that decides none is refused by name.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import jmespath  # type: ignore[import-untyped]
from aws_cdk.region_info import RegionInfo

from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.iam import policies
from ishizue_ops.iam.actions import caller_context
from ishizue_ops.iam.cases import Case
from ishizue_ops.iam.record import ACCOUNT, Record, Resource
from ishizue_ops.iam.simulator import Request


@dataclass(frozen=True)
class _Row:
    """What happens because of each resource of a type.

    `caller` is a service, an account of AWS, or the JMESPath of the resource's property that names
    a role; `FEDERATED` are the roles of its stack that an identity provider's tokens assume. In the
    resource's properties, as JSON with its id, `names` finds what the call is on, and `arn` makes
    the ARN of it.
    """

    cause: str
    caller: str
    actions: tuple[str, ...]
    names: str
    arn: str
    source: str


_FEDERATED = "Federated"
_EXECUTION = "ExecutionRoleArn"
_HOOK = "DeploymentConfiguration.LifecycleHooks[0].RoleArn"
_FUNCTION = "Role"
_DELIVERY = "delivery.logs.amazonaws.com"
_LOAD_BALANCERS = "Elastic Load Balancing"
"""Its account in the region, which the CDK knows."""

_TASK = "AWS::ECS::TaskDefinition"
_ROLE = r'"(arn:aws:iam::\d+:role/[^"]+)"'
_TOPIC = r'"(arn:aws:sns:[^"]+)"'

_ASSUME, _PUBLISH, _PUT = ("sts:AssumeRole",), ("sns:Publish",), ("s3:PutObject",)
_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
_REGISTRY = "ecr:GetAuthorizationToken"
_PULL = (
    *(_REGISTRY, "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage"),
    "ecr:GetDownloadUrlForLayer",
)
_PUSH = (
    *(_REGISTRY, "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage"),
    *("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"),
)

_INTERFACES = (
    *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface"),
    *("ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"),
)

_AWS = "https://docs.aws.amazon.com/"
_ECS = f"{_AWS}AmazonECS/latest/developerguide/"
_BACKUP = f"{_AWS}aws-backup/latest/devguide/iam-service-roles.html"
_ALARMS = f"{_AWS}sns/latest/dg/sns-access-policy-use-cases.html"
_BUDGETS = f"{_AWS}cost-management/latest/userguide/budgets-sns-policy.html"
_EVENTS = f"{_AWS}eventbridge/latest/userguide/eb-use-resource-based.html"
_RDS_EVENTS = f"{_AWS}AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html"
_TLS = f"{_AWS}sns/latest/dg/sns-security-best-practices.html"
"""And the same of S3: topics and buckets refuse what travels without TLS."""

_GITHUB = "https://docs.github.com/en/actions/reference/security/oidc"

_TABLE = (
    _Row(
        *(_TASK, _EXECUTION, _PULL),
        r'"(\d+)\.dkr\.ecr\.([\w-]+)\.amazonaws\.com/([^@:"]+)',
        r"arn:aws:ecr:\2:\1:repository/\3",
        f"{_ECS}task_execution_IAM_role.html",
    ),
    _Row(
        *(_TASK, _EXECUTION, _LOG),
        r'"awslogs-group": "([^"]+)".*?"awslogs-stream-prefix": "([^"]+)"',
        rf"arn:aws:logs:REGION:{ACCOUNT}:log-group:\1:log-stream:\2/app/0123456789abcdef",
        f"{_ECS}task_execution_IAM_role.html",
    ),
    _Row(
        *(_TASK, _EXECUTION, ("secretsmanager:GetSecretValue",)),
        # Behind the ARN come a key, a stage and a version.
        r'"(arn:aws:secretsmanager:[^:"]+:\d+:secret:[^:"]+)',
        r"\1",
        f"{_ECS}task_execution_IAM_role.html",
    ),
    _Row(
        *("AWS::ECR::Repository", _FEDERATED, _PUSH),
        r'"id": "([^"]+)"',
        rf"arn:aws:ecr:REGION:{ACCOUNT}:repository/\1",
        f"{_AWS}AmazonECR/latest/userguide/image-push-iam.html",
    ),
    _Row(
        *("AWS::ElasticLoadBalancingV2::LoadBalancer", _LOAD_BALANCERS, _PUT),
        r'"access_logs.s3.bucket", "Value": "([^"]+)"',
        rf"arn:aws:s3:::\1/AWSLogs/{ACCOUNT}/elasticloadbalancing/log.gz",
        f"{_AWS}elasticloadbalancing/latest/application/enable-access-logging.html",
    ),
    _Row(
        *("AWS::Logs::DeliveryDestination", _DELIVERY, _PUT),
        r'"DestinationResourceArn": "([^"]+)"',
        rf"\1/AWSLogs/{ACCOUNT}/CloudFront/log.gz",
        f"{_AWS}AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html",
    ),
    _Row(
        *("AWS::WAFv2::LoggingConfiguration", _DELIVERY, _LOG),
        r'"(arn:aws:logs:[^"]+:log-group:[^"]+)"',
        r"\1:log-stream:firewall",
        f"{_AWS}waf/latest/developerguide/logging-cw-logs.html",
    ),
    _Row(
        *("AWS::ECS::Service", _HOOK, ("lambda:InvokeFunction",)),
        r'"HookTargetArn": "([^"]+)"',
        r"\1",
        f"{_ECS}blue-green-permissions.html",
    ),
    _Row(
        *("AWS::Lambda::Function", _FUNCTION, _INTERFACES),
        '"SubnetIds"',
        f"arn:aws:ec2:REGION:{ACCOUNT}:network-interface/eni-0123456789abcdef0",
        f"{_AWS}lambda/latest/dg/configuration-vpc.html",
    ),
    *(
        _Row(cause, f"{service}.amazonaws.com", _ASSUME, _ROLE, r"\1", source)
        for cause, service, source in (
            (_TASK, "ecs-tasks", f"{_ECS}task-iam-roles.html"),
            ("AWS::ECS::Service", "ecs", f"{_ECS}infrastructure_IAM_role.html"),
            ("AWS::Backup::BackupSelection", "backup", _BACKUP),
            (
                "AWS::Lambda::Function",
                "lambda",
                f"{_AWS}lambda/latest/dg/lambda-intro-execution-role.html",
            ),
        )
    ),
    *(
        _Row(cause, f"{service}.amazonaws.com", _PUBLISH, _TOPIC, r"\1", source)
        for cause, service, source in (
            ("AWS::CloudWatch::Alarm", "cloudwatch", _ALARMS),
            ("AWS::Budgets::Budget", "budgets", _BUDGETS),
            ("AWS::Events::Rule", "events", _EVENTS),
            ("AWS::RDS::EventSubscription", "events.rds", _RDS_EVENTS),
        )
    ),
)


def calls(record: Record) -> Iterator[Case]:
    """Every call of the table on these resources."""
    for row in _TABLE:
        for cause in record.of_type(row.cause):
            text = json.dumps({"id": cause.id, **cause.properties}, sort_keys=True)
            for found in re.finditer(row.names, text) if cause.is_ours else ():
                arn = found.expand(row.arn).replace("REGION", cause.region)
                for action in row.actions:
                    where = "*" if action == _REGISTRY else arn
                    if row.caller in (_FEDERATED, _EXECUTION, _HOOK, _FUNCTION):
                        yield from _by_roles(record, row, cause, action, where)
                    else:
                        yield from _by_service(record, row, cause, action, where)


def _by_roles(record: Record, row: _Row, cause: Resource, action: str, arn: str) -> Iterator[Case]:
    for role in record.of_type("AWS::IAM::Role"):
        trusted = policies.trust(role).text["Statement"]
        named = str(jmespath.search(row.caller, cause.properties)).endswith(f"/{role.id}")
        federated = any(row.caller in one["Principal"] for one in trusted)
        if named or (federated and role.stack == cause.stack):
            session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.id}/session"
            request = Request(session, action, arn, caller_context(session, cause.region))
            identity = tuple(policies.of_role(record, role))
            boundary = policies.boundary(record, role)
            yield Case(role.name, request, row.source, identity, boundary=boundary)


def _by_service(
    record: Record, row: _Row, cause: Resource, action: str, arn: str
) -> Iterator[Case]:
    """With TLS; and without it, what topics and buckets must refuse."""
    identity = None if row.caller == _LOAD_BALANCERS else ()
    policy = policies.of_arn(record, arn)
    for tls in (True, False) if action in (*_PUT, *_PUBLISH) else (True,):
        context = {"aws:SecureTransport": str(tls).lower()}
        # EventBridge's guide: no Condition blocks in the policies of topics.
        if row.caller not in ("events.amazonaws.com", _LOAD_BALANCERS):
            context["aws:SourceAccount"] = ACCOUNT
        if row.caller == _DELIVERY:
            region = arn.split(":")[3] or OUTSIDE_REGION
            source = f"arn:aws:logs:{region}:{ACCOUNT}:delivery-source:{cause.id}"
            context |= {"aws:SourceArn": source, "s3:x-amz-acl": "bucket-owner-full-control"}
        account = RegionInfo.get(cause.region).elbv2_account
        caller = f"arn:aws:iam::{account}:root" if row.caller == _LOAD_BALANCERS else row.caller
        request = Request(caller, action, arn, context)
        why = row.source if tls else _TLS
        yield Case(caller, request, why, identity, policy, allowed=tls)


def github(record: Record) -> Iterator[Case]:
    """The token of the workflow that a role trusts assumes the role."""
    for role in record.of_type("AWS::IAM::Role"):
        trust = policies.trust(role)
        for statement in trust.text["Statement"]:
            if provider := statement["Principal"].get(_FEDERATED):
                arn = f"arn:aws:iam::{ACCOUNT}:role/{role.id}"
                conditions = statement["Condition"].values()
                context = {key: text for one in conditions for key, text in one.items()}
                request = Request(provider, "sts:AssumeRoleWithWebIdentity", arn, context)
                yield Case("GitHub", request, _GITHUB, resource=trust)
