"""`python -m ishizue_ops.deploy.release`: arguments, output and exit codes."""

import json
from pathlib import Path
from unittest.mock import Mock

import pytest
from tests.deploy.aws import DIGEST, SERVICE, STATE, URI, Account, synthesized

from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.deploy import release
from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.release import __main__ as command

SETTINGS = {"DOMAIN": "example.com", "GITHUB_REPOSITORY": "owner/name"}


@pytest.fixture
def aws(account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account, as the command's own."""
    monkeypatch.setattr(command, "_client", account.client)
    return account


@pytest.fixture
def cdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The calls of the CDK."""
    calls: list[list[str]] = []
    monkeypatch.setattr(command, "OUT", tmp_path)
    monkeypatch.setattr(cli, "run", calls.append)
    return calls


@pytest.mark.parametrize("region", ["", "eu-west-1"])
def test_the_steps_are_in_the_region_of_the_deployment(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGION", region)
    assert command._client("ecr").meta.region_name == (region or DEFAULT_REGION)


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
    assert command.main(["push", "notes", "--tag", "c0ffee", "--expect", expected]) == code
    assert ("digest=" in capsys.readouterr().out) == (code == 0)


def test_attempts_are_so_many_and_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", slept := Mock())
    assert len(list(release.every(5, times=3))) == 3
    assert [call.args for call in slept.mock_calls] == [(5,), (5,)]


@pytest.mark.parametrize(("word", "stack"), [("state", STATE), ("service", SERVICE)])
def test_deploy_deploys_the_named_stack_without_approval(
    word: str, stack: str, aws: Account, cdk: list[list[str]], tmp_path: Path
) -> None:
    synthesized(tmp_path, SETTINGS, STATE, SERVICE)
    aws.has_stack(STATE, Settings=json.dumps(SETTINGS))
    assert command.main(["deploy", word, "--digest", DIGEST]) == 0
    [arguments] = cdk
    assert (arguments[1], arguments[-1]) == (stack, f"{stack}:ImageDigest={DIGEST}")
    assert "--require-approval never" in " ".join(arguments)
    # CloudFormation refuses unknown parameters.
    (tmp_path / f"{stack}.template.json").write_text(
        json.dumps({"Outputs": {"Settings": {"Value": json.dumps(SETTINGS)}}})
    )
    aws.has_stack(STATE, Settings=json.dumps(SETTINGS))
    assert command.main(["deploy", word, "--digest", DIGEST]) == 0
    assert "--parameters" not in cdk[1]


# With CloudFront the firewall is in a region where the workflow's role may do nothing.
@pytest.mark.parametrize(
    ("before", "now", "refused"),
    [
        ({"WAF": "on"}, {}, "the last deployment had WAF=on"),
        ({}, {"GITHUB_REPOSITORY": "owner/other"}, "GITHUB_REPOSITORY would change"),
        ({}, {"DOMAIN": "example.org"}, "DOMAIN would change"),
        ({"CDN": "on"}, {"CDN": "on", "WAF": "on"}, "WAF would change"),
        ({"CDN": "off"}, {"CDN": "off", "WAF": "on"}, None),
    ],
)
def test_a_workflow_drops_no_setting_and_changes_only_those_that_its_role_may(
    before: dict[str, str],
    now: dict[str, str],
    refused: str | None,
    aws: Account,
    cdk: list[list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    synthesized(tmp_path, SETTINGS | now)
    aws.has_stack(STATE, Settings=json.dumps(SETTINGS | before))
    assert command.main(["deploy", "state", "--digest", DIGEST]) == (1 if refused else 0)
    assert len(cdk) == (0 if refused else 1)
    if refused:
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith(f"release: settings: {refused}")
