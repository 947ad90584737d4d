"""What is simulated: requests with the policies that decide them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from infra.iam import actions, policies
from infra.iam.policies import Document
from infra.iam.record import Account, Call
from infra.iam.simulator import ALLOW_ALL, Policies, Request, decide

ALLOWED, IMPLICITLY_DENIED, EXPLICITLY_DENIED = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"


@dataclass(frozen=True)
class Case:
    """A request, the documents that decide it, and whether it must be allowed.

    `who` is a role's name, a service or a person; `source` the recorded operation, or AWS's
    document that names the call. `identity` is None for a principal of AWS's own accounts.
    """

    who: str
    request: Request
    source: str
    identity: tuple[Document, ...] | None = ()
    resource: Document | None = None
    allowed: bool = True
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        parts = [self.who, self.request.__dict__, self.allowed]
        documents = [(one.name, one.text) for one in self.documents]
        object.__setattr__(self, "key", json.dumps([*parts, documents], sort_keys=True))

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document that it is decided by."""
        own = self.identity or ()
        return (*own, self.resource) if self.resource else own

    @property
    def name(self) -> str:
        """Such as `PipelineRole: ecs:RunTask on task-definition/Name:2`."""
        where = self.request.resource.split(":", 5)[-1]
        given = "" if self.allowed else "must be refused: "
        return f"{given}{self.who}: {self.request.action} on {where} ({self.source})"

    def decided_by(self, document: Document, instead: Document) -> "Case":
        """The same with another text of one document."""
        own = self.identity
        changed = own and tuple(instead if one == document else one for one in own)
        resource = instead if self.resource == document else self.resource
        return replace(self, identity=changed, resource=resource)

    @property
    def _policies(self) -> Policies:
        identity = (
            {"AWS": ALLOW_ALL}
            if self.identity is None
            else {one.name: one.text for one in self.identity}
        )
        return Policies(identity, self.resource.text if self.resource else None)


def failures(cases: Iterable[Case]) -> list[Case]:
    """The cases that end otherwise than they must. Raises SimulatorError."""
    listed = list(cases)
    decisions = decide([(case.request, case._policies) for case in listed])
    return [
        case
        for case, decision in zip(listed, decisions, strict=True)
        if (decision == ALLOWED) is not case.allowed
    ]


def unique(cases: Iterable[Case]) -> list[Case]:
    """Each case once: a command is often repeated."""
    return list({case.key: case for case in cases}.values())


_LOOKS_ON = "LookupRole"
"""The CDK's role for `cdk diff`, with AWS's ReadOnlyAccess; a deployment does not use it."""


def recorded(calls: Iterable[Call]) -> Iterator[Case]:
    """The calls of roles. People's own credentials are not ours to grant."""
    for call in calls:
        name = actions.role_of(call.caller)
        role = call.account.get(("AWS::IAM::Role", name)) if name else None
        if role is None or role.name == _LOOKS_ON:
            continue
        identity = tuple(policies.of_role(call.account, role))
        source = f"recorded: {call.service} {call.operation}"
        for request in actions.authorizations(call):
            resource = _resource_policy(call.account, request)
            yield Case(role.name, request, source, identity, resource)


def _resource_policy(account: Account, request: Request) -> Document | None:
    """The policy of what the request is on: a bucket's, or the trust in an assumed role."""
    if request.action == "sts:AssumeRole":
        role = account.get(("AWS::IAM::Role", request.resource.rpartition("/")[2]))
        return policies.trust(role) if role else None
    if request.resource.startswith("arn:aws:s3:::"):
        bucket = account.get(("AWS::S3::Bucket", request.resource.split(":")[-1].split("/")[0]))
        return policies.of_resource(account, bucket) if bucket else None
    return None
