"""docs/permissions.md lists the right of every call that the operator makes."""

import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore import xform_name

from ishizue_ops.iam.cases import iam_action

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "permissions.md"
OPERATIONS = [ROOT / "docs" / "operations.md", ROOT / "infra" / "operations.sh"]
OWN_COMMANDS = {
    "ecr get-login-password": "ecr:GetAuthorizationToken",
    "logs tail": "logs:FilterLogEvents",
    "s3 cp": "s3:PutObject",
    "s3 ls": "s3:ListBucket",
    "s3api head-object": "s3:GetObject",
}
"""Commands of the AWS CLI that are not named after their action."""


def actions_of_commands(text: str) -> Iterator[str]:
    """The action of each command of the AWS CLI in a text; KeyError for an unknown one."""
    session = botocore.session.get_session()
    for service, waits, name in re.findall(r"\baws +([a-z0-9-]+) +(wait +)?([a-z0-9-]+)", text):
        if f"{service} {name}" in OWN_COMMANDS:
            yield OWN_COMMANDS[f"{service} {name}"]
            continue
        model = session.get_service_model(service)
        waiters = session.get_waiter_model
        names = waiters(service).waiter_names if waits else model.operation_names
        known = {xform_name(each, "-"): each for each in names}[name]
        operation = waiters(service).get_waiter(known).operation if waits else known
        yield iam_action(model.signing_name, operation)


def test_the_operator_s_list_is_what_the_commands_of_operations_md_call() -> None:
    page = PAGE.read_text(encoding="utf-8")
    [cell] = re.findall(r"^\| you, with the commands of operations\.md \| (.*) \|$", page, re.M)
    services = (part.split(": ") for part in cell.split("; "))
    listed = {f"{service}:{name}" for service, names in services for name in names.split(", ")}
    # Whoever runs a task passes its roles.
    text = "\n".join(path.read_text(encoding="utf-8") for path in OPERATIONS)
    called = set(actions_of_commands(text)) | {"iam:PassRole"}
    assert sorted(listed ^ called) == []
