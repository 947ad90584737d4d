"""What is simulated: each call with the policies that decide it.

The pipeline's calls are recorded, those of tasks declared by `may()`; those of AWS's services,
docker and the CDK are known from documents, by the registry of resource types. GitHub's token comes
before all of them: what it must say is the design's to test.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
from aws_cdk.region_info import RegionInfo
from jmespath import functions

from ishizue.testing.emulator import ACCOUNT
from ishizue_ops.checks.rights import declared
from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.iam import policies
from ishizue_ops.iam.policies import Document
from ishizue_ops.iam.record import BOOTSTRAP, ApiCall, Deployed, Record
from ishizue_ops.resource_types import USUAL, Call
from ishizue_ops.template import Design, listed

RESOURCES: Mapping[str, str] = tomllib.loads(
    Path(__file__).with_name("pipeline.toml").read_text(encoding="utf-8")
)
"""The pipeline's actions, and what each is on."""

_FEDERATED = "Federated"
_LOAD_BALANCERS = "Elastic Load Balancing"
"""The caller that is the load balancers' account in the region, which the CDK knows."""

_AWS = "https://docs.aws.amazon.com/"

_ASSUMED_BY_CDK = ("FilePublishingRole", "DeploymentActionRole")
"""The bootstrap's logical ids of the roles that `cdk deploy` of an assembly needs."""

_ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_OF_AWS = Document("AWS", None, {"Version": "2012-10-17", "Statement": [_ANYTHING]})
"""The policy of a principal in AWS's own accounts."""


class SimulationError(Exception):
    """A call cannot be simulated, or the simulator failed; the message is one line."""


@dataclass(frozen=True)
class Case:
    """A call, and the documents that must allow it.

    `who` is a role's name, a service or a person, `principal` its ARN or a service's host, and
    `context` the condition keys; `source` is `recorded` or names the document that the call is
    known from.
    """

    who: str
    principal: str
    action: str
    resource: str
    context: Mapping[str, str]
    source: str
    identity: tuple[Document, ...] = ()
    policies: tuple[Document, ...] = ()

    @property
    def name(self) -> str:
        """The case in a line, such as `PipelineRole: ecs:RunTask on task-definition/Name:2`."""
        where = self.resource.split(":", 5)[-1]
        return f"{self.who}: {self.action} on {where} ({self.source})"

    @property
    def simulation(self) -> dict[str, Any]:
        """What `simulate.cjs` asks the simulator."""
        statements = [each for policy in self.policies for each in policy.text["Statement"]]
        return {
            "principal": self.principal,
            "action": self.action,
            "resource": {"resource": self.resource, "accountId": ACCOUNT},
            "context": dict(self.context),
            "identity": [{"name": own.name, "policy": own.text} for own in self.identity],
            "policy": {"Version": "2012-10-17", "Statement": statements} if statements else None,
        }


def iam_action(service: str, operation: str) -> str:
    """The action of an operation. `service` is the name that requests are signed for."""
    prefix = {"monitoring": "cloudwatch"}.get(service, service)
    name = {"ListBuckets": "ListAllMyBuckets"}.get(operation, operation)
    return f"{prefix}:{name}"


def called(record: Record, design: Design) -> list[Case]:
    """Every call, once: a command is often repeated. Raises SimulationError."""
    cases = [*_recorded(record), *_by_tasks(record, design), *_by_types(record), *_cdk(record)]
    return list({repr(case): case for case in cases}.values())


def elsewhere(cases: Iterable[Case], config: Config) -> Iterator[Case]:
    """Each call of a role on a resource of ours, on another environment's: it must be refused."""

    def renamed(text: str) -> str:
        title = config.names.title
        return text.replace(title, f"{title}Other").replace(title.lower(), f"{title.lower()}other")

    for case in cases:
        resource = renamed(case.resource)
        if case.identity and resource != case.resource:
            context = {key: renamed(text) for key, text in case.context.items()}
            context["aws:PrincipalArn"] = case.principal
            yield replace(case, resource=resource, context=context)


def _recorded(record: Record) -> Iterator[Case]:
    """The pipeline's calls, with assumed-role credentials."""
    for call in record.calls:
        if role := record.find("AWS::IAM::Role", call.caller.split("/")[1]):
            action = iam_action(call.service, call.operation)
            if action not in RESOURCES:
                raise SimulationError(f"{action}: add what it is on to iam/pipeline.toml")
            arn = _arn(call, RESOURCES[action])
            context = dict[str, str]()
            if call.service == "ecs":
                context["ecs:cluster"] = _arn(call, "ecs:REGION:ACCOUNT:cluster/{cluster}")
            distribution = call.parameters.get("DistributionId", "")
            made = record.find("AWS::CloudFront::Distribution", distribution)
            for tag in made.properties.get("Tags", ()) if made else ():
                context[f"aws:ResourceTag/{tag['Key']}"] = tag["Value"]
            yield from _by_role(record, role, action, arn, "recorded", call.region, context)


def _arn(call: ApiCall, form: str) -> str:
    """The ARN of this form, whose variables may be names or ARNs in the call's parameters."""
    texts = {name: str(listed(value)[0]) for name, value in call.parameters.items() if value}
    names = {
        name: text.rpartition("/")[2] if text.startswith("arn:") else text
        for name, text in texts.items()
    }
    whole = form.replace("REGION", call.region).replace("ACCOUNT", ACCOUNT)
    return f"arn:aws:{whole.format(**names)}"


def _by_role(
    record: Record,
    role: Deployed,
    action: str,
    arn: str,
    source: str,
    region: str = "",
    more: Mapping[str, str] = {},
) -> Iterator[Case]:
    """A role's call, by its policies; to run a task it also passes the roles."""
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.id}/session"
    context = {
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalArn": session,
        "aws:RequestedRegion": region or role.region,
        "aws:ResourceAccount": ACCOUNT,
        "aws:SecureTransport": "true",
        **more,
    }
    identity = tuple(policies.of_role(record, role))
    allowing = (*policies.of_arn(record, arn),)
    case = Case(role.name, session, action, arn, context, source, identity, allowing)
    yield case
    if action == "ecs:RunTask":
        definition = record.find("AWS::ECS::TaskDefinition", arn)
        if definition is None:
            raise SimulationError(f"ecs:RunTask: {arn} is in no stack")
        passing = {**context, "iam:PassedToService": "ecs-tasks.amazonaws.com"}
        for key in ("TaskRoleArn", "ExecutionRoleArn"):
            if passed := definition.properties.get(key):
                yield replace(case, action="iam:PassRole", resource=passed, context=passing)


def _by_tasks(record: Record, design: Design) -> Iterator[Case]:
    """What `may()` declares of each task, on what its policies say."""
    roles = {(each.stack, each.logical_id): each for each in design.of_type("AWS::IAM::Role")}
    for role in record.of_type("AWS::IAM::Role"):
        made = roles.get((role.stack, role.logical_id))
        actions = {action for action, _ in declared(design, made)} if made else set()
        for document in policies.of_role(record, role):
            for statement in document.text["Statement"]:
                for action in actions.intersection(listed(statement["Action"])):
                    for arn in listed(statement["Resource"]):
                        named = arn if arn == "*" else arn.replace("*", "any")
                        yield from _by_role(record, role, action, named, "may()")


class _Functions(functions.Functions):  # type: ignore[misc]
    """What JMESPath lacks: the text between two marks."""

    @functions.signature(*[{"types": ["string"]}] * 3)  # type: ignore[untyped-decorator]
    def _func_between(self, text: str, mark: str, end: str) -> str:
        return text.partition(mark)[2].partition(end)[0]


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def _by_types(record: Record) -> Iterator[Case]:
    """Every call that is known of the types of these resources."""
    for cause in record.resources:
        properties = {**cause.properties, "id": cause.id}
        for row in USUAL.get(cause.type, ()) if cause.stack != BOOTSTRAP else ():
            for names in listed(jmespath.search(row.on, properties, _OPTIONS) or []):
                form = row.arn.replace("REGION", cause.region).replace("ACCOUNT", ACCOUNT)
                arn = form.format(*listed(names))
                by_service = row.caller.endswith(".amazonaws.com") or row.caller == _LOAD_BALANCERS
                for action in row.actions:
                    if by_service:
                        yield _by_service(record, row, cause, action, arn)
                    else:
                        yield from _by_roles(record, row, cause, action, arn)


def _by_roles(record: Record, row: Call, cause: Deployed, action: str, arn: str) -> Iterator[Case]:
    # A schedule, or a rule, starts its tasks in a cluster.
    where = "Target.Arn || (Targets[?EcsParameters] | [0]).Arn"
    cluster = jmespath.search(where, cause.properties)
    more = {"ecs:cluster": str(cluster), "ecs:CreateAction": "RunTask"} if cluster else {}
    for role in record.of_type("AWS::IAM::Role"):
        named = str(jmespath.search(row.caller, cause.properties)).endswith(f"/{role.id}")
        federated = row.caller == _FEDERATED and _is_federated(role) and role.stack == cause.stack
        if named or federated:
            yield from _by_role(record, role, action, arn, f"{_AWS}{row.source}", more=more)


def _is_federated(role: Deployed) -> bool:
    """Whether an identity provider's tokens assume the role."""
    statements = policies.trust(role).text["Statement"]
    return any(_FEDERATED in statement["Principal"] for statement in statements)


def _by_service(record: Record, row: Call, cause: Deployed, action: str, arn: str) -> Case:
    """A call of a service of AWS, with TLS."""
    context = {"aws:SecureTransport": "true"}
    # EventBridge's guide: no Condition blocks in the policies of topics.
    # CloudFront's names its distribution only.
    if row.caller not in ("cloudfront.amazonaws.com", "events.amazonaws.com", _LOAD_BALANCERS):
        context["aws:SourceAccount"] = ACCOUNT
    if row.caller == "delivery.logs.amazonaws.com":
        region = arn.split(":")[3] or OUTSIDE_REGION
        source = f"arn:aws:logs:{region}:{ACCOUNT}:delivery-source:{cause.id}"
        context |= {"aws:SourceArn": source, "s3:x-amz-acl": "bucket-owner-full-control"}
    if row.cause:
        form = row.cause.replace("REGION", cause.region).replace("ACCOUNT", ACCOUNT)
        known = {"GroupName": "default", **cause.properties, "id": cause.id}
        context["aws:SourceArn"] = form.format_map(known)
    caller = row.caller
    if caller == _LOAD_BALANCERS:
        caller = f"arn:aws:iam::{RegionInfo.get(cause.region).elbv2_account}:root"
    identity = (_OF_AWS,) if row.caller == _LOAD_BALANCERS else ()
    allowing = (*policies.of_arn(record, arn),)
    return Case(caller, caller, action, arn, context, f"{_AWS}{row.source}", identity, allowing)


def _cdk(record: Record) -> Iterator[Case]:
    """The pipeline's CDK assumes the bootstrap's roles that upload templates and deploy."""
    roles = record.of_type("AWS::IAM::Role")
    assumed = [role for role in roles if role.logical_id in _ASSUMED_BY_CDK]
    source = f"{_AWS}cdk/v2/guide/bootstrapping-env.html"
    for pipeline in filter(_is_federated, roles):
        for role in assumed:
            arn = f"arn:aws:iam::{ACCOUNT}:role/{role.id}"
            if role.region == pipeline.region:
                yield from _by_role(record, pipeline, "sts:AssumeRole", arn, source)
