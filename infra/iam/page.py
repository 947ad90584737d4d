"""docs/permissions.md: what people, CloudFormation and each role may do, and need to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from infra.iam import needs
from infra.iam.check import BOOTSTRAP, Result
from infra.iam.record import Call

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"

_INTRODUCTION = """\
# Permissions

Written by `make deploy-emulated PERMISSIONS=--write`. It records every call of a first deployment,
of the pipeline's steps and of the migration against the emulator, and asks an independent
[simulator of IAM](https://github.com/cloud-copilot/iam-simulate) whether the caller's role allows
it. The calls that ECS, docker and other services make by themselves are from AWS's documents, named
below. Every call is allowed, and each right of our roles is needed by one: without it the simulator
refuses a call.
"""

_OPERATOR = """\
## Your own rights

`make deploy` needs the first list: the CDK deploys with roles of its own. The commands of
[operations.md](operations.md) need the second. Pushing an image needs ECR's actions in
[the pipeline's list](#our-roles).
"""

_BOOTSTRAP = """\
The bootstrap, once per account and region, uses your own rights to create these roles. For each of
its types of resources, CloudFormation's registry lists:
"""

_CLOUDFORMATION = """\
## CloudFormation's role

The bootstrap gives CloudFormation's role `AdministratorAccess`. To give it less, list policies in
`cdk bootstrap --cloudformation-execution-policies`. These actions create, change and delete our
types of resources, as CloudFormation's registry lists them for each type and all its settings (here
with a domain, GitHub's role and `DATABASE=rds`).
"""

_CDN = """\
With `CDN=on`, also these. An account's first VPC origin makes CloudFront's service-linked role
(`iam:CreateServiceLinkedRole`, `AWSServiceRoleForCloudFrontVPCOrigin`). The registry leaves out
what the delivery of the access log needs, `cloudfront:AllowVendedLogDeliveryForResource` on the
distribution. The pipeline's role may then empty the cache of its environment's distribution too
(`cloudfront:CreateInvalidation`).
"""

_ROLES = """\
## Our roles

What each does, and where that is known from.
"""

_UNUSED = """\
Rights that no call needs, with the reason why they stay:
"""


def write(result: Result, calls: Sequence[Call]) -> None:
    """Write the page. Raises UnknownCommand."""
    PAGE.write_text(text(result, calls), encoding="utf-8")


def text(result: Result, calls: Sequence[Call]) -> str:
    """The page."""
    page = needs.operations_page(needs.OPERATIONS.read_text(encoding="utf-8"))
    types = {one.type for one in result.account.values() if one.stack != BOOTSTRAP}
    bootstrap = {one.type for one in result.account.values() if one.stack == BOOTSTRAP}
    parts = [
        _INTRODUCTION,
        _OPERATOR,
        _table("make deploy", _by_service(needs.make_deploy(calls))),
        _table("operations.md", _by_service(page)),
        _BOOTSTRAP,
        _table("bootstrap", needs.cloudformation(bootstrap)),
        _CLOUDFORMATION,
        _table("service", needs.cloudformation(types)),
        _CDN,
        _table("service", needs.cloudformation(needs.cdn_types() - types)),
        _ROLES,
        "\n".join(_roles(result)) + "\n",
    ]
    return "\n".join(parts)


def _table(title: str, actions: Mapping[str, Sequence[str]]) -> str:
    rows = [f"| {service} | {', '.join(names)} |" for service, names in actions.items()]
    return "\n".join((f"| {title} | actions |", "| --- | --- |", *rows)) + "\n"


def _by_service(actions: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for action in sorted(actions):
        service, _, name = action.partition(":")
        found[service].append(name)
    return found


def _roles(result: Result) -> Iterator[str]:
    does: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in result.cases:
        if case.allowed and not case.request.action.endswith("WithWebIdentity"):
            source = "recorded" if case.source.startswith("recorded") else case.source
            does[case.who, source].add(case.request.action)
    yield "| who | does | source |"
    yield "| --- | --- | --- |"
    for (who, source), names in sorted(does.items()):
        yield f"| {who} | {', '.join(sorted(names))} | {source} |"
    yield f"\n{_UNUSED}"
    for what, reason in sorted(result.unused_actions.items()):
        yield f"- {what}: {reason or 'no reason'}"
