"""What people and CloudFormation need: the rights that the design's own policies do not give."""

import re
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from infra.checks import template
from infra.config import REGION, read
from infra.iam.actions import authorizations, iam_action
from infra.iam.record import OPERATOR, Call
from infra.synth import synthesize

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
_DEPLOY = Path(__file__).parents[1] / "deploy"
_RELEASE = _DEPLOY / "release"

_OWN_COMMANDS = {
    ("ecr", "get-login-password"): "ecr:GetAuthorizationToken",
    ("logs", "tail"): "logs:FilterLogEvents",
    ("s3", "cp"): "s3:PutObject",
    ("s3", "ls"): "s3:ListBucket",
}
"""Commands that AWS's command line adds, and what they call (AWS CLI Command Reference)."""


class UnknownCommand(Exception):
    """AWS's command line has no such command; the message is one line."""


def make_deploy(calls: Iterable[Call]) -> set[str]:
    """What `make deploy` calls: recorded, or on a path of its code that no rehearsal takes."""
    recorded = {
        request.action
        for call in calls
        if call.caller == OPERATOR
        for request in authorizations(call)
    }
    shared = [_RELEASE / name for name in ("migration.py", "stacks.py")]
    return recorded | code([*_DEPLOY.glob("*.py"), *shared])


def release() -> set[str]:
    """What the pipeline's steps call, by their code; the CDK's calls are its roles'."""
    return code(_RELEASE.glob("*.py"))


def code(files: Iterable[Path]) -> set[str]:
    """The actions of the operations that these modules call on boto3's clients.

    Any called name counts that is an operation of a service which they have a client of.
    """
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    services = set(re.findall(r'client\("([a-z0-9-]+)"', text))
    called = set(re.findall(r"\.(\w+)\(", text)) | set(re.findall(r'paginator\("(\w+)"', text))
    return {
        iam_action(_signing_name(service), operation)
        for service in services
        for name, operation in _operations(service).items()
        if name.replace("-", "_") in called
    }


def operations_page(text: str) -> list[str]:
    """The actions of the page's commands. Raises UnknownCommand."""
    found = re.findall(r"\baws +([a-z0-9-]+) +(wait +)?([a-z0-9-]+)", text)
    actions = {_action(service, name, bool(waits)) for service, waits, name in found}
    return sorted(actions | ({"iam:PassRole"} if "ecs:RunTask" in actions else set()))


def cloudformation(types: Iterable[str]) -> dict[str, list[str]]:
    """The actions with which CloudFormation creates, changes and deletes these types, by service.

    As each type's schema in CloudFormation's registry lists them; cfn-lint brings the schemas.
    """
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # takes a second

    found: dict[str, set[str]] = {}
    for kind in types:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        for handler in schema.get("handlers", {}).values():
            for permission in handler.get("permissions", ()):
                service, _, operation = permission.partition(":")
                found.setdefault(service.lower(), set()).add(operation)
    return {service: sorted(operations) for service, operations in sorted(found.items())}


def cdn_types() -> set[str]:
    """The types of resources behind CloudFront, in every stack."""
    settings = read({"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on"})
    with tempfile.TemporaryDirectory() as folder:
        design = template.load(synthesize(settings, Path(folder)))
    return {resource.type for resource in design.resources} - {"AWS::CDK::Metadata"}


def _action(service: str, name: str, waits: bool) -> str:
    own = _OWN_COMMANDS.get((service, name))
    if own:
        return own
    service = {"s3api": "s3"}.get(service, service)
    try:
        operation = (_waiters if waits else _operations)(service).get(name)
    except UnknownServiceError:
        operation = None
    if operation is None:
        raise UnknownCommand(f"aws {service} {'wait ' * waits}{name}: no such command")
    return iam_action(_signing_name(service), operation)


@cache
def _signing_name(service: str) -> str:
    model = botocore.session.get_session().get_service_model(service)
    return str(model.signing_name)


@cache
def _operations(service: str) -> dict[str, str]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): name for name in model.operation_names}


@cache
def _waiters(service: str) -> dict[str, str]:
    model = botocore.session.get_session().get_waiter_model(service)
    return {xform_name(name, "-"): model.get_waiter(name).operation for name in model.waiter_names}
