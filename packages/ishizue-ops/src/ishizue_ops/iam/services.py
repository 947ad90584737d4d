"""The calls that AWS's services, docker, GitHub and the CDK make, each with its source.

Every right must be needed by a call here or in the record: one that is not is refused by name.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jmespath  # type: ignore[import-untyped]
from aws_cdk.region_info import RegionInfo
from jmespath import functions

from ishizue_ops.config import OUTSIDE_REGION
from ishizue_ops.iam import policies
from ishizue_ops.iam.actions import caller_context
from ishizue_ops.iam.cases import Case
from ishizue_ops.iam.policies import listed
from ishizue_ops.iam.record import ACCOUNT, BOOTSTRAP, Record, Resource
from ishizue_ops.iam.simulator import Request

_FEDERATED = "Federated"
_DELIVERY = "delivery.logs.amazonaws.com"
_LOAD_BALANCERS = "Elastic Load Balancing"
"""Its account in the region, which the CDK knows."""

_REGISTRY = "ecr:GetAuthorizationToken"
"""It is on no resource."""

_WITHOUT_TLS = ("s3:PutObject", "sns:Publish")
"""Topics and buckets refuse what travels without TLS."""

_AWS = "https://docs.aws.amazon.com/"
_TLS = f"{_AWS}sns/latest/dg/sns-security-best-practices.html"
_CDK = f"{_AWS}cdk/v2/guide/bootstrapping-env.html"
_GITHUB = "https://docs.github.com/en/actions/reference/security/oidc"

_ASSUMED_BY_CDK = ("FilePublishingRole", "DeploymentActionRole")
"""The bootstrap's logical ids of the roles that `cdk deploy` of an assembly needs."""


@dataclass(frozen=True)
class _Row:
    """What happens because of each resource of a type; `services.toml` says what the fields are."""

    cause: str
    caller: str
    actions: list[str]
    on: str
    source: str
    arn: str = "{}"


_FILE = Path(__file__).with_name("services.toml")
_TABLE = [_Row(**row) for row in tomllib.loads(_FILE.read_text(encoding="utf-8"))["call"]]


class _Functions(functions.Functions):  # type: ignore[misc]
    """What JMESPath lacks: the text before a mark, and the text after it."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_before(self, text: str, mark: str) -> str:
        return text.partition(mark)[0]

    @functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_after(self, text: str, mark: str) -> str:
        return text.partition(mark)[2]


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def calls(record: Record) -> Iterator[Case]:
    """Every call of the table on these resources."""
    for row in _TABLE:
        for cause in record.of_type(row.cause):
            properties = {**cause.properties, "id": cause.id}
            found = jmespath.search(row.on, properties, _OPTIONS) if cause.is_ours else None
            for names in listed(found or []):
                form = row.arn.replace("REGION", cause.region).replace("ACCOUNT", ACCOUNT)
                yield from _on(record, row, cause, form.format(*listed(names)))


def _on(record: Record, row: _Row, cause: Resource, arn: str) -> Iterator[Case]:
    """The row's calls on one ARN."""
    for action in row.actions:
        where = "*" if action == _REGISTRY else arn
        if row.caller.endswith(".amazonaws.com") or row.caller == _LOAD_BALANCERS:
            yield from _by_service(record, row, cause, action, where)
        else:
            yield from _by_roles(record, row, cause, action, where)


def _by_roles(record: Record, row: _Row, cause: Resource, action: str, arn: str) -> Iterator[Case]:
    for role in record.of_type("AWS::IAM::Role"):
        named = str(jmespath.search(row.caller, cause.properties)).endswith(f"/{role.id}")
        federated = row.caller == _FEDERATED and _is_federated(role) and role.stack == cause.stack
        if named or federated:
            yield _by_role(record, role, action, arn, f"{_AWS}{row.source}")


def _by_role(record: Record, role: Resource, action: str, arn: str, source: str) -> Case:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.id}/session"
    request = Request(session, action, arn, caller_context(session, role.region))
    identity = tuple(policies.of_role(record, role))
    resource = policies.of_arn(record, arn) if action == "sts:AssumeRole" else None
    boundary = policies.boundary(record, role)
    return Case(role.name, request, source, identity, resource, boundary=boundary)


def _is_federated(role: Resource) -> bool:
    """Whether an identity provider's tokens assume the role."""
    return any(_FEDERATED in one["Principal"] for one in policies.trust(role).text["Statement"])


def _by_service(
    record: Record, row: _Row, cause: Resource, action: str, arn: str
) -> Iterator[Case]:
    """With TLS; and without it, what topics and buckets must refuse."""
    identity = None if row.caller == _LOAD_BALANCERS else ()
    policy = policies.of_arn(record, arn)
    for tls in (True, False) if action in _WITHOUT_TLS else (True,):
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
        why = f"{_AWS}{row.source}" if tls else _TLS
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


def cdk(record: Record) -> Iterator[Case]:
    """The pipeline's CDK assumes the bootstrap's roles that upload templates and deploy."""
    roles = record.of_type("AWS::IAM::Role")
    assumed = [role for role in roles if role.logical_id in _ASSUMED_BY_CDK]
    own = [role for role in assumed if role.stack != BOOTSTRAP[0]]
    for pipeline in filter(_is_federated, roles):
        for role in own or assumed:
            arn = f"arn:aws:iam::{ACCOUNT}:role/{role.id}"
            if role.region == pipeline.region:
                yield _by_role(record, pipeline, "sts:AssumeRole", arn, _CDK)
