"""What is simulated: requests with the policies that decide them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ishizue_ops.config import Config
from ishizue_ops.iam import actions, policies
from ishizue_ops.iam.policies import Document
from ishizue_ops.iam.record import ACCOUNT, Record
from ishizue_ops.iam.simulator import Request, decide

RECORDED = "recorded"
"""The source of the pipeline's own calls."""

_ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_OF_AWS = Document("AWS", "", {"Version": "2012-10-17", "Statement": [_ANYTHING]})
"""The policy of a principal in AWS's own accounts."""


@dataclass(frozen=True)
class Case:
    """A request, the documents that decide it, and whether it must be allowed.

    `who` is a role's name, a service or a person; `source` is `RECORDED` or names the document
    that the call is known from. `identity` is None for a principal of AWS's own accounts, and
    `boundary` limits it.
    """

    who: str
    request: Request
    source: str
    identity: tuple[Document, ...] | None = ()
    resource: Document | None = None
    allowed: bool = True
    boundary: Document | None = None

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

    @property
    def simulation(self) -> dict[str, Any]:
        """What the simulator decides."""
        asked = self.request
        own = (_OF_AWS,) if self.identity is None else self.identity
        limits = [{"name": one.name, "policy": one.text} for one in (self.boundary,) if one]
        return {
            "request": {
                "principal": asked.principal,
                "action": asked.action,
                "resource": {"resource": asked.resource, "accountId": ACCOUNT},
                "contextVariables": dict(asked.context),
            },
            "identityPolicies": [{"name": one.name, "policy": one.text} for one in own],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
            **({"resourcePolicy": self.resource.text} if self.resource else {}),
            **({"permissionBoundaryPolicies": limits} if limits else {}),
        }


def failures(cases: Iterable[Case]) -> list[Case]:
    """The cases that end otherwise than they must. Raises SimulatorError."""
    listed = list(cases)
    decisions = decide([case.simulation for case in listed])
    return [case for case, yes in zip(listed, decisions, strict=True) if yes is not case.allowed]


def unique(cases: Iterable[Case]) -> list[Case]:
    """Each case once: a command is often repeated."""
    return list({repr(case): case for case in cases}.values())


def recorded(record: Record) -> Iterator[Case]:
    """The pipeline's calls. People's own credentials are not ours to grant."""
    for call in record.calls:
        if role := record.role_of(call.caller):
            own = tuple(policies.of_role(record, role))
            limits = policies.boundary(record, role)
            for request in actions.authorizations(record, call):
                yield Case(role.name, request, RECORDED, own, boundary=limits)


def elsewhere(found: Iterable[Case], config: Config) -> Iterator[Case]:
    """Each allowed call of a role on a resource of ours, on another environment's: refused."""
    here = config.names
    there = replace(here, environment="other")
    renamed = {here.state_stack: there.state_stack, here.service_stack: there.service_stack}
    for case in found:
        request = case.request
        resource = _renamed(request.resource, renamed)
        if case.allowed and case.identity and resource != request.resource:
            context = {key: _renamed(value, renamed) for key, value in request.context.items()}
            context["aws:PrincipalArn"] = request.principal
            other = replace(request, resource=resource, context=context)
            yield replace(case, request=other, source="another environment's", allowed=False)


def _renamed(text: str, names: dict[str, str]) -> str:
    """With other stacks in it; the names of some resources are in lower case."""
    for old, new in names.items():
        text = re.sub(rf"{old}\b|{old}(?=[A-Z])", new, text).replace(old.lower(), new.lower())
    return text
