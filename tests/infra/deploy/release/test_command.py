"""`python -m infra.deploy.release`: arguments, output and exit codes."""

import json
from pathlib import Path

import pytest

from infra.deploy.cdk import cli
from infra.deploy.release import __main__ as command
from tests.infra.deploy.aws import DIGEST, URI, Account

STATE, SERVICE = "KiroSampleState", "KiroSampleService"
SETTINGS = '{"DOMAIN": "example.com"}'


@pytest.fixture
def aws(account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account, as the command's own."""
    monkeypatch.setattr(command, "_client", account.client)
    return account


@pytest.fixture
def assembly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Synthesized templates, and the calls of the CDK."""
    outputs = {"Settings": {"Value": SETTINGS}}
    for name in (STATE, SERVICE):
        template = {"Parameters": {"ImageDigest": {}}, "Outputs": outputs}
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template))
    (tmp_path / "manifest.json").write_text('{"artifacts": {}}')
    calls: list[list[str]] = []
    monkeypatch.setattr(command, "OUT", tmp_path)
    monkeypatch.setattr(cli, "run", calls.append)
    return calls


@pytest.mark.parametrize(
    ("expected", "code"),
    [("", 0), (DIGEST, 0), (f"sha256:{'c' * 64}", 1)],
    ids=["none", "same", "other"],
)
def test_the_image_of_an_earlier_stage_is_promoted_and_no_other(
    expected: str, code: int, aws: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.has_stack(STATE, RepositoryUri=URI)
    aws.responds("ecr", "describe_images", {"imageDetails": [{"imageDigest": DIGEST}]})
    assert command.main(["push", "kirosample", "--tag", "c0ffee", "--expect", expected]) == code
    assert ("digest=" in capsys.readouterr().out) == (code == 0)


def test_an_image_that_is_not_scanned_is_a_warning(
    aws: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.has_stack(STATE, RepositoryUri=URI)
    status = {"status": "UNSUPPORTED_IMAGE", "description": "unknown system"}
    aws.responds("ecr", "describe_image_scan_findings", {"imageScanStatus": status})
    assert command.main(["scan", "--digest", DIGEST]) == 0
    said = capsys.readouterr().out
    assert said.startswith("::warning::scan: ")
    assert "UNSUPPORTED_IMAGE: unknown system" in said


@pytest.mark.parametrize(("word", "stack"), [("state", STATE), ("service", SERVICE)])
def test_deploy_deploys_the_named_stack(
    word: str, stack: str, aws: Account, assembly: list[list[str]]
) -> None:
    aws.has_stack(STATE, Settings=SETTINGS)
    assert command.main(["deploy", word, "--digest", DIGEST]) == 0
    [arguments] = assembly
    assert (arguments[1], arguments[-1]) == (stack, f"{stack}:ImageDigest={DIGEST}")


def test_a_missing_setting_of_the_last_deployment_is_exit_1(
    aws: Account, assembly: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    aws.has_stack(STATE, Settings='{"WAF": "on"}')
    assert command.main(["deploy", "state", "--digest", DIGEST]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("release: settings: ")
    assert assembly == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("GITHUB_REPOSITORY", "owner/other"),
        ("GITHUB_OWNER_ID", "3"),
        ("GITHUB_REPOSITORY_ID", "3"),
        ("DOMAIN", "example.org"),
    ],
)
def test_a_workflow_changes_neither_whom_the_role_trusts_nor_the_domain(
    name: str,
    other: str,
    aws: Account,
    assembly: list[list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    github = {"REPOSITORY": "owner/name", "OWNER_ID": "1", "REPOSITORY_ID": "2"}
    before = json.loads(SETTINGS) | {f"GITHUB_{one}": text for one, text in github.items()}
    aws.has_stack(STATE, Settings=json.dumps(before))
    outputs = {"Settings": {"Value": json.dumps(before | {name: other})}}
    (tmp_path / f"{STATE}.template.json").write_text(json.dumps({"Outputs": outputs}))
    assert command.main(["deploy", "state", "--digest", DIGEST]) == 1
    assert f"settings: {name} would change" in capsys.readouterr().err
    assert assembly == []


@pytest.mark.parametrize(("cdn", "code"), [("on", 1), ("off", 0)])
def test_the_settings_are_those_of_the_assembly_and_not_of_the_job(
    cdn: str, code: int, aws: Account, assembly: list[list[str]], tmp_path: Path
) -> None:
    # With CloudFront the firewall is in a region where the workflow's role may do nothing.
    aws.has_stack(STATE, Settings=json.dumps({"CDN": cdn}))
    outputs = {"Settings": {"Value": json.dumps({"CDN": cdn, "WAF": "on"})}}
    (tmp_path / f"{STATE}.template.json").write_text(json.dumps({"Outputs": outputs}))
    assert command.main(["deploy", "state", "--digest", DIGEST]) == code
    assert len(assembly) == 1 - code


@pytest.mark.usefixtures("assembly")
def test_a_failed_deployment_is_exit_1(
    aws: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: list[str]) -> None:
        raise cli.CdkError("cdk deploy exited with code 1")

    aws.has_stack(STATE)
    monkeypatch.setattr(cli, "run", fail)
    assert command.main(["deploy", "service", "--digest", DIGEST]) == 1
    assert capsys.readouterr().err == "release: cdk deploy exited with code 1\n"


def test_an_error_of_aws_is_one_line_and_exit_1(
    aws: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.refuses("cloudformation", "describe_stacks", "AccessDenied", "not\nyou")
    assert command.main(["verify", "--digest", DIGEST]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("release: An error occurred (AccessDenied)")
    assert line.endswith("not you")


@pytest.mark.parametrize(
    "arguments",
    [
        ["deploy", "everything", "--digest", DIGEST],
        ["scan", "--digest", f"{DIGEST}0"],
        ["push", "kirosample", "--tag", "no tag"],
    ],
)
def test_an_invalid_argument_is_exit_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == 2
