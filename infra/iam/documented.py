"""The calls that AWS's services and docker make by themselves, from AWS's documents.

They are computed from the deployed resources: what a task definition names, what an alarm notifies.
Every role must meet a call here or in the record: one that nothing uses is refused by name.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.config import OUTSIDE_REGION, REGION
from infra.iam import policies
from infra.iam.actions import caller_context
from infra.iam.cases import Case
from infra.iam.record import Account, Resource
from infra.iam.simulator import Request

_EXECUTION = "ECS Developer Guide, Amazon ECS task execution IAM role"
_PUSH = "ECR User Guide, IAM permissions for pushing an image"
_TRUST = "the service's guide, its IAM role"
_LOGS = "ELB User Guide, Enable access logs for your Application Load Balancer"
_EDGE_LOGS = "CloudWatch Logs User Guide, logs that services send to Amazon S3"
_FIREWALL = "WAF Developer Guide, web ACL logs to a CloudWatch Logs log group"
_TLS = "SNS and S3 security best practices: enforce encryption of data in transit"

_PULLED = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
_PUSHED = (
    *("BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload"),
    *("InitiateLayerUpload", "PutImage", "UploadLayerPart"),
)

_DELIVERY = "delivery.logs.amazonaws.com"
_LOAD_BALANCERS = "582318560864"
"""The account of Elastic Load Balancing in ap-northeast-1 (`_LOGS`)."""

_SERVICES = {
    "AWS::Backup::BackupSelection": "backup",
    "AWS::EC2::FlowLog": "vpc-flow-logs",
    "AWS::ECS::Service": "ecs",
    "AWS::ECS::TaskDefinition": "ecs-tasks",
    "AWS::Events::Rule": "events",
    "AWS::Lambda::Function": "lambda",
    "AWS::RDS::DBInstance": "monitoring.rds",
    "AWS::Synthetics::Canary": "lambda",
}
"""Types that name a role, and the service that assumes it (each service's guide)."""

_PUBLISHERS = {
    "AWS::CloudWatch::Alarm": (
        "cloudwatch",
        "SNS Developer Guide, allow CloudWatch alarms to publish",
    ),
    "AWS::Budgets::Budget": ("budgets", "Cost Management, SNS topic for budget notifications"),
    "AWS::Events::Rule": ("events", "EventBridge User Guide, Amazon SNS permissions"),
    "AWS::RDS::EventSubscription": ("events.rds", "RDS User Guide, topic for notifications"),
    "AWS::CodeStarNotifications::NotificationRule": ("codestar-notifications", "Developer Tools"),
}
"""Types that notify a topic: the service that publishes, and AWS's document."""


def calls(account: Account) -> Iterator[Case]:
    """Every documented call on these resources. Raises UnknownPolicy."""
    yield from _assumed(account)
    for role in account.of_type("AWS::IAM::Role"):
        if _federated(role):
            yield from _docker_push(account, role)
    for definition in account.of_type("AWS::ECS::TaskDefinition"):
        yield from _task_start(account, definition)
    for topic in account.of_type("AWS::SNS::Topic"):
        yield from _notifications(account, topic)
    for balancer in account.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        yield from _access_logs(account, balancer)
    for logging in account.of_type("AWS::WAFv2::LoggingConfiguration"):
        yield from _firewall_logs(account, logging)
    for destination in account.of_type("AWS::Logs::DeliveryDestination"):
        yield from _edge_logs(account, destination)


def _federated(role: Resource) -> bool:
    statements = policies.trust(role).text["Statement"]
    return any("Federated" in statement["Principal"] for statement in statements)


def _assumed(account: Account) -> Iterator[Case]:
    """A service assumes the role that a resource of its own names."""
    for kind, service in _SERVICES.items():
        for resource in account.of_type(kind):
            for role in account.of_type("AWS::IAM::Role"):
                named = arn(account, role)
                if not _mentions(resource.properties, named):
                    continue
                context = {"aws:SourceAccount": account.number, "aws:SecureTransport": "true"}
                principal = f"{service}.amazonaws.com"
                request = Request(principal, "sts:AssumeRole", named, account.number, context)
                yield Case(principal, request, _TRUST, resource=policies.trust(role))


def _task_start(account: Account, definition: Resource) -> Iterator[Case]:
    """ECS starts a task: it pulls the image, reads the secrets and opens the log."""
    role = _role(account, definition.properties.get("ExecutionRoleArn"))
    if role is None:
        return
    for container in definition.properties["ContainerDefinitions"]:
        yield from _of(account, role, _EXECUTION, _pulls(container["Image"]))
        yield from _of(account, role, _EXECUTION, _logs(account, container))
        yield from _of(account, role, _EXECUTION, _secrets(container))


_Wanted = Iterator[tuple[str, str]]
"""Actions and the ARNs that they are on."""


def _of(account: Account, role: Resource, source: str, wanted: _Wanted) -> Iterator[Case]:
    documents = tuple(policies.of_role(account, role))
    session = f"arn:aws:sts::{account.number}:assumed-role/{role.id}/session"
    for action, resource in wanted:
        context = caller_context(session, account.number)
        request = Request(session, action, resource, account.number, context)
        yield Case(role.name, request, source, documents)


def _pulls(image: str) -> _Wanted:
    found = re.match(r"(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^@:]+)", image)
    if found:
        yield "ecr:GetAuthorizationToken", "*"
        for action in _PULLED:
            yield f"ecr:{action}", f"arn:aws:ecr:{found[2]}:{found[1]}:repository/{found[3]}"


def _logs(account: Account, container: Mapping[str, Any]) -> _Wanted:
    log = container.get("LogConfiguration", {})
    options = log.get("Options", {})
    if log.get("LogDriver") != "awslogs":
        return
    group = f"arn:aws:logs:{REGION}:{account.number}:log-group:{options['awslogs-group']}"
    stream = f"{options['awslogs-stream-prefix']}/{container['Name']}/0123456789abcdef"
    for action in ("CreateLogStream", "PutLogEvents"):
        yield f"logs:{action}", f"{group}:log-stream:{stream}"


def _secrets(container: Mapping[str, Any]) -> _Wanted:
    for secret in container.get("Secrets", ()):
        value = secret["ValueFrom"]
        if value.startswith("arn:aws:secretsmanager:"):
            # Behind the ARN come a key, a stage and a version.
            yield "secretsmanager:GetSecretValue", ":".join(value.split(":")[:7])
        else:
            yield "ssm:GetParameters", value


def _docker_push(account: Account, role: Resource) -> Iterator[Case]:
    def wanted() -> _Wanted:
        yield "ecr:GetAuthorizationToken", "*"
        for repository in account.of_type("AWS::ECR::Repository"):
            if repository.stack == role.stack:
                name = f"arn:aws:ecr:{REGION}:{account.number}:repository/{repository.id}"
                yield from ((f"ecr:{action}", name) for action in _PUSHED)

    yield from _of(account, role, _PUSH, wanted())


def _notifications(account: Account, topic: Resource) -> Iterator[Case]:
    """Alarms, budgets and events publish to the topic, and only with TLS."""
    policy = policies.of_resource(account, topic)
    for kind, (service, source) in _PUBLISHERS.items():
        if not any(_mentions(one.properties, topic.id) for one in account.of_type(kind)):
            continue
        principal = f"{service}.amazonaws.com"
        for tls in ("true", "false"):
            context = {"aws:SecureTransport": tls}
            # EventBridge's guide: no Condition blocks in the policies of topics.
            if service != "events":
                context["aws:SourceAccount"] = account.number
            request = Request(principal, "sns:Publish", topic.id, account.number, context)
            why = source if tls == "true" else _TLS
            yield Case(principal, request, why, resource=policy, allowed=tls == "true")


def _access_logs(account: Account, balancer: Resource) -> Iterator[Case]:
    attributes = {
        one["Key"]: one["Value"] for one in balancer.properties.get("LoadBalancerAttributes", ())
    }
    bucket = account.get(("AWS::S3::Bucket", attributes.get("access_logs.s3.bucket", "")))
    if bucket is None:
        return
    policy = policies.of_resource(account, bucket)
    prefix = attributes.get("access_logs.s3.prefix")
    key = f"{prefix + '/' if prefix else ''}AWSLogs/{account.number}/elasticloadbalancing/log.gz"
    for tls in ("true", "false"):
        principal = f"arn:aws:iam::{_LOAD_BALANCERS}:root"
        context = {"aws:SecureTransport": tls}
        where = f"arn:aws:s3:::{bucket.id}/{key}"
        request = Request(principal, "s3:PutObject", where, account.number, context)
        why = _LOGS if tls == "true" else _TLS
        yield Case("load balancers", request, why, None, policy, allowed=tls == "true")


def _edge_logs(account: Account, destination: Resource) -> Iterator[Case]:
    """Log delivery writes CloudFront's log, from the region of its delivery source."""
    bucket = account[
        "AWS::S3::Bucket", destination.properties["DestinationResourceArn"].rpartition(":")[2]
    ]
    policy = policies.of_resource(account, bucket)
    where = f"arn:aws:s3:::{bucket.id}/AWSLogs/{account.number}/CloudFront/log.gz"
    source = f"arn:aws:logs:{OUTSIDE_REGION}:{account.number}:delivery-source:{destination.id}"
    for tls in ("true", "false"):
        context = {
            "aws:SecureTransport": tls,
            "aws:SourceAccount": account.number,
            "aws:SourceArn": source,
            "s3:x-amz-acl": "bucket-owner-full-control",
        }
        request = Request(_DELIVERY, "s3:PutObject", where, account.number, context)
        why = _EDGE_LOGS if tls == "true" else _TLS
        yield Case(_DELIVERY, request, why, resource=policy, allowed=tls == "true")


def _firewall_logs(account: Account, logging: Resource) -> Iterator[Case]:
    """Log delivery writes the firewall's log."""
    for destination in logging.properties["LogDestinationConfigs"]:
        group = account.get(("AWS::Logs::LogGroup", destination.split(":")[6]))
        policy = policies.of_resource(account, group) if group else None
        source = f"arn:aws:logs:{destination.split(':')[3]}:{account.number}:delivery-source"
        context = {"aws:SourceAccount": account.number, "aws:SourceArn": source}
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            where = f"{destination}:log-stream:firewall"
            request = Request(_DELIVERY, action, where, account.number, context)
            yield Case(_DELIVERY, request, _FIREWALL, resource=policy)


def _mentions(value: object, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_mentions(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_mentions(item, text) for item in value)
    return value == text


def _role(account: Account, role_arn: str | None) -> Resource | None:
    name = (role_arn or "").rpartition("/")[2]
    return account.get(("AWS::IAM::Role", name))


def arn(account: Account, role: Resource) -> str:
    """A role's ARN."""
    return f"arn:aws:iam::{account.number}:role/{role.id}"
