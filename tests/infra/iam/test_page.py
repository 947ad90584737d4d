"""What the operator and the pipeline call has its right on docs/permissions.md."""

import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from ishizue_ops.iam import needs, page
from ishizue_ops.iam.actions import iam_action
from ishizue_ops.iam.cases import Case
from ishizue_ops.iam.check import Result
from ishizue_ops.iam.record import Record
from ishizue_ops.iam.simulator import Request

ROOT = Path(__file__).parents[3]
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
        model, waiters = session.get_service_model(service), session.get_waiter_model
        if waits:
            known = {xform_name(one, "-"): one for one in waiters(service).waiter_names}
            operation = waiters(service).get_waiter(known[name]).operation
        else:
            operation = {xform_name(one, "-"): one for one in model.operation_names}[name]
        yield iam_action(model.signing_name, operation)


def test_the_operator_s_list_is_what_the_commands_of_operations_md_call() -> None:
    table = page.PAGE.read_text(encoding="utf-8").partition("| operations.md | actions |\n")[2]
    rows = [line.strip("| ").split(" | ") for line in table.partition("\n\n")[0].splitlines()[1:]]
    listed = {f"{service}:{name}" for service, names in rows for name in names.split(", ")}
    # Whoever runs a task passes its roles.
    text = "\n".join(path.read_text(encoding="utf-8") for path in OPERATIONS)
    called = set(actions_of_commands(text)) | {"iam:PassRole"}
    assert sorted(listed ^ called) == []


def test_what_the_code_of_a_release_and_of_make_deploy_calls() -> None:
    assert {"ecs:StopTask", "ecr:DescribeImages"} <= needs.release()
    assert {"servicequotas:GetServiceQuota", "ecs:RunTask"} <= needs.make_deploy(Record((), ()))


def test_the_tables_of_the_page_are_written_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = [Request("ecs.amazonaws.com", name, "*") for name in ("a:B", "a:A", "c:Refused")]
    cases = [Case("ECS", one, "https://x.org/a/b.html", allowed=one != done[2]) for one in done]
    result, record = Result(cases, [], [], [], []), Record((), ())
    monkeypatch.setattr(needs, "make_deploy", lambda _: {"ecs:RunTask", "ecr:B", "ecs:A"})
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    heads = ["Words\n\n| make deploy | actions |\n| --- | --- |\n", "| a | b |\n\nMore\n"]
    roles = "| who | does | source |\n| --- | --- | --- |\n"
    page.PAGE.write_text("".join([*heads, roles, "| old | row | x |\n", "The end\n"]))
    page.write(result, record)
    assert page.PAGE.read_text() == (
        f"{heads[0]}| ecr | B |\n| ecs | A, RunTask |\n\nMore\n{roles}"
        "| ECS | a:A, a:B | [b](https://x.org/a/b.html) |\nThe end\n"
    )
    page.PAGE.write_text(roles)
    with pytest.raises(LookupError, match="make deploy"):
        page.text(result, record)
